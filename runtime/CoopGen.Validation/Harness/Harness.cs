namespace CoopGen.Validation;

/// <summary>Runs suites.</summary>
public static class Harness
{
    /// <summary>Runs the experiments of a suite one after the other; each uses all processors where that pays.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="progress">Told of each experiment before it runs; may be null.</param>
    /// <param name="cancellation">Ends it between experiments, and within long ones.</param>
    /// <returns>Each experiment with what came of it, as soon as it is there.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<(Experiment Experiment, Outcome Outcome)> Run(Suite suite, Action<Experiment>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(suite);
        foreach (var experiment in suite.Experiments)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(experiment);
            yield return (experiment, experiment.Run(cancellation));
        }
    }

    /// <summary>The findings of a suite, as they come.</summary>
    /// <inheritdoc cref="Run"/>
    public static IEnumerable<Finding> Findings(Suite suite, Action<Experiment>? progress = null, CancellationToken cancellation = default) =>
        Run(suite, progress, cancellation).SelectMany(done => done.Outcome.Findings);
}
