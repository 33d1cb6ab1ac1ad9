using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Which functions of the library a step calls as it is written, and how often: once, per agent, per pair and so on.</summary>
internal sealed class CallCount
{
    private readonly SortedDictionary<string, List<int>> _calls = new(StringComparer.Ordinal);

    /// <summary>Whether what is being written is a step.</summary>
    public bool IsOn { get; set; }

    /// <summary>The reward mode whose rewards are being written; null elsewhere.</summary>
    public int? Mode { get; set; }

    /// <summary>A call within loops over agents.</summary>
    public void Add(string function, int loops)
    {
        // What the modes do not share is counted of the default mode.
        if (!IsOn || Mode is not (null or 1))
            return;
        if (!_calls.TryGetValue(function, out var counts))
            _calls.Add(function, counts = []);
        while (counts.Count <= loops)
            counts.Add(0);
        counts[loops]++;
    }

    /// <summary>The property that tells, and how many numbers of state a step stores.</summary>
    public void Write(CodeWriter code, GameProgram program, IEnumerable<StateDeclaration> states)
    {
        var written = new HashSet<int>(Written(program.Update).Concat(Written(program.Settle)));
        var stores = new List<int> { 1, program.Actions.Count, 0 };
        foreach (var state in states.Where(s => written.Contains(s.Slot)))
        {
            stores[0] += state.Kind is StateKind.Scalar or StateKind.Window ? 1 : 0;
            stores[1] += state.Kind is StateKind.PerAgent or StateKind.Window ? 1 : 0;
            stores[2] += state.Kind == StateKind.PerPair ? 1 : 0;
        }

        code.Line("/// <inheritdoc/>");
        code.Line($"public override StepWork Work => new([{string.Join(", ", _calls.Select(c => $"new({CodeWriter.Literal(c.Key)}, {Times(c.Value)})"))}], {Times(stores)});");
    }

    private static string Times(List<int> counts) => "(int)(" + string.Join(" + ", counts.Select((c, loops) => (c, loops)).Where(t => t.c > 0)
        .Select(t => BatchContext.Text(t.c) + string.Concat(Enumerable.Repeat(" * N", t.loops)))) + ")";

    private static IEnumerable<int> Written(IEnumerable<Statement> statements) =>
        statements.SelectMany(s => Written(s.Then).Concat(Written(s.Else)).Concat(s.State is { } state ? [state.Slot] : []));
}
