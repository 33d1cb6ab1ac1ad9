using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// REINFORCE (Williams 1992, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", Machine Learning 8) of every agent by itself: on its own observation
/// oᵢ, for its own reward rᵢ, it goes a step along the mean over episodes of Σₜ (Gᵢₜ − bᵢₜ)·∇log πᵢ(aᵢₜ | oᵢₜ), with the return to go Gᵢₜ = Σₛ≥ₜ γˢ⁻ᵗ rᵢₛ, which ends where the
/// episode does. The baseline bᵢₜ is the mean of Gᵢₜ over the other episodes of the update: it does not depend on what this one did, so that it takes variance away and no bias is added.
/// </summary>
/// <remarks>
/// Deviations from the paper: Adam instead of plain steps; Gᵢₜ − bᵢₜ is divided by its root mean square over the update, which only scales the step; observations are normalised; the factor γᵗ of the gradient of the
/// discounted return is left out, as is usual.
/// </remarks>
public sealed class IndependentREINFORCE : RolloutLearner
{
    private readonly Adam _optimizer;
    private readonly StackedMlp _network;
    private readonly Tensor _logDeviation;
    private readonly float[] _none, _returns, _advantages;

    /// <param name="setup">What is trained on and with.</param>
    public IndependentREINFORCE(TrainingSetup setup) : base(setup, new() { WholeEpisodes = true })
    {
        (_network, _logDeviation) = (new(Actor), LogDeviation.AsTensor(Actor.Groups, 1, ActionLength));
        _optimizer = new(Actor.Parameters.Append(LogDeviation), _network.Tensors.Append(_logDeviation));
        var rows = StepsPerRollout * Lanes;
        (_none, _returns, _advantages) = (new float[rows + Lanes], new float[rows], new float[Units * rows]);
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(IndependentREINFORCE),
        Summary = "Every agent runs REINFORCE on its own observation and its own reward.",
        Paper = "doi:10.1007/BF00992696",
        Family = "independent",
        Hyperparameters =
        [
            new("learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate."),
            Hyperparameter.Count("environments", 8, 2, 100_000, "Episodes per update, played side by side."),
            new("discount", 0.99, 0, 1, "γ."),
            new("entropy", 0, 0, 10, "Weight of the policy's entropy."),
            new("gradient_norm", 1e9, 1e-6, 1e9, "Bound of the norm of each actor's gradient."),
            new("initial_deviation", 0.5, 1e-4, 10, "Standard deviation of actions before squashing, at the beginning."),
            Hyperparameter.Count("hidden_width", 128, 1, 8192, "Width of hidden layers."),
            Hyperparameter.Count("hidden_layers", 2, 0, 16, "Number of hidden layers."),
            Hyperparameter.Switch("share_parameters", false, "Whether all agents use one network."),
        ],
        Create = static setup => new IndependentREINFORCE(setup),
    };

    /// <summary>What returns to go exceed the mean of the other episodes by: an episode that is over earns nothing more.</summary>
    /// <param name="returns">[steps, episodes]; receives what they exceed it by.</param>
    /// <param name="rows">Entries that were played; the others count as 0.</param>
    /// <param name="episodes">Number of episodes, at least 2.</param>
    internal static void LessOthers(Span<float> returns, ReadOnlySpan<long> rows, int episodes)
    {
        var sums = new double[returns.Length / episodes];
        foreach (var row in rows)
            sums[row / episodes] += returns[(int)row];
        foreach (var row in rows)
            returns[(int)row] -= (float)((sums[row / episodes] - returns[(int)row]) / (episodes - 1));
    }

    /// <inheritdoc/>
    protected override void Learn()
    {
        using var scope = NewDisposeScope();
        var (hyper, rows) = (Setup.Hyperparameters, StepsPerRollout * Lanes);
        for (var unit = 0; unit < Units; unit++)
        {
            // With a value of nothing everywhere, what is left of generalised advantage estimation is the return to go.
            var advantages = _advantages.AsSpan(unit * rows, rows);
            Gae.Compute(Rewards(unit), _none, Endings(unit), hyper["discount"], 1, advantages, _returns);
            LessOthers(advantages, Rows, Lanes);
            Scale(advantages, 1 / (Math.Sqrt(Moments(advantages).Square) + 1e-8), 0);
        }

        var played = tensor(Rows.ToArray());
        var means = _network.ForUnits(tensor(InputArray).view(Units, -1, Actor.Inputs).index_select(1, played));
        var logDeviation = _logDeviation.expand(Units, 1, ActionLength);
        var raw = tensor(RawArray).view(Units, -1, ActionLength).index_select(1, played);
        var gain = (SquashedGaussian.LogProbability(means, logDeviation, raw) * tensor(_advantages).view(Units, -1).index_select(1, played)).mean([1]);
        var entropy = SquashedGaussian.Entropy(means, logDeviation).mean([1]);
        var loss = -gain.Plus(Kept(hyper["entropy"]) * entropy).sum() * Kept(Actor.Groups / (double)Units);
        _optimizer.Step(loss, hyper["learning_rate"], hyper["gradient_norm"]);
        Measure("policy_loss", loss.Number());
        Measure("entropy", entropy.mean().Number());
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _optimizer.Exchange(archive.Within("adam"));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var tensor in disposing ? _network.Tensors.Append(_logDeviation) : [])
            tensor.Dispose();
    }
}
