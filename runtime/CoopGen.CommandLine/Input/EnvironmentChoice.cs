using System.CommandLine;

namespace CoopGen.Cli;

/// <summary>Which environment, with which parameters: the id, <c>--reward-type</c>, <c>--set</c> and <c>--seed</c>.</summary>
internal sealed class EnvironmentChoice
{
    /// <summary>What agents can be paid.</summary>
    public static readonly string[] Modes = ["private", "integrated", "cooperative"];

    private readonly Session _session;
    private readonly Argument<string> _id;
    private readonly Option<string?> _mode;
    private readonly Option<string[]> _set;
    private readonly Option<string> _seed = Choose.Seed();
    private readonly bool _seeded;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="session">What the command works with.</param>
    /// <param name="command">The command.</param>
    /// <param name="seeded">Whether there is one seed; a command with several has an option of its own.</param>
    public EnvironmentChoice(Session session, Command command, bool seeded = true)
    {
        _session = session;
        _id = Choose.Id(session);
        _mode = new("--reward-type") { Description = "What agents are paid (default: integrated).", HelpName = string.Join('|', Modes) };
        _mode.CompletionSources.Add(Modes);
        _set = new("--set") { Description = "Values of parameters; a range is written lo,hi.", HelpName = "name=value ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        _set.CompletionSources.Add(context =>
            session.Environments.FirstOrDefault(e => e.Id == context.ParseResult.GetValue(_id))?.Parameters.Select(p => p.Name + "=") ?? []);
        command.Add(_id);
        command.Add(_mode);
        command.Add(_set);
        if (seeded)
            command.Add(_seed);
        _seeded = seeded;
    }

    /// <summary>Makes what was asked for.</summary>
    /// <exception cref="UsageException">There is no such environment or parameter, or a value is not allowed.</exception>
    public Chosen Make(ParseResult result)
    {
        var info = _session.Find(result.GetRequiredValue(_id));
        var values = new ParameterSet();
        var given = new List<(ParameterInfo Parameter, ParameterValue Value)>();
        foreach (var pair in result.GetValue(_set)!)
        {
            var (parameter, value) = Read(info, pair);
            if (given.Any(g => g.Parameter == parameter))
                throw new UsageException($"--set gives {parameter.Name} twice; give it once.");
            given.Add((parameter, value));
            values[parameter.Name] = value;
        }

        if (result.GetValue(_mode) is { } mode)
        {
            if (given.Any(g => g.Parameter.Name == "reward_type"))
                throw new UsageException("--reward-type and --set reward_type are both given; give one of them.");
            values["reward_type"] = Choose.Word("--reward-type", mode, Modes);
        }

        var seed = _seeded ? Choose.Whole("--seed", result.GetValue(_seed)!, 0, ulong.MaxValue) : 0;
        try
        {
            return new(info, info.Create(values), [.. given.Where(g => g.Parameter.Name != "reward_type")], seed);
        }
        catch (ArgumentException exception) when (given.Count > 0)
        {
            // Single values are checked above; this is about several together, such as a baseline above an endowment.
            throw new UsageException($"these parameters do not go together in {info.Id}: {exception.Message}");
        }
    }

    /// <summary>The parameter that <c>name=value</c> names, and the value as it is written.</summary>
    /// <exception cref="UsageException">There is no such parameter.</exception>
    public static (ParameterInfo Parameter, string Text) Named(EnvironmentInfo info, string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new UsageException($"--set is '{pair}'; it must be name=value, such as {info.Parameters[0].Name}={info.Parameters[0].Format(info.Parameters[0].Default)}.");
        var name = pair[..equals];
        var parameter = info.Parameters.FirstOrDefault(p => p.Name == name)
            ?? throw new UsageException($"{info.Id} has no parameter '{name}'{Nearest.Hint(name, [.. info.Parameters.Select(p => p.Name)])} The parameters are {string.Join(", ", info.Parameters.Select(p => p.Name))}.");
        return (parameter, pair[(equals + 1)..]);
    }

    private static (ParameterInfo Parameter, ParameterValue Value) Read(EnvironmentInfo info, string pair)
    {
        var (parameter, text) = Named(info, pair);
        try
        {
            return (parameter, parameter.Parse(text));
        }
        catch (ArgumentException exception)
        {
            var hint = parameter.Choices.Count > 0 ? $" Did you mean '{Nearest.To(text, parameter.Choices)}'?" : "";
            throw new UsageException($"--set {pair}: {exception.Message}{hint}");
        }
    }
}

/// <summary>An environment made for a command.</summary>
/// <param name="Info">Its manifest.</param>
/// <param name="Environment">The environment, not yet reset.</param>
/// <param name="Given">The parameters that were given, without the reward type.</param>
/// <param name="Seed">The seed asked for.</param>
internal sealed record Chosen(EnvironmentInfo Info, GameEnvironment Environment, IReadOnlyList<(ParameterInfo Parameter, ParameterValue Value)> Given, ulong Seed)
{
    /// <summary>What agents are paid, as it is written on the command line.</summary>
    public string RewardType => Environment.Mode.ToString().ToLowerInvariant();
}
