using System.CommandLine;
using System.Globalization;
using CoopGen.Policies;
using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary><c>sweep</c>: plays a grid of parameters, policies and reward types and writes a row per episode.</summary>
internal sealed class SweepCommand : Command, IExamples
{
    private const string EveryConstant = "Constant_*", AllModes = "all";

    private readonly Session _session;

    public SweepCommand(Session session) : base("sweep", "Plays a grid of parameters, policies and reward types and writes a row per episode.")
    {
        _session = session;
        var id = Choose.Id(session);
        var set = new Option<string[]>("--set") { Description = "Values of parameters: lo:hi:count evenly spaced, a list a,b,c, or one value; a range is written lo,hi.", HelpName = "name=values ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        set.CompletionSources.Add(context =>
            session.Environments.FirstOrDefault(e => e.Id == context.ParseResult.GetValue(id))?.Parameters.Select(p => p.Name + "=") ?? []);
        var policy = new Option<string[]>("--policy") { Description = $"Who plays: words with one policy for all agents or, with commas, one per agent; {EveryConstant} stands for all 101 constants.", HelpName = "name[,name] ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["Random"] };
        policy.CompletionSources.Add(_ => Players.AllNames.Append(EveryConstant));
        var mode = new Option<string[]>("--reward-type") { Description = "What agents are paid, one or several.", HelpName = string.Join('|', [.. EnvironmentChoice.Modes, AllModes]) + " ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["integrated"] };
        mode.CompletionSources.Add([.. EnvironmentChoice.Modes, AllModes]);
        var episodes = new Option<string>("--episodes") { Description = "Episodes of every cell of the grid.", HelpName = "number", DefaultValueFactory = _ => "1" };
        var seed = Choose.Seed();
        var output = new Option<string>("--out") { Description = "File to write, ending in .parquet, .csv or .json.", HelpName = "file", Required = true };
        var force = new Option<bool>("--force") { Description = "Replaces the file if it is there." };
        var fresh = new Option<bool>("--fresh") { Description = "Begins anew instead of going on from what an interrupted call has left." };
        Add(id);
        foreach (var option in (Option[])[set, policy, mode, episodes, seed, output, force, fresh])
            Add(option);
        SetAction(result =>
        {
            var file = result.GetRequiredValue(output);
            SweepFile.Check(file);
            var info = session.Find(result.GetRequiredValue(id));
            var first = Choose.Whole("--seed", result.GetValue(seed)!, 0, ulong.MaxValue);
            var plan = new SweepPlan(info, Axes(info, result.GetValue(set)!), Modes(result.GetValue(mode)!), Profiles(result.GetValue(policy)!, first),
                (int)Choose.Whole("--episodes", result.GetValue(episodes)!, 1, (ulong)SweepPlan.MostRows), first);
            return Sweep(plan, file, result.GetValue(force), result.GetValue(fresh));
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("sweep TrustDilemma-v0 --set trust_sensitivity=0.5:2.5:5 --policy TitForTat Random --episodes 1000 --out trust.parquet", "plays two policies with five values of a parameter, 1,000 times each"),
        ("sweep TrustDilemma-v0 --policy 'Constant_*' --reward-type all --out constants.csv", "plays all constant policies under all reward types"),
        ("sweep TrustDilemma-v0 --set trust_building_rate=0.1,0.2 trust_erosion_rate=0.3:0.6:4 --policy TitForTat,Constant_60 --out rates.json", "crosses two parameters; the first agent plays one policy, the second another"),
    ];

    public string Notes =>
        """
        A row per episode: environment, the parameters given, reward_type, policy, episode, seed, return_0 … of every agent
        (empty beyond the last agent), team_return, their sum, steps, terminated, truncated, and where a batch of the
        environment reports them cooperation, mean_trust (means over the steps) and final_trust. Rows are ordered by reward
        type, policy, parameters (the last one given changes fastest) and episode. Episode k of a row plays as episode k of
        'run' with that seed does, in single precision: returns differ by about 1e-5 of their size.
        What is done is kept in <file>.partial. After Ctrl-C, or whatever else ended it, the same command goes on from there and
        writes the same file as in one go; other arguments are refused until it is finished or --fresh is given. Where the
        state of an environment outlives episodes, as in DynamicPartnerSelection-v0, the episodes of a cell of the grid follow
        one another, and a cell is kept when all its episodes are done.
        """;

    private static List<Axis> Axes(EnvironmentInfo info, string[] pairs)
    {
        var axes = new List<Axis>();
        foreach (var pair in pairs)
        {
            var (parameter, text) = EnvironmentChoice.Named(info, pair);
            if (parameter.Name == "reward_type")
                throw new UsageException("reward types are given with --reward-type, not with --set.");
            if (axes.Exists(a => a.Parameter == parameter))
                throw new UsageException($"--set gives {parameter.Name} twice; give it once.");
            axes.Add(Axis.Read(parameter, text));
        }

        return axes;
    }

    private static List<RewardMode> Modes(string[] words)
    {
        var modes = words.Select(w => Choose.Word("--reward-type", w, [.. EnvironmentChoice.Modes, AllModes]))
            .SelectMany(w => w == AllModes ? Enum.GetValues<RewardMode>() : [Enum.Parse<RewardMode>(w, ignoreCase: true)]).ToList();
        return modes.GroupBy(m => m).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new UsageException($"--reward-type gives {twice.Key.ToString().ToLowerInvariant()} twice; give it once.") : modes;
    }

    private static List<Profile> Profiles(string[] words, ulong seed)
    {
        // One object per name, so that neighbours in the batch are played together.
        var found = new Dictionary<string, IPolicy>();
        var profiles = words.SelectMany(w => w == EveryConstant ? Players.AllNames.Where(n => n.StartsWith("Constant_", StringComparison.Ordinal)) : [w])
            .Select(w => new Profile(w, EpisodePolicy.Seated([.. w.Split(',').Select(name => found.TryGetValue(name, out var known) ? known : found[name] = Players.Find(name))], seed))).ToList();
        return profiles.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new UsageException($"--policy gives {twice.Key} twice; give it once.") : profiles;
    }

    private int Sweep(SweepPlan plan, string file, bool force, bool fresh)
    {
        var unfinished = file + ".partial";
        // Before a journal is begun or emptied, and again when what it holds is known.
        CheckFree(fresh || !File.Exists(unfinished));
        using var journal = Journal.Open(unfinished, plan.Identity(), chunk => chunk < plan.Chunks ? plan.Chunk(chunk).Count * SweepRow.Size(plan) : 0, fresh);
        CheckFree(!journal.Finishing);
        if (journal.Chunks > 0)
            _session.Say(string.Create(CultureInfo.InvariantCulture, $"Going on from {unfinished}: {Rows(plan, journal):N0} of {plan.Rows:N0} rows are done."));
        var left = plan.MostSteps * (plan.Chunks - journal.Chunks) / plan.Chunks;
        try
        {
            Meter.Run(_session, $"sweeping {plan.Info.Id}", left, meter =>
            {
                foreach (var chunk in SweepPlay.Play(plan, journal.Chunks, meter, _session.Cancellation))
                    journal.Append(chunk);
                _session.Say(string.Create(CultureInfo.InvariantCulture, $"Played {meter.Steps:N0} steps in {meter.Elapsed.TotalSeconds:0.00} s: {meter.Rate}."));
                return 0;
            });
        }
        catch (OperationCanceledException)
        {
            _session.Say(string.Create(CultureInfo.InvariantCulture, $"Interrupted: {Rows(plan, journal):N0} of {plan.Rows:N0} rows are done and kept in {unfinished}; the same command goes on from there."));
            return ExitCode.Interrupted;
        }

        SweepFile.Write(file, SweepColumns.Of(plan), journal.Read().SelectMany((chunk, k) => RowsOf(plan, chunk, k)), journal.Finish);
        journal.Delete();
        _session.Say(string.Create(CultureInfo.InvariantCulture, $"Wrote {plan.Rows:N0} rows to {file}."));
        return ExitCode.Ok;

        void CheckFree(bool isOthers)
        {
            if (isOthers && !force && File.Exists(file))
                throw new UsageException($"{file} is there already; replace it with --force, or name another file.");
        }
    }

    private static int Rows(SweepPlan plan, Journal journal) => journal.Chunks == plan.Chunks ? plan.Rows : plan.Chunk(journal.Chunks).First;

    private static IEnumerable<SweepRow> RowsOf(SweepPlan plan, byte[] chunk, int number)
    {
        var (size, first) = (SweepRow.Size(plan), plan.Chunk(number).First);
        for (var k = 0; k * size < chunk.Length; k++)
            yield return SweepRow.Read(chunk.AsSpan(k * size, size), first + k, plan);
    }
}
