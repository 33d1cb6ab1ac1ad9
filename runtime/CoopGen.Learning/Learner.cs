using TorchSharp;

namespace CoopGen.Learning;

/// <summary>
/// An algorithm at work. A run is a function of its setup and the number of threads that TorchSharp uses: interrupted, saved and loaded, it
/// ends with the same weights to the bit.
/// </summary>
public abstract class Learner : IDisposable
{
    private readonly Dictionary<string, double> _metrics = [];

    /// <param name="setup">What is trained on and with.</param>
    protected Learner(TrainingSetup setup)
    {
        LibTorch.Load();
        Setup = setup;
    }

    /// <summary>What is trained on and with.</summary>
    public TrainingSetup Setup { get; }

    /// <summary>Environment steps trained on.</summary>
    public abstract long Steps { get; }

    /// <summary>What was measured in the last iteration, such as <c>entropy</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics => _metrics;

    /// <summary>Part of the run that is done, within [0, 1].</summary>
    protected virtual double Progress => Math.Min(1, (double)Steps / Setup.Timesteps);

    /// <summary>What has been learnt so far; later training does not change it.</summary>
    public abstract TrainedPolicy Policy();

    /// <summary>Trains until at least so many environment steps are taken; an iteration is always finished.</summary>
    /// <param name="timesteps">Environment steps since the beginning of the run.</param>
    /// <param name="afterIteration">Called after every iteration.</param>
    /// <param name="cancellation">Ends the training after the present iteration.</param>
    /// <returns>Whether so many were taken.</returns>
    public bool Train(long timesteps, Action<Learner>? afterIteration = null, CancellationToken cancellation = default)
    {
        while (Steps < timesteps && !cancellation.IsCancellationRequested)
        {
            using (torch.NewDisposeScope())
                Iterate();
            afterIteration?.Invoke(this);
        }

        return Steps >= timesteps;
    }

    /// <summary>Saves all that the rest of the run depends on.</summary>
    public void Save(string path)
    {
        using var archive = new Archive();
        Exchange(archive);
        archive.Save(path);
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote of a run with the same setup.</summary>
    /// <exception cref="InvalidDataException">The file is of another run, or is damaged.</exception>
    public void Load(string path)
    {
        using var archive = Archive.Load(path);
        Exchange(archive);
    }

    /// <summary>Gives native memory back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Plays some steps and learns from them. Tensors made in it are freed after it.</summary>
    protected abstract void Iterate();

    /// <summary>Hands over everything that changes: networks, optimisers, normalisers, buffers, environments, random streams.</summary>
    protected abstract void Exchange(Archive archive);

    /// <summary>Gives native memory back.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Tells what was measured in this iteration.</summary>
    protected void Measure(string name, double value) => _metrics[name] = value;

    /// <summary>A random stream of the run.</summary>
    /// <param name="name">What it is for.</param>
    protected RandomStream Random(string name) => new(Setup.Seed, name);
}
