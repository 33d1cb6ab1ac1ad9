using System.Globalization;

namespace CoopGen.Policies;

/// <summary>The policies that need no training, by name.</summary>
public static class PolicyCatalog
{
    /// <summary>Names: <c>Random</c>, <c>TitForTat</c>, <c>Constant_00</c> … <c>Constant_100</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["Random", "TitForTat", .. Enumerable.Range(0, 101).Select(p => "Constant_" + p.ToString("00", CultureInfo.InvariantCulture))];

    /// <summary>The policy of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says which there are.</exception>
    public static IPolicy Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var at = -1;
        for (var k = 0; k < Names.Count; k++)
            if (Names[k] == name)
                at = k;
        return at switch
        {
            0 => new RandomPolicy(),
            1 => new TitForTatPolicy(),
            > 1 => new ConstantPolicy(at - 2),
            _ => throw new ArgumentException($"There is no policy '{name}'; there are Random, TitForTat and Constant_00 to Constant_100."),
        };
    }
}
