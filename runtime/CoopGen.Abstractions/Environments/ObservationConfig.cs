namespace CoopGen;

/// <summary>Which parts of its own observation an agent is shown: a preset, and parts added to or taken from it by name.</summary>
public sealed record ObservationConfig
{
    private ObservationConfig(Show preset) => Preset = preset;

    /// <summary>Own action and own assessments alone.</summary>
    public static ObservationConfig Minimal { get; } = new(Show.Minimal);

    /// <summary>Everyone's actions, but only one's own assessments: the default.</summary>
    public static ObservationConfig Realistic { get; } = new(Show.Realistic);

    /// <summary>Everything.</summary>
    public static ObservationConfig Full { get; } = new(Show.Full);

    private Show Preset { get; }

    private IReadOnlyDictionary<string, bool> Changes { get; init; } = new Dictionary<string, bool>();

    /// <summary>The same, and the named part is shown.</summary>
    public ObservationConfig With(string part) => Changed(part, true);

    /// <summary>The same, and the named part is hidden.</summary>
    public ObservationConfig Without(string part) => Changed(part, false);

    /// <summary>The parts shown, as bits in the order of <paramref name="parts"/>.</summary>
    /// <exception cref="ArgumentException">A part that is added or taken does not exist; the message lists those that do.</exception>
    public ulong Mask(IReadOnlyList<AgentPartInfo> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach (var name in Changes.Keys)
            if (!parts.Any(p => p.Name == name))
                throw new ArgumentException($"{name} is not part of the observation; the parts are {string.Join(", ", parts.Select(p => p.Name))}.");
        var mask = 0UL;
        for (var k = 0; k < parts.Count; k++)
            if (Changes.TryGetValue(parts[k].Name, out var shown) ? shown : (parts[k].Show & Preset) != 0)
                mask |= 1UL << k;
        return mask;
    }

    private ObservationConfig Changed(string part, bool shown) =>
        this with { Changes = new Dictionary<string, bool>(Changes) { [part] = shown } };
}
