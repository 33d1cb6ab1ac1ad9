namespace CoopGen.Interop;

/// <summary>The environments that the library plays. A project that publishes itself adds its registry before the first call, in a module initialiser.</summary>
public static class Exposed
{
    private static readonly SortedDictionary<string, EnvironmentInfo> _environments = new(StringComparer.Ordinal);

    private static readonly HashSet<string> _unlisted = new(StringComparer.Ordinal);

    /// <summary>All environments that are listed, by id.</summary>
    internal static IEnumerable<EnvironmentInfo> All => _environments.Values.Where(e => !_unlisted.Contains(e.Id));

    /// <summary>Adds environments.</summary>
    /// <exception cref="ArgumentException">There is one with the same id already.</exception>
    public static void Add(IEnumerable<EnvironmentInfo> environments)
    {
        ArgumentNullException.ThrowIfNull(environments);
        foreach (var info in environments)
            if (!_environments.TryAdd(info.Id, info))
                throw new ArgumentException($"There are two environments with the id {info.Id}.", nameof(environments));
    }

    /// <summary>Adds an environment that is not listed: something to build with rather than to play.</summary>
    /// <exception cref="ArgumentException">There is one with the same id already.</exception>
    public static void AddUnlisted(EnvironmentInfo environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Add([environment]);
        _unlisted.Add(environment.Id);
    }

    /// <exception cref="ArgumentException">There is none; the message lists those that are.</exception>
    internal static EnvironmentInfo Find(string id) =>
        _environments.TryGetValue(id, out var info) ? info
        : throw new ArgumentException($"There is no environment '{id}'; there are {string.Join(", ", All.Select(e => e.Id))}.");
}
