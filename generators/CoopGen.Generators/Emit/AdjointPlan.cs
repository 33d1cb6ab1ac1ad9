using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Where a state lies after some number of writes, and where the derivative with respect to it does. Texts of arrays and of where it begins there.</summary>
internal sealed record Place(string Memory, string Adjoint, string Offset);

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

/// <summary>A branch: its events, where versions lie that it alone makes, and the states that only the other branch changes.</summary>
internal sealed record AdjointBranch(IReadOnlyList<AdjointEvent> Events, IReadOnlyDictionary<(int Slot, int Version), Place> Places, IReadOnlyList<(StateDeclaration State, int From, int To)> Kept);

/// <summary>The changes of a phase with the versions they read and make, and where each version lies.</summary>
internal sealed class AdjointPlan
{
    private readonly GameProgram _program;
    private readonly Stack<IReadOnlyDictionary<(int Slot, int Version), Place>> _branches = new();
    private readonly Dictionary<int, int> _final = [];
    private readonly string _before;
    private int _made;

    /// <param name="program">The program.</param>
    /// <param name="statements">The changes, in order.</param>
    /// <param name="before">Text of the memory before them.</param>
    public AdjointPlan(GameProgram program, IEnumerable<Statement> statements, string before)
    {
        (_program, _before) = (program, before);
        foreach (var state in program.States)
            _final[state.Slot] = 0;
        // Versions first: what a branch shares with what follows lies where the last version does.
        Count(statements, _final);
        Events = Build(statements, program.States.ToDictionary(s => s.Slot, _ => 0));
    }

    public IReadOnlyList<AdjointEvent> Events { get; }

    /// <summary>States that are changed at all.</summary>
    public bool Changes(StateDeclaration state) => _final[state.Slot] > 0;

    /// <summary>Versions between the first and the last, which need places of their own: name of the memory, name of the adjoint, state.</summary>
    public List<(Place Place, StateDeclaration State)> Between { get; } = [];

    /// <summary>Where a version lies.</summary>
    public Place Of(int slot, int version)
    {
        foreach (var branch in _branches)
            if (branch.TryGetValue((slot, version), out var place))
                return place;
        var state = _program.State(slot);
        var offset = ClassContext.Offset(state);
        if (version == 0)
            return new(_final[slot] == 0 ? "after" : _before, "earlier", offset);
        if (version == _final[slot])
            return new("after", "later", offset);
        var name = state.Name + version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Known(state, name);
    }

    /// <summary>Within a branch versions lie where it says.</summary>
    public void Enter(AdjointBranch branch) => _branches.Push(branch.Places);

    public void Leave() => _branches.Pop();

    private Place Known(StateDeclaration state, string name)
    {
        var place = new Place("_" + name, "_adjointOf" + name, "");
        if (!Between.Any(b => b.Place == place))
            Between.Add((place, state));
        return place;
    }

    private static void Count(IEnumerable<Statement> statements, Dictionary<int, int> versions)
    {
        foreach (var statement in statements)
        {
            if (statement.Kind == StatementKind.When)
            {
                var other = new Dictionary<int, int>(versions);
                Count(statement.Then, versions);
                Count(statement.Else, other);
                foreach (var pair in other)
                    versions[pair.Key] = Math.Max(versions[pair.Key], pair.Value);
            }
            else if (statement.State is { } state)
            {
                versions[state.Slot]++;
            }
        }
    }

    private List<AdjointEvent> Build(IEnumerable<Statement> statements, Dictionary<int, int> versions)
    {
        var events = new List<AdjointEvent>();
        foreach (var statement in statements)
        {
            if (statement.Kind == StatementKind.When)
                events.Add(When(statement, versions));
            else if (statement.State is { } state)
                events.Add(new(statement, versions[state.Slot], ++versions[state.Slot]));
        }

        return events;
    }

    private AdjointEvent When(Statement statement, Dictionary<int, int> versions)
    {
        var before = new Dictionary<int, int>(versions);
        var (then, otherwise) = (new Dictionary<int, int>(before), new Dictionary<int, int>(before));
        Count(statement.Then, then);
        Count(statement.Else, otherwise);
        foreach (var slot in before.Keys)
            versions[slot] = Math.Max(then[slot], otherwise[slot]);
        return new(statement, 0, 0) { Then = Branch(statement.Then, then), Else = Branch(statement.Else, otherwise) };

        AdjointBranch Branch(IReadOnlyList<Statement> inside, Dictionary<int, int> last)
        {
            var places = new Dictionary<(int, int), Place>();
            var kept = new List<(StateDeclaration, int, int)>();
            foreach (var slot in before.Keys)
            {
                var state = _program.State(slot);
                if (last[slot] == before[slot] && versions[slot] > before[slot])
                    kept.Add((state, before[slot], versions[slot]));
                for (var v = before[slot] + 1; v < last[slot]; v++)
                    places[(slot, v)] = Known(state, FormattableString.Invariant($"{state.Name}{v}In{++_made}"));
                if (last[slot] > before[slot])
                    places[(slot, last[slot])] = Of(slot, versions[slot]);
            }

            _branches.Push(places);
            var events = Build(inside, new Dictionary<int, int>(before));
            _branches.Pop();
            return new(events, places, kept);
        }
    }
}
