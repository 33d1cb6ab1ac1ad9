namespace CoopGen.Learning;

/// <summary>
/// Advantage actor-critic, the synchronous form of A3C (Mnih et al. 2016, arXiv:1602.01783), for whatever scheme: many environments play a few steps, then one step
/// is taken against −A·log π − c·H of the actors and one against the critics' squared error.
/// </summary>
/// <param name="setup">What is trained on and with.</param>
/// <param name="scheme">Who decides, who judges, and who is paid what.</param>
/// <remarks>Without first moment, and with 0.99 for the second, Adam is RMSprop with its start corrected.</remarks>
public abstract class A2cLearner(TrainingSetup setup, OnPolicyScheme scheme) : OnPolicyLearner(setup, scheme, beta1: 0, beta2: 0.99)
{
    /// <summary>What all of them can be tuned by; defaults are the benchmark's where it has them, five steps per environment and update, but of 32 environments instead of one; σ begins at 0.5 (there 1), and the learning rate falls to 0 (there it stays).</summary>
    /// <param name="share">Whether agents share networks by default; null where that is no question.</param>
    protected static IReadOnlyList<Hyperparameter> Tunable(bool? share) =>
    [
        new("learning_rate", 7e-4, 1e-8, 1, "RMSprop's learning rate at the beginning."),
        new("final_learning_rate", 0, 0, 1, "What the learning rate moves to in a straight line."),
        Hyperparameter.Count("rollout", 160, 1, 10_000_000, "Environment steps between updates, over all environments, resets among them."),
        Hyperparameter.Count("environments", 32, 1, 100_000, "Environments played side by side."),
        new("discount", 0.99, 0, 1, "γ."),
        new("gae_lambda", 1, 0, 1, "λ of generalised advantage estimation; 1 for returns of as many steps as there are."),
        HorizonEnds,
        new("entropy", 0.01, 0, 10, "Weight of the policy's entropy."),
        new("gradient_norm", 0.5, 1e-6, 1e9, "Bound of the norm of each actor's and each critic's gradient."),
        new("initial_deviation", 0.5, 1e-4, 10, "Standard deviation of actions before squashing, at the beginning."),
        new("final_deviation", 0.02, 1e-4, 10, "What bounds it in the end; on the way the bound falls by equal factors."),
        new("deviation_part", 0.5, 0.001, 1, "Part of training after which that bound is reached."),
        new("value_rate", 0.005, 1e-6, 1, "Weight of the newest rollout in the mean and deviation of values."),
        Hyperparameter.Count("hidden_width", 128, 1, 8192, "Width of hidden layers."),
        Hyperparameter.Count("hidden_layers", 2, 0, 16, "Number of hidden layers."),
        .. share is { } byDefault ? [Hyperparameter.Switch("share_parameters", byDefault, "Whether all agents use one network.")] : Array.Empty<Hyperparameter>(),
    ];

    /// <inheritdoc/>
    protected override void Improve()
    {
        var hyper = Setup.Hyperparameters;
        Follow(Rows.Length, new(new Schedule(hyper["learning_rate"], hyper["final_learning_rate"]).At(Progress), double.PositiveInfinity, double.PositiveInfinity, hyper["entropy"], hyper["gradient_norm"]));
    }
}
