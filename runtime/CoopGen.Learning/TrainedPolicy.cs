using System.Text.Json;
using CoopGen.Policies;

namespace CoopGen.Learning;

/// <summary>How a network's output becomes an action.</summary>
public enum PolicyHead
{
    /// <summary>The output is μ of a squashed normal distribution with fixed deviations: <see cref="SquashedGaussian"/>.</summary>
    Gaussian,

    /// <summary>The output is μ, then log σ, of a squashed normal distribution.</summary>
    GaussianWithDeviation,

    /// <summary>The action is tanh of the output.</summary>
    Deterministic,

    /// <summary>The output is a logit (or a value) per bin of every dimension: <see cref="Categorical"/>.</summary>
    Bins,
}

/// <summary>What a trained policy is, beside its numbers.</summary>
public sealed record PolicyShape
{
    /// <summary>The algorithm that trained it.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Id of the environment that it was trained on.</summary>
    public required string Environment { get; init; }

    /// <summary>Number of agents n.</summary>
    public required int Agents { get; init; }

    /// <summary>Dimensions d of an agent's action.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Whether one network sees the joint observation and acts for all; otherwise agents act on their own observations.</summary>
    public required bool Joint { get; init; }

    /// <summary>Names of the parts of an agent's own observation that it sees.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>Number of networks: one per agent, or one that all share.</summary>
    public required int Groups { get; init; }

    /// <summary>Length of the networks' input, of each hidden layer, and of the output.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>What hidden layers apply.</summary>
    public required Activation Activation { get; init; }

    /// <summary>How the output becomes an action.</summary>
    public required PolicyHead Head { get; init; }

    /// <summary>Bins per dimension; 0 where there are none.</summary>
    public int Bins { get; init; }
}

/// <summary>
/// A trained policy, for all agents of its environment: agent i plays what network i (or the common one) says. Plays without TorchSharp. What it draws follows the
/// environment's seed.
/// </summary>
public sealed class TrainedPolicy : IBatchPolicy
{
    private const string ShapeFile = "policy.json", NumbersFile = "policy.safetensors";
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, RespectNullableAnnotations = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) } };

    private readonly Parameter _shift, _scale, _deviation;
    private readonly float[] _own, _input, _output;

    /// <param name="shape">What it is.</param>
    /// <param name="networks">Networks that are copied.</param>
    /// <param name="normalizer">What its inputs are normalised by; null for nothing.</param>
    /// <param name="logDeviation">log σ per group and output, for <see cref="PolicyHead.Gaussian"/>; else empty.</param>
    public TrainedPolicy(PolicyShape shape, Mlp networks, RunningNormalizer? normalizer = null, ReadOnlySpan<float> logDeviation = default) : this(shape)
    {
        Networks.CopyFrom(networks);
        if (normalizer is not null)
        {
            normalizer.Shift.CopyTo(_shift.Values);
            normalizer.Scale.CopyTo(_scale.Values);
        }

        logDeviation.CopyTo(_deviation.Values);
    }

    /// <summary>A policy whose numbers are still to be read.</summary>
    internal TrainedPolicy(PolicyShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Check(shape);
        Shape = shape;
        Networks = new("policy", shape.Groups, shape.Sizes, shape.Activation);
        (_shift, _scale) = (new("input.shift", Networks.Inputs), new("input.scale", Networks.Inputs));
        _deviation = new("policy.log_deviation", shape.Groups, shape.Head == PolicyHead.Gaussian ? Networks.Outputs : 0);
        Array.Fill(_scale.Values, 1);
        (_own, _input, _output) = (new float[Networks.Inputs], new float[Networks.Inputs], new float[Networks.Outputs]);
    }

    /// <summary>What it is.</summary>
    public PolicyShape Shape { get; }

    /// <summary>Its networks.</summary>
    public Mlp Networks { get; }

    /// <summary>Whether actions are drawn; otherwise they are the middle of the distribution, or the likeliest bin.</summary>
    public bool Stochastic { get; init; }

    /// <inheritdoc/>
    public string Name => Shape.Algorithm;

    /// <summary>The same policy, playing stochastically or not.</summary>
    public TrainedPolicy As(bool stochastic)
    {
        var copy = new TrainedPolicy(Shape) { Stochastic = stochastic };
        copy.Networks.CopyFrom(Networks);
        foreach (var (to, from) in copy.Numbers.Zip(Numbers))
            from.Values.CopyTo(to.Values.AsSpan());
        return copy;
    }

    /// <summary>Writes <c>policy.json</c>, which says the shape, and <c>policy.safetensors</c>, which holds the numbers.</summary>
    /// <param name="folder">A folder; it is made if there is none.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        using var archive = new Archive();
        archive.Exchange(Numbers);
        archive.Save(Path.Combine(folder, NumbersFile));
        File.WriteAllText(Path.Combine(folder, ShapeFile), JsonSerializer.Serialize(Shape, _json) + "\n");
    }

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    /// <exception cref="InvalidDataException">The files are missing or damaged.</exception>
    public static TrainedPolicy Load(string folder)
    {
        try
        {
            var shape = JsonSerializer.Deserialize<PolicyShape>(File.ReadAllText(Path.Combine(folder, ShapeFile)), _json) ?? throw new JsonException("there is nothing in it.");
            var policy = new TrainedPolicy(shape);
            using var archive = Archive.Load(Path.Combine(folder, NumbersFile));
            archive.Exchange(policy.Numbers);
            return policy;
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new InvalidDataException($"{folder} holds no trained policy: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a shape whose numbers contradict one another.</summary>
    private static void Check(PolicyShape shape)
    {
        var (bins, units) = (shape.Head == PolicyHead.Bins, shape.Joint ? 1 : shape.Agents);
        if (shape.Agents < 1 || shape.Dimensions < 1)
            throw new ArgumentException($"agents is {shape.Agents} and dimensions {shape.Dimensions}; both must be at least 1.");
        if (shape.Groups != 1 && shape.Groups != units)
            throw new ArgumentException($"groups is {shape.Groups}; it must be 1{(units > 1 ? $" or {units}" : "")}.");
        if (bins ? shape.Bins < 2 : shape.Bins != 0)
            throw new ArgumentException($"bins is {shape.Bins}; it must be {(bins ? "at least 2" : "0")}.");
        var outputs = (long)shape.Dimensions * (shape.Joint ? shape.Agents : 1) * (bins ? shape.Bins : shape.Head == PolicyHead.GaussianWithDeviation ? 2 : 1);
        if (shape.Sizes.Count < 2 || shape.Sizes[^1] != outputs)
            throw new ArgumentException($"sizes is {string.Join(", ", shape.Sizes)}; it must have an input at least, and end with {outputs}.");
    }

    /// <summary>Refuses an environment that the policy cannot play.</summary>
    /// <exception cref="ArgumentException">Its agents or observations are others.</exception>
    public void Check(GameEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var seen = environment.AgentCount == Shape.Agents && environment.ActionDimensions == Shape.Dimensions
            ? Shape.Joint ? environment.ObservationLength : environment.AgentObservationLength(Mask(environment.Info)) : -1;
        if (seen != Networks.Inputs)
            throw new ArgumentException($"The policy is for {Shape.Agents} agents with {Shape.Dimensions} actions each that see {Networks.Inputs} numbers; {environment.Info.Id} has {environment.AgentCount} with {environment.ActionDimensions}{(seen < 0 ? "" : $" that see {seen}")}.", nameof(environment));
    }

    /// <summary>Draws what an agent does that has seen something, for <see cref="PolicyHead.Gaussian"/> and own observations.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="observation">Its own observation, as the game has it.</param>
    /// <param name="normal">A standard normal number per dimension.</param>
    /// <param name="action">Receives the action, each dimension within [−1, 1].</param>
    internal void Draw(int agent, ReadOnlySpan<float> observation, ReadOnlySpan<float> normal, Span<float> action)
    {
        RunningNormalizer.Apply(observation, _shift.Values, _scale.Values, _input);
        Networks.Forward(Group(agent), _input, _output);
        for (var d = 0; d < action.Length; d++)
            action[d] = MathF.Tanh(_output[d] + MathF.Exp(_deviation.Of(Group(agent))[d]) * normal[d]);
    }

    /// <inheritdoc/>
    public void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        Check(environment);
        if (Shape.Joint)
            environment.Observe(_own);
        else
            environment.Observe(agent, Mask(environment.Info), _own);
        RunningNormalizer.Apply(_own, _shift.Values, _scale.Values, _input);
        Networks.Forward(Group(agent), _input, _output);
        var scale = new ActionScale(environment);
        for (var d = 0; d < Shape.Dimensions; d++)
            action[d] = scale.ToGame(agent * Shape.Dimensions + d, Decide(_output, agent, d, environment.Seed, environment.Episode, environment.StepCount));
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats)
    {
        Check(seats.Batch.Variant(seats.First));
        return new Player(this, seats);
    }

    /// <summary>All numbers: weights, and what inputs are normalised by.</summary>
    internal IEnumerable<Parameter> Numbers => Networks.Parameters.Concat(_deviation.Values.Length > 0 ? [_shift, _scale, _deviation] : [_shift, _scale]);

    private int Group(int agent) => Shape.Joint || Shape.Groups == 1 ? 0 : agent;

    private ulong Mask(EnvironmentInfo info)
    {
        var mask = 0UL;
        foreach (var part in Shape.Parts)
        {
            var k = info.AgentParts.TakeWhile(p => p.Name != part).Count();
            if (k == info.AgentParts.Count)
                throw new ArgumentException($"The policy sees {part}, which is not part of the observation of {info.Id}.");
            mask |= 1UL << k;
        }

        return mask;
    }

    /// <summary>What an agent does in a dimension, within [−1, 1].</summary>
    private float Decide(Span<float> output, int agent, int dimension, ulong seed, int episode, int step)
    {
        var entry = Shape.Joint ? agent * Shape.Dimensions + dimension : dimension;
        var entries = Shape.Joint ? Shape.Agents * Shape.Dimensions : Shape.Dimensions;
        if (Shape.Head == PolicyHead.Bins)
        {
            var logits = output.Slice(entry * Shape.Bins, Shape.Bins);
            return Categorical.Action(Stochastic ? Categorical.Sample(logits, Draw().Uniform) : Categorical.Greatest(logits), Shape.Bins);
        }

        var raw = output[entry];
        if (Stochastic && Shape.Head != PolicyHead.Deterministic)
        {
            var deviation = Shape.Head == PolicyHead.Gaussian ? _deviation.Of(Group(agent)).Slice(entry, 1) : output.Slice(entries + entry, 1);
            if (Shape.Head == PolicyHead.GaussianWithDeviation)
                SquashedGaussian.Bound(deviation);
            raw += MathF.Exp(deviation[0]) * (float)Draw().Normal;
        }

        return MathF.Tanh(raw);

        Philox.Block Draw() => new Philox(seed).Split(Philox.Hash("trained policy")).Draw(DrawPhase.Update, "action", (uint)episode, (uint)step, agent * Shape.Dimensions + dimension, 0);
    }

    /// <summary>An agent's seats. Where one object plays several agents, each player asks for its own agent's observations alone.</summary>
    private sealed class Player : BatchPlayer
    {
        private readonly TrainedPolicy _policy;
        private readonly BatchSeats _seats;
        private readonly ulong _parts;
        private readonly ActionScale[] _scales;
        private readonly float[] _rows, _inputs, _outputs;

        public Player(TrainedPolicy policy, BatchSeats seats)
        {
            (_policy, _seats) = (policy, seats);
            _parts = policy.Mask(seats.Batch.Info);
            var scales = new Dictionary<GameEnvironment, ActionScale>(ReferenceEqualityComparer.Instance);
            _scales = new ActionScale[seats.Count];
            for (var k = 0; k < seats.Count; k++)
                _scales[k] = scales.TryGetValue(seats.Batch.Variant(seats.First + k), out var known) ? known : scales[seats.Batch.Variant(seats.First + k)] = new(seats.Batch.Variant(seats.First + k));
            var inputs = policy.Networks.Inputs;
            _rows = new float[seats.Batch.Count * inputs * (policy.Shape.Joint ? 1 : seats.Batch.AgentCount)];
            (_inputs, _outputs) = (new float[seats.Count * inputs], new float[seats.Count * policy.Networks.Outputs]);
        }

        public override void Act(int dimension, Span<float> actions)
        {
            var (batch, shape, outputs) = (_seats.Batch, _policy.Shape, _policy.Networks.Outputs);
            if (dimension == 0)
            {
                if (shape.Joint)
                    batch.Observe(_rows);
                else
                    batch.ObserveAgents(_parts, _rows);
                var first = (shape.Joint ? _seats.First : _seats.Agent * batch.Count + _seats.First) * _policy.Networks.Inputs;
                RunningNormalizer.Apply(_rows.AsSpan(first, _inputs.Length), _policy._shift.Values, _policy._scale.Values, _inputs);
                _policy.Networks.Forward(_policy.Group(_seats.Agent), _inputs, _outputs);
            }

            for (var k = 0; k < actions.Length; k++)
            {
                var at = _seats.First + k;
                var decided = _policy.Decide(_outputs.AsSpan(k * outputs, outputs), _seats.Agent, dimension, batch.Seed(at), batch.Episode(at), batch.StepCount(at));
                actions[k] = (float)_scales[k].ToGame(_seats.Agent * shape.Dimensions + dimension, decided);
            }
        }
    }
}
