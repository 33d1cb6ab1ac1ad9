namespace CoopGen.Learning;

/// <summary>
/// Proximal policy optimisation with the clipped objective (Schulman et al. 2017, arXiv:1707.06347), for whatever scheme: several passes over a rollout in
/// minibatches, each a step against −min(ρA, clip(ρ, 1 − ε, 1 + ε)·A) − c·H of the actors, and one against the critics' squared error.
/// </summary>
public abstract class PpoLearner : OnPolicyLearner
{
    private readonly RandomStream _order;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">Who decides, who judges, and who is paid what.</param>
    protected PpoLearner(TrainingSetup setup, OnPolicyScheme scheme) : base(setup, scheme)
    {
        _order = Random("order of rows");
        Array.Fill(Actor.Biases[^1].Values, (float)Math.Atanh(2 * Setup.Hyperparameters["initial_action"] - 1));
    }

    /// <summary>
    /// What all of them can be tuned by. Defaults are the benchmark's but for what learners say of themselves and these: the learning rate is 1e-3 and falls to 0 (there 3e-4 throughout),
    /// minibatches are of 256 steps (64) and there are 5 passes (10), as many environments are played side by side; a network that many agents share learns from 2,048 of their rows at a time; σ
    /// begins at 0.3 (1), within the box; actions begin at six tenths of the box: who begins above what is expected of it keeps the others' trust, and passes the thresholds of collective games
    /// together with them.
    /// </summary>
    /// <param name="share">Whether agents share networks by default; null where that is no question.</param>
    /// <param name="own">Defaults of a learner's own, by name.</param>
    /// <exception cref="ArgumentException">There is no such hyperparameter, or its value is not allowed.</exception>
    protected static IReadOnlyList<Hyperparameter> Tunable(bool? share, params ReadOnlySpan<(string Name, double Default)> own)
    {
        List<Hyperparameter> all =
        [
            new("learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate of actors and critics at the beginning."),
            new("final_learning_rate", 0, 0, 1, "What the learning rate moves to in a straight line."),
            Hyperparameter.Count("rollout", 2048, 1, 10_000_000, "Environment steps between updates, over all environments, resets among them."),
            Hyperparameter.Count("environments", 0, 0, 100_000, "Environments played side by side; 0 for as many as play an episode each in a rollout, so that all of its steps are learnt from alike."),
            Hyperparameter.Count("minibatch", 256, 1, 10_000_000, "Environment steps per step of the optimiser."),
            Hyperparameter.Count("most_rows", 2048, 1, 1_000_000_000, "At most so many rows per step of the optimiser of a shared network, but no fewer than one agent's; with more agents, agents take turns."),
            Hyperparameter.Count("epochs", 5, 1, 1000, "Passes over a rollout."),
            new("discount", 0.99, 0, 1, "γ."),
            new("gae_lambda", 0.95, 0, 1, "λ of generalised advantage estimation."),
            HorizonEnds,
            new("clip", 0.2, 0, 1, "ε: how far the probability ratio may move with profit."),
            Hyperparameter.Switch("clip_values", false, "Whether values are kept within ε of what they were, too."),
            new("entropy", 0.01, 0, 10, "Weight of the policy's entropy."),
            new("gradient_norm", 0.5, 1e-6, 1e9, "Bound of the norm of each actor's and each critic's gradient."),
            new("initial_action", 0.6, 0.001, 0.999, "Where actions begin: part of the box above its lower end."),
            new("initial_deviation", 0.3, 1e-4, 10, "Standard deviation of actions before squashing, at the beginning."),
            new("final_deviation", 0.01, 1e-4, 10, "What bounds it in the end; on the way the bound falls by equal factors."),
            new("deviation_part", 0.5, 0.001, 1, "Part of training after which that bound is reached."),
            new("value_rate", 0.05, 1e-6, 1, "Weight of the newest rollout in the mean and deviation of values."),
            Hyperparameter.Count("hidden_width", 128, 1, 8192, "Width of hidden layers."),
            Hyperparameter.Count("hidden_layers", 2, 0, 16, "Number of hidden layers."),
        ];
        foreach (var (name, value) in own)
        {
            var place = all.FindIndex(h => h.Name == name);
            if (place < 0)
                throw new ArgumentException($"There is no hyperparameter '{name}' to give a default; there are {string.Join(", ", all.Select(h => h.Name))}.", nameof(own));
            all[place] = all[place] with { Default = all[place].Check(value) };
        }

        if (share is { } byDefault)
            all.Add(Hyperparameter.Switch("share_parameters", byDefault, "Whether all agents use one network."));
        return all;
    }

    /// <inheritdoc/>
    protected override void Improve()
    {
        var hyper = Setup.Hyperparameters;
        var clip = hyper["clip"];
        var how = new Improvement(new Schedule(hyper["learning_rate"], hyper["final_learning_rate"]).At(Progress), clip, hyper.Is("clip_values") ? clip : double.PositiveInfinity, hyper["entropy"], hyper["gradient_norm"], hyper.Count("most_rows"));
        for (var epoch = 0; epoch < hyper.Count("epochs"); epoch++)
        {
            // What is left over by whole minibatches waits for another order.
            _order.Shuffle(Rows);
            Follow(Math.Min(hyper.Count("minibatch"), Rows.Length), how);
        }
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        base.ExchangeOwn(archive);
        _order.Exchange(archive, "order");
    }
}
