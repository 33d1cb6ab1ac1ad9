using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>A change of state, seen from behind.</summary>
/// <param name="Statement">The change.</param>
/// <param name="From">Version of the state before it.</param>
/// <param name="To">Version after it.</param>
internal sealed record AdjointEvent(Statement Statement, int From, int To)
{
    /// <summary>What happens in the branches of a condition.</summary>
    public AdjointBranch? Then { get; init; }

    public AdjointBranch? Else { get; init; }
}

/// <summary>A branch: its events, and the states that only the other branch changes.</summary>
internal sealed record AdjointBranch(IReadOnlyList<AdjointEvent> Events, IReadOnlyList<(StateDeclaration State, int From, int To)> Kept);

/// <summary>The changes of a phase with the versions they read and make, numbered as <see cref="Passes.Inlining"/> does, and where each version lies.</summary>
internal sealed class AdjointPlan
{
    private readonly AdjointTexts _texts;
    private readonly bool _atReset;
    private readonly Dictionary<int, int> _writes = [];
    private readonly Dictionary<int, int> _final;

    /// <summary>The last version in a branch is the one after it.</summary>
    private readonly Dictionary<(int Slot, int Version), int> _same = [];

    /// <param name="texts">Says where versions lie.</param>
    /// <param name="statements">The changes, in order.</param>
    /// <param name="atReset">Whether they are those of a reset.</param>
    public AdjointPlan(AdjointTexts texts, IEnumerable<Statement> statements, bool atReset = false)
    {
        (_texts, _atReset) = (texts, atReset);
        _final = texts.Program.States.ToDictionary(s => s.Slot, _ => 0);
        Events = Build(statements, _final);
    }

    public IReadOnlyList<AdjointEvent> Events { get; }

    /// <summary>Versions between the first and the last, which need places of their own, and their states.</summary>
    public List<(Place Place, StateDeclaration State)> Between { get; } = [];

    /// <summary>Whether a state is changed at all.</summary>
    public bool Changes(StateDeclaration state) => _final[state.Slot] > 0;

    /// <summary>Where a version lies.</summary>
    public Place Of(int slot, int version)
    {
        while (_same.TryGetValue((slot, version), out var after))
            version = after;
        var state = _texts.Program.State(slot);
        var (isFirst, isLast) = (version == 0, version == _final[slot]);
        var place = _texts.PlaceOf(state, version, isFirst, isLast, _atReset);
        if (!isFirst && !isLast && !Between.Any(b => b.Place == place))
            Between.Add((place, state));
        return place;
    }

    /// <summary>Whether a version lies between those that memory holds.</summary>
    public bool IsBetween(int slot, int version)
    {
        var place = Of(slot, version);
        return Between.Any(b => b.Place == place);
    }

    private List<AdjointEvent> Build(IEnumerable<Statement> statements, Dictionary<int, int> versions)
    {
        var events = new List<AdjointEvent>();
        foreach (var statement in statements)
        {
            if (statement.Kind == StatementKind.When)
                events.Add(When(statement, versions));
            else if (statement.State is { } state)
                events.Add(new(statement, versions[state.Slot], versions[state.Slot] = Next(state.Slot)));
        }

        return events;
    }

    private AdjointEvent When(Statement statement, Dictionary<int, int> versions)
    {
        var before = new Dictionary<int, int>(versions);
        var (then, otherwise) = (new Dictionary<int, int>(before), new Dictionary<int, int>(before));
        var (first, second) = (Build(statement.Then, then), Build(statement.Else, otherwise));
        var kept = (Then: new List<(StateDeclaration, int, int)>(), Else: new List<(StateDeclaration, int, int)>());
        foreach (var slot in before.Keys.Where(s => then[s] != before[s] || otherwise[s] != before[s]))
        {
            versions[slot] = Next(slot);
            foreach (var (last, unchanged) in new[] { (then[slot], kept.Then), (otherwise[slot], kept.Else) })
            {
                if (last == before[slot])
                    unchanged.Add((_texts.Program.State(slot), last, versions[slot]));
                else
                    _same.Add((slot, last), versions[slot]);
            }
        }

        return new(statement, 0, 0) { Then = new(first, kept.Then), Else = new(second, kept.Else) };
    }

    private int Next(int slot) => _writes[slot] = (_writes.TryGetValue(slot, out var writes) ? writes : 0) + 1;
}
