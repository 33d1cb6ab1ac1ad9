using System.Globalization;
using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Learning with opponent-learning awareness (Foerster et al. 2018a, arXiv:1709.04326): agent i does not climb Vᵢ(θᵢ, θ₋ᵢ) but what it expects after the others have learnt,
/// Vᵢ(θᵢ, θ₋ᵢ + η·∇₋ᵢV₋ᵢ(θᵢ, θ₋ᵢ)), and differentiates through their step, which depends on θᵢ. By default, as in that paper, this is expanded in η: ∇ᵢVᵢ + η·Σⱼ≠ᵢ (∇ⱼVᵢ)ᵀ·∇ᵢ∇ⱼVⱼ. By default, too, values are those of
/// sampled episodes, and derivatives of every order those of DiCE (Foerster et al. 2018b, arXiv:1802.05098), in the form with advantages (Farquhar et al. 2019, arXiv:1909.10549, λ = 1):
/// V = Σₜ γᵗ·(exp Cₜ − exp Cₜ₋₁)·Aₜ with Cₜ = Σₛ≤ₜ Σₖ (log πₖ(aₖₛ) − log πₖ⁰(aₖₛ)), where π⁰ is what played.
/// </summary>
/// <remarks>
/// Each agent sees its own observation and is paid its own reward. The advantage is the return to go less the mean of the other episodes' at that step. With <c>first_order=false</c> nothing is dropped, as in the second
/// paper; what was played is then weighed by how likely it is after the others' step (exp Cₜ), where that paper plays new episodes. Deviations: Adam instead of plain steps for the agents themselves (the expected step is a plain
/// one); actions of the box are bins; the expected step's gradient is bounded in norm; observations and advantages are normalised unless switched off. With many agents it is slow: each needs a second derivative of its own.
/// <para>
/// With <c>exact=true</c> the values are differentiated through the payoffs instead: actions are a = tanh(μᵢ(oᵢ; θᵢ) + σ·ε) with σ fixed, and ∇V is the total derivative of episodes whose draws and ε are held
/// (<see cref="EpisodeGradient"/>: steps by the compiler's reverse mode; what an agent does also changes what the others see and do). The product ∇ᵢ(uᵀ·∇ⱼVⱼ) with u = ∇ⱼVᵢ held is the central difference of
/// such gradients, ∇ᵢVⱼ at θⱼ ± h·u. That is not the default: it refuses finite actions, is blind to jumps (a threshold, an exit) where sampling is not, finds only what lies along the way that the present policies
/// play, and after every rollout, which teaches normalisation and is all that counts as steps, replays as many episodes 1 + 2·n·(n − 1) times (n more without <c>first_order</c>). Values are as the game has
/// them, and what outlives episodes is cleared before each.
/// </para>
/// </remarks>
public sealed class LOLA : RolloutLearner
{
    /// <summary>
    /// How far weights move for a difference of gradients, in norm: curvature leaves its square over 6 of the third derivative along the way, and the error of gradients, 2e-5 at most where observations are
    /// rounded, is divided by it.
    /// </summary>
    private const double Reach = 0.01;

    private readonly StackedMlp _network;
    private readonly Adam _adam;
    private readonly float[] _none, _returns, _credit, _played;
    private readonly EpisodeGradient? _exact;
    private readonly RandomStream _noise;
    private readonly float[] _normal;
    private readonly float[][] _gradients;

    /// <param name="setup">What is trained on and with.</param>
    public LOLA(TrainingSetup setup)
        : base(setup, new() { Head = setup.Hyperparameters.Is("exact") ? PolicyHead.Gaussian : PolicyHead.Bins, WholeEpisodes = true, Plain = !setup.Hyperparameters.Is("normalize_observations") })
    {
        var hyper = setup.Hyperparameters;
        var exact = hyper.Is("exact");
        string[] unused = exact ? ["bins", "entropy", "normalize_advantages"] : ["initial_deviation"];
        if (unused.Select(Algorithm.Find).FirstOrDefault(p => hyper[p.Name] != p.Default) is { } other)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{other.Name} is {hyper[other.Name]}; {(exact ? "exact gradients have" : "sampled gradients (exact=false) have")} no use for it: leave it at {other.Default}."));
        _network = new(Actor);
        _exact = exact ? new(setup.Environment, Lanes, _network, hyper["discount"]) : null;
        _noise = Random("noise of exact gradients");
        _normal = new float[_exact?.Noise.Length ?? 0];
        _gradients = [.. Actor.Parameters.Select(p => new float[_exact is null ? 0 : p.Values.Length])];
        _adam = new(Actor.Parameters, null);
        var rows = StepsPerRollout * Lanes;
        (_none, _returns, _credit, _played) = (new float[rows + Lanes], new float[rows], new float[Units * rows], new float[rows]);
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(LOLA),
        Summary = "Every agent climbs what it earns after the others' next learning step, and differentiates through that step.",
        Paper = "arXiv:1709.04326",
        Family = "independent",
        Hyperparameters =
        [
            new("learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate."),
            new("opponent_learning_rate", 0.01, 0, 1000, "η: how far others are expected to go along their gradient; 0 for naive learners."),
            new("opponent_gradient_norm", 1, 1e-6, 1e9, "Bound of the norm of each other's gradient in that step."),
            Hyperparameter.Switch("first_order", true, "Whether what is earned after the others' step is expanded in η to the first order; otherwise nothing is dropped."),
            Hyperparameter.Switch("exact", false, "Whether values are differentiated through the payoffs by the compiler's reverse mode, actions being continuous; otherwise from sampled episodes, actions being bins."),
            new("initial_deviation", 0.5, 1e-6, 10, "With exact gradients: σ of actions before squashing, which stays."),
            Hyperparameter.Count("environments", 8, 2, 100_000, "Episodes per update, played side by side."),
            Hyperparameter.Count("bins", 11, 2, 1000, "Actions to choose from, evenly from the lowest to the highest; not with exact gradients."),
            new("discount", 0.99, 0, 1, "γ."),
            new("entropy", 0, 0, 1000, "Weight of the policy's entropy, mean over steps; not with exact gradients."),
            new("gradient_norm", 1e9, 1e-6, 1e9, "Bound of the norm of each actor's gradient."),
            Hyperparameter.Switch("normalize_observations", true, "Whether observations are normalised; otherwise they are as the game has them, bounded to ±10."),
            Hyperparameter.Switch("normalize_advantages", true, "Whether each agent's advantages are divided by their root mean square; not with exact gradients, which have none."),
            Hyperparameter.Count("hidden_width", 128, 1, 8192, "Width of hidden layers."),
            Hyperparameter.Count("hidden_layers", 2, 0, 16, "Number of hidden layers."),
        ],
        Refuses = static environment => environment.AgentCount < 2 ? "it has one agent, and nobody else who learns." : null,
        Create = static setup => new LOLA(setup),
    };

    /// <summary>Gradients of what every agent earns after the others' step: that of agent i with respect to its own parameters.</summary>
    /// <param name="parameters">[agents, …] each.</param>
    /// <param name="logProbabilities">From such parameters to log-probabilities of what was played: [agents, steps, episodes].</param>
    /// <param name="credit">[agents, steps, episodes]: γᵗ·Aₜ.</param>
    /// <param name="rate">η.</param>
    /// <param name="bound">Bound of the norm of each other's gradient.</param>
    /// <param name="firstOrder">Whether the value is expanded in η to the first order.</param>
    internal static Tensor[] LookAhead(IReadOnlyList<Tensor> parameters, Func<IReadOnlyList<Tensor>, Tensor> logProbabilities, Tensor credit, double rate, double bound, bool firstOrder)
    {
        // The same numbers twice: what a learner moves itself, and what the others see of it.
        Tensor[] own = [.. parameters.Select(p => p.detach().requires_grad_())], seen = [.. parameters.Select(p => p.detach().requires_grad_())];
        var (ofOwn, ofSeen) = (logProbabilities(own), logProbabilities(seen));
        var together = ofSeen.sum(0, keepdim: true);
        var then = together.detach();
        IList<Tensor> slopes = autograd.grad([Value((together - ofSeen).Plus(ofOwn) - then, credit).sum()], own, retain_graph: true, create_graph: true);
        var norms = slopes.Select(g => g.detach().Squared().flatten(1).sum(1)).Aggregate(TorchNumbers.Plus).sqrt();
        var factors = Kept(rate) * (Kept(bound) / norms.Plus(Kept(1e-12))).clamp_max(Kept(1));
        Tensor[] steps = [.. slopes.Select(g => factors.view([-1, .. Enumerable.Repeat(1L, (int)g.dim() - 1)]) * g)];
        var values = firstOrder ? Value(together - then, credit) : After();
        Tensor[] gradients = [.. parameters.Select(p => zeros_like(p))];
        for (var agent = 0; agent < credit.shape[0]; agent++)
        {
            using var scope = NewDisposeScope();
            var slope = autograd.grad([values[agent]], seen, retain_graph: true);
            AddOwn(slope, agent);
            if (!firstOrder)
                continue;
            // ∇ⱼVᵢ · η·∇ⱼVⱼ over all others j, of which the first factor is held.
            var gained = steps.Zip(slope, (step, g) => (step * g.detach()).flatten(1).sum(1)).Aggregate(TorchNumbers.Plus);
            AddOwn(autograd.grad([gained.sum() - gained[agent]], seen, retain_graph: true), agent);
        }

        return gradients;

        Tensor After()
        {
            var ofAhead = logProbabilities([.. seen.Zip(steps, (p, step) => p.detach().Plus(step))]);
            return Value((ofAhead.sum(0, keepdim: true) - ofAhead).Plus(ofSeen) - then, credit);
        }

        void AddOwn(IList<Tensor> from, int agent)
        {
            foreach (var (sum, gradient) in gradients.Zip(from))
                sum[agent].Add(gradient[agent]);
        }
    }

    /// <summary>The same from gradients that are exact.</summary>
    /// <param name="parameters">All agents' weights, each parameter agent by agent.</param>
    /// <param name="gradients">From such parameters and some agents to the derivatives of those agents' values by everyone's parameters.</param>
    /// <param name="agents">Number of agents.</param>
    /// <param name="rate">η.</param>
    /// <param name="bound">Bound of the norm of each other's gradient.</param>
    /// <param name="firstOrder">Whether the value is expanded in η to the first order.</param>
    internal static double[][] LookAhead(double[][] parameters, Func<double[][], int[], double[][][]> gradients, int agents, double rate, double bound, bool firstOrder)
    {
        var slopes = gradients(parameters, [.. Enumerable.Range(0, agents)]);
        double[] factors = [.. slopes.Select((slope, j) => rate * Math.Min(1, bound / (Norm(slope, j) + 1e-12)))];
        var sums = Array.ConvertAll(parameters, p => new double[p.Length]);
        for (var agent = 0; agent < agents; agent++)
        {
            var slope = firstOrder ? slopes[agent] : gradients(Ahead(agent), [agent])[0];
            Add(slope, agent, 1, sums);
            for (var other = 0; other < agents; other++)
            {
                var length = Norm(slope, other);
                if (other == agent || factors[other] == 0 || length == 0)
                    continue;
                var h = Reach / length;
                foreach (var sign in new[] { 1, -1 })
                    Add(gradients(Moved(parameters, slope, other, sign * h), [other])[0], agent, sign * factors[other] / (2 * h), sums);
            }
        }

        return sums;

        double[][] Ahead(int agent)
        {
            var ahead = parameters;
            for (var other = 0; other < agents; other++)
                if (other != agent)
                    ahead = Moved(ahead, slopes[other], other, factors[other]);
            return ahead;
        }

        double[][] Moved(double[][] from, double[][] along, int agent, double factor)
        {
            var moved = Array.ConvertAll(from, p => p.ToArray());
            Add(along, agent, factor, moved);
            return moved;
        }

        void Add(double[][] from, int agent, double factor, double[][] to)
        {
            foreach (var (source, target) in from.Zip(to))
                for (var k = agent * (source.Length / agents); k < (agent + 1) * (source.Length / agents); k++)
                    target[k] += factor * source[k];
        }

        double Norm(double[][] of, int agent) => Math.Sqrt(of.Sum(p => p.AsSpan(agent * (p.Length / agents), p.Length / agents).ToArray().Sum(x => x * x)));
    }

    /// <inheritdoc/>
    protected override void Learn()
    {
        if (_exact is not null)
        {
            LearnExactly(_exact);
            return;
        }

        var (hyper, rows) = (Setup.Hyperparameters, StepsPerRollout * Lanes);
        Array.Clear(_played);
        foreach (var row in Rows)
            _played[row] = 1;
        for (var unit = 0; unit < Units; unit++)
        {
            var credit = _credit.AsSpan(unit * rows, rows);
            Gae.Compute(Rewards(unit), _none, Endings(0), hyper["discount"], 1, credit, _returns);
            IndependentREINFORCE.LessOthers(credit, Rows, Lanes);
            var scale = hyper.Is("normalize_advantages") ? 1 / (Math.Sqrt(Moments(credit).Square) + 1e-8) : 1;
            for (var row = 0; row < rows; row++)
                credit[row] = _played[row] == 0 ? 0 : (float)(credit[row] * scale * Math.Pow(hyper["discount"], row / Lanes));
        }

        using var scope = NewDisposeScope();
        var (inputs, bins) = (tensor(InputArray).view(Units, -1, Actor.Inputs).narrow(1, 0, rows), tensor(BinArray).view(Units, ActionLength, -1).narrow(2, 0, rows).transpose(1, 2));
        var (credits, played) = (tensor(_credit).view(Units, StepsPerRollout, Lanes), tensor(_played).view(StepsPerRollout, Lanes));
        Tensor[] parameters = [.. _network.Tensors];
        var gradients = LookAhead(parameters, LogProbabilitiesOf, credits, hyper["opponent_learning_rate"], hyper["opponent_gradient_norm"], hyper.Is("first_order"));
        var entropy = (Categorical.Entropy(LogitsOf(parameters)).sum(-1) * played.view(1, rows)).sum(1) * Kept(1.0 / Rows.Length);
        foreach (var (sum, gradient) in gradients.Zip(autograd.grad([entropy.sum() * Kept(hyper["entropy"])], parameters)))
            sum.Add(gradient);
        _adam.Step(Array.ConvertAll(gradients, g => -g), hyper["learning_rate"], hyper["gradient_norm"]);
        Measure("entropy", entropy.mean().Number());

        Tensor LogitsOf(IReadOnlyList<Tensor> tensors) => _network.Forward(inputs, tensors).view(Units, rows, ActionLength, BinCount);
        Tensor LogProbabilitiesOf(IReadOnlyList<Tensor> tensors) => Categorical.LogProbability(LogitsOf(tensors), bins).sum(-1).view(Units, StepsPerRollout, Lanes) * played;
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _adam.Exchange(archive.Within("adam"));
        _noise.Exchange(archive, "exact");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var tensor in disposing ? _network.Tensors : [])
            tensor.Dispose();
    }

    private void LearnExactly(EpisodeGradient exact)
    {
        var hyper = Setup.Hyperparameters;
        for (var k = 0; k < exact.Seeds.Length; k++)
            exact.Seeds[k] = new Philox(Setup.Seed).Split(Philox.Hash("exact gradients")).Split((ulong)_adam.Steps).Split((ulong)k).Seed;
        _noise.FillNormal(_normal);
        for (var k = 0; k < _normal.Length; k++)
            exact.Noise[k] = hyper["initial_deviation"] * _normal[k];
        for (var k = 0; k < exact.Shift.Length; k++)
            (exact.Shift[k], exact.Scale[k]) = (Normalizer.Shift[k], Normalizer.Scale[k]);
        double[][] parameters = [.. Actor.Parameters.Select(p => Array.ConvertAll(p.Values, w => (double)w))];
        var gradients = LookAhead(parameters, exact.Gradients, Units, hyper["opponent_learning_rate"], hyper["opponent_gradient_norm"], hyper.Is("first_order"));
        foreach (var (gradient, into) in gradients.Zip(_gradients))
            for (var k = 0; k < into.Length; k++)
                into[k] = (float)-gradient[k];
        _adam.Step(_gradients, hyper["learning_rate"], hyper["gradient_norm"]);
    }

    /// <summary>Σₜ γᵗ·(exp Cₜ − exp Cₜ₋₁)·Aₜ, mean over episodes: [agents].</summary>
    /// <param name="ratios">[agents, steps, episodes]: what a step adds to C.</param>
    /// <param name="credit">The same shape: γᵗ·Aₜ.</param>
    private static Tensor Value(Tensor ratios, Tensor credit)
    {
        var after = ratios.cumsum(1);
        return ((after.exp() - (after - ratios).exp()) * credit).sum(1).mean([1]);
    }
}
