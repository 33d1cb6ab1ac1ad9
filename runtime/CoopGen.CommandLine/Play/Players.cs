using CoopGen.Learning;
using CoopGen.Policies;
using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary>The policies of all agents of an environment.</summary>
internal sealed class Players
{
    private readonly GameEnvironment _environment;
    private readonly IPolicy[] _policies;

    private Players(GameEnvironment environment, IPolicy[] policies) => (_environment, _policies) = (environment, policies);

    public static IReadOnlyList<string> AllNames => OracleCatalog.PolicyNames;

    /// <summary>One policy per agent.</summary>
    public IReadOnlyList<IPolicy> Policies => _policies;

    /// <summary>One name per agent.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(_policies, p => p.Name);

    /// <summary>Finds the policies by name: one for all agents or one per agent.</summary>
    /// <exception cref="UsageException">A name is unknown, or there are neither one nor as many as agents.</exception>
    public static Players Make(string[] names, Chosen chosen)
    {
        var n = chosen.Environment.AgentCount;
        if (names.Length != 1 && names.Length != n)
            throw new UsageException($"--policy names {names.Length} policies; give one for all or one for each of the {n} agents of {chosen.Environment.Info.Id}.");
        var found = Array.ConvertAll(names, Find);
        foreach (var (trained, name) in found.Zip(names).Where(pair => pair.First is TrainedPolicy))
            Fits((TrainedPolicy)trained, name, chosen.Environment);
        found = EpisodePolicy.Seated(found, chosen.Seed);
        return new(chosen.Environment, [.. Enumerable.Range(0, n).Select(i => found[found.Length == 1 ? 0 : i])]);
    }

    /// <summary>What everybody does next.</summary>
    public void Act(double[] actions)
    {
        var d = _environment.ActionDimensions;
        for (var i = 0; i < _policies.Length; i++)
            _policies[i].Act(_environment, i, actions.AsSpan(i * d, d));
    }

    /// <summary>The policy of that name, or the trained one in a folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IPolicy Find(string name)
    {
        try
        {
            if (Directory.Exists(name))
                return TrainedPolicy.Load(name);
            return OracleCatalog.FindPolicy(name);
        }
        catch (InvalidDataException damaged)
        {
            throw new UsageException(damaged.Message);
        }
        catch (ArgumentException unknown)
        {
            throw new UsageException($"{unknown.Message} Did you mean '{Nearest.To(name, AllNames)}'?");
        }
    }

    private static void Fits(TrainedPolicy policy, string name, GameEnvironment environment)
    {
        try
        {
            policy.Check(environment);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"{name} cannot be played here: {exception.Message.Split(" (Parameter")[0]}");
        }
    }
}
