using System.Globalization;
using System.Runtime.Intrinsics.X86;
using CoopGen.Policies;

namespace CoopGen.Cli;

/// <summary>The policies of all agents in a sweep.</summary>
/// <param name="Name">One name for all, or one per agent with commas.</param>
/// <param name="Policies">One policy for all agents or one per agent.</param>
internal sealed record Profile(string Name, IReadOnlyList<IPolicy> Policies);

/// <summary>
/// What a sweep plays: reward types × policies × parameters × episodes, a row each, in this order, the last parameter given changing fastest.
/// Rows are played in chunks that depend on the plan alone, so that a sweep in pieces gives what it gives in one.
/// </summary>
internal sealed class SweepPlan
{
    /// <summary>Most rows of a sweep.</summary>
    public const long MostRows = 10_000_000;

    /// <summary>Most bytes of a chunk: they are one record of the journal and one array.</summary>
    private const int MostChunkBytes = 1 << 30;

    private readonly IReadOnlyList<Axis> _axes;
    private readonly IReadOnlyList<RewardMode> _modes;
    private readonly IReadOnlyList<Profile> _profiles;
    private readonly int _combinations, _cells;

    /// <exception cref="UsageException">The grid is too large, parameters do not go together, or there are too few or too many policies.</exception>
    public SweepPlan(EnvironmentInfo info, IReadOnlyList<Axis> axes, IReadOnlyList<RewardMode> modes, IReadOnlyList<Profile> profiles, int episodes, ulong seed)
    {
        (Info, _axes, _modes, _profiles, Episodes, Seed) = (info, axes, modes, profiles, episodes, seed);
        var rows = axes.Aggregate((decimal)modes.Count * profiles.Count * episodes, (product, axis) => product * axis.Values.Count);
        if (rows > MostRows)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"this grid has {rows:N0} rows ({string.Concat(axes.Select(a => $"{a.Values.Count:N0} values of {a.Parameter.Name} × "))}{modes.Count} reward types × {profiles.Count} policies × {episodes:N0} episodes); at most {MostRows:N0} are allowed."));
        Rows = (int)rows;
        _cells = Rows / episodes;
        _combinations = _cells / (modes.Count * profiles.Count);
        var steps = 0.0;
        (FewestAgents, MostAgents) = (int.MaxValue, 0);
        for (var combination = 0; combination < _combinations; combination++)
        {
            var environment = Make(modes[0], combination);
            if (environment.Horizon > EnvironmentBatch.MostSteps)
                throw new UsageException($"max_steps is {environment.Horizon}; in a sweep it must be between 1 and {EnvironmentBatch.MostSteps}.");
            steps += environment.Horizon;
            (FewestAgents, MostAgents) = (Math.Min(FewestAgents, environment.AgentCount), Math.Max(MostAgents, environment.AgentCount));
            if (combination == 0)
            {
                using var batch = EnvironmentBatch.Create(environment, 1);
                (Persists, Watched) = (batch.Persists, BatchPlay.Watched(batch));
            }
        }

        foreach (var profile in profiles)
            if (profile.Policies.Count != 1 && (profile.Policies.Count != FewestAgents || profile.Policies.Count != MostAgents))
                throw new UsageException($"--policy {profile.Name} names {profile.Policies.Count} policies; give one for all or one for each of the {(FewestAgents == MostAgents ? FewestAgents : $"{FewestAgents} to {MostAgents}")} agents of {info.Id}.");
        MostSteps = steps * modes.Count * profiles.Count * episodes;
        // Where episodes are played in turn, a cell: so that an interrupt loses no more than the cells that are being played.
        RowsPerChunk = Persists ? episodes : BatchPlay.Lanes;
        if ((long)RowsPerChunk * SweepRow.Size(this) is > MostChunkBytes and var bytes)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{RowsPerChunk:N0} episodes of {info.Id} that are kept together take {bytes:N0} bytes; at most {MostChunkBytes:N0} are allowed."));
    }

    public EnvironmentInfo Info { get; }

    public IReadOnlyList<Axis> Axes => _axes;

    public int Episodes { get; }

    public ulong Seed { get; }

    public int Rows { get; }

    /// <summary>The most steps that all episodes together can take.</summary>
    public double MostSteps { get; }

    public int FewestAgents { get; }

    public int MostAgents { get; }

    /// <summary>Whether an episode depends on those before it, so that the episodes of a cell are played in turn.</summary>
    public bool Persists { get; }

    /// <summary>The numbers of the report that are averaged.</summary>
    public string[] Watched { get; } = [];

    public int Chunks => (Rows + RowsPerChunk - 1) / RowsPerChunk;

    private int RowsPerChunk { get; }

    /// <summary>First row and number of rows of a chunk.</summary>
    public (int First, int Count) Chunk(int chunk) => (chunk * RowsPerChunk, Math.Min(RowsPerChunk, Rows - chunk * RowsPerChunk));

    public int EpisodeOf(int row) => row % Episodes;

    public int CombinationOf(int row) => row / Episodes % _combinations;

    public Profile ProfileOf(int row) => _profiles[row / Episodes / _combinations % _profiles.Count];

    public RewardMode ModeOf(int row) => _modes[row / Episodes / _combinations / _profiles.Count];

    public ParameterValue ValueOf(int axis, int row) => Value(axis, CombinationOf(row));

    /// <summary>The environment of a row.</summary>
    public GameEnvironment Make(RewardMode mode, int combination)
    {
        var values = new ParameterSet { ["reward_type"] = mode };
        for (var axis = 0; axis < _axes.Count; axis++)
            values[_axes[axis].Parameter.Name] = Value(axis, combination);
        try
        {
            return Info.Create(values);
        }
        catch (ArgumentException exception) when (_axes.Count > 0)
        {
            throw new UsageException($"{Values(combination)} do not go together in {Info.Id}: {exception.Message}");
        }
    }

    /// <summary>The cell of a row in words, and its episode.</summary>
    public string Describe(int row) => string.Create(CultureInfo.InvariantCulture,
        $"episode {EpisodeOf(row)} of reward type {ModeOf(row).ToString().ToLowerInvariant()}, policy {ProfileOf(row).Name}{(_axes.Count == 0 ? "" : ", ")}{Values(CombinationOf(row))}");

    /// <summary>All that the rows follow from, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Identity() =>
    [
        ("version", CommandLine.Version),
        ("environment", Info.Id),
        ("meaning of the environment", Signature.Of(Info).ToString("x16", CultureInfo.InvariantCulture)),
        .. _axes.Select(a => ("--set " + a.Parameter.Name, string.Join(';', a.Values.Select(a.Parameter.Format)))),
        ("the order of --set", string.Join(", ", _axes.Select(a => a.Parameter.Name))),
        ("--reward-type", string.Join(' ', _modes)),
        ("--policy", string.Join(' ', _profiles.Select(p => p.Name))),
        ("--episodes", Episodes.ToString(CultureInfo.InvariantCulture)),
        ("--seed", Seed.ToString(CultureInfo.InvariantCulture)),
        ("fused multiply-add", Fma.IsSupported ? "yes" : "no"),
    ];

    private string Values(int combination) => string.Join(", ", _axes.Select((a, k) => $"{a.Parameter.Name} {a.Parameter.Format(Value(k, combination))}"));

    private ParameterValue Value(int axis, int combination)
    {
        for (var k = _axes.Count - 1; k > axis; k--)
            combination /= _axes[k].Values.Count;
        return _axes[axis].Values[combination % _axes[axis].Values.Count];
    }
}
