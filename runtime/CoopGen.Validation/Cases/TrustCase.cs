using CoopGen.Validation.Tr2;

namespace CoopGen.Validation;

/// <summary>A case study of trust: who depends on whom, what they did phase by phase, what was documented, and a rubric.</summary>
internal sealed class TrustCase
{
    private const int MostAgents = 16;

    private readonly double[][] _trust;
    private readonly double[][] _damage;
    private readonly double[] _baselines;

    /// <param name="data">The file.</param>
    /// <exception cref="CaseException">Something is missing or not allowed.</exception>
    public TrustCase(Entry data)
    {
        Data = data;
        Agents = [.. data["agents"].List(2).Select(a => a.Text())];
        if (Agents.Count > MostAgents)
            throw new CaseException($"{data.Path} has {Agents.Count} agents; a case may have {MostAgents}.");
        if (Agents.Distinct().Count() < Agents.Count)
            throw new CaseException($"{data.Path} names an agent twice; names must differ.");
        var n = Agents.Count;
        Dependence = ReadDependence();
        Parameters = new TrustParameters().Read(data.Find("trust"));
        _trust = ReadPairs("initial_trust", 0.5, 1);
        _damage = ReadPairs("initial_damage", 0, 0);
        _baselines = data["baselines"].Numbers(n, 0, 1e9);
        Phases = Phase.Read(data["phases"], n);
        var items = data.Find("behaviours") is { } behaviours ? Behaviours(behaviours) : [];
        if (data.Find("rubric") is { } rubric)
            items.AddRange(Rubric.Read(rubric));
        if (items.Count == 0)
            throw new CaseException($"{data.Path} asks for nothing; give 'behaviours' or a 'rubric'.");
        if (items.GroupBy(i => i.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new CaseException($"the id '{twice.Key}' is there twice among behaviours and rubric; ids must differ.");
        Rubric = new(items);
    }

    /// <summary>The file.</summary>
    public Entry Data { get; }

    /// <summary>Names of the agents.</summary>
    public IReadOnlyList<string> Agents { get; }

    /// <summary>How much row depends on column.</summary>
    public double[][] Dependence { get; }

    /// <summary>Parameters of the model.</summary>
    public TrustParameters Parameters { get; }

    /// <summary>The phases.</summary>
    public IReadOnlyList<Phase> Phases { get; }

    /// <summary>Documented behaviours and rubric.</summary>
    public Rubric Rubric { get; }

    /// <summary>Plays the case in the compiled model.</summary>
    public Course Play() => Play(Parameters, Phases);

    /// <summary>Plays it with other parameters and actions.</summary>
    public Course Play(TrustParameters parameters, IReadOnlyList<Phase> phases)
    {
        var n = Agents.Count;
        var model = new TrustModel(parameters, n, phases.SelectMany(p => p.Actions).Concat(_baselines).Max());
        model.Set(_trust, _damage, Dependence, _baselines);
        var (trust, damage) = (new List<double[,]>(), new List<double[,]>());
        void Note()
        {
            var (t, r) = (new double[n, n], new double[n, n]);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    (t[i, j], r[i, j]) = (model.Trust(i, j), model.DamageOf(i, j));
            trust.Add(t);
            damage.Add(r);
        }

        Note();
        foreach (var phase in phases)
            for (var k = 0; k < phase.Periods; k++)
            {
                model.Step(phase.Actions);
                Note();
            }

        return new(Agents, phases, [.. trust], [.. damage], Signals(parameters, phases));
    }

    /// <summary>The same course by closed forms; null where the rule has none.</summary>
    public Course? Exact()
    {
        if (Parameters.Rule != "current")
            return null;
        var (n, states) = (Agents.Count, Phases[^1].End + 1);
        double[][,] trust = [.. Enumerable.Range(0, states).Select(_ => new double[n, n])], damage = [.. Enumerable.Range(0, states).Select(_ => new double[n, n])];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                (trust[0][i, j], damage[0][i, j]) = (_trust[i][j], _damage[i][j]);
                foreach (var phase in Phases)
                    for (var k = 1; k <= phase.Periods; k++)
                        (trust[phase.Start + k][i, j], damage[phase.Start + k][i, j]) = i == j ? (_trust[i][j], _damage[i][j])
                            : ClosedForm.After(Parameters, trust[phase.Start][i, j], damage[phase.Start][i, j], Math.Tanh(Parameters.Kappa * (phase.Actions[j] - _baselines[j])), Dependence[i][j], k);
            }

        return new(Agents, Phases, trust, damage, Signals(Parameters, Phases));
    }

    /// <summary>Values and points of a course.</summary>
    public (Quantity? Value, double Points)[] Score(Course course) => Rubric.Score(measure => Measure.Of(course, measure));

    private double[] Signals(TrustParameters parameters, IReadOnlyList<Phase> phases) =>
        [.. phases.Select(p => p.Actions.Zip(_baselines, (a, b) => Math.Tanh(parameters.Kappa * (a - b))).Average())];

    private double[][] ReadPairs(string name, double otherwise, double diagonal)
    {
        var n = Agents.Count;
        if (Data.Find(name) is { IsList: true } matrix)
            return matrix.Matrix(n, 0, 1);
        var value = Data.Find(name)?.Number(0, 1) ?? otherwise;
        return [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => i == j ? diagonal : value).ToArray())];
    }

    private double[][] ReadDependence()
    {
        var n = Agents.Count;
        var (matrix, list) = (Data.Find("dependence"), Data.Find("dependencies"));
        if (matrix is null == list is null)
            throw new CaseException($"{Data.Path} must have either 'dependence', a matrix, or 'dependencies', a list from which it follows.");
        if (matrix is not null)
        {
            var rows = matrix.Matrix(n, 0, 1);
            for (var i = 0; i < n; i++)
                if (rows[i][i] != 0)
                    throw new CaseException($"{matrix.Path}[{i}][{i}] is {rows[i][i]}; {Agents[i]} cannot depend on itself: write 0.");
            return rows;
        }

        // TR-1 eq. 1: the mean criticality, weighed by importance.
        var (sums, weights) = (new double[n, n], new double[n, n]);
        foreach (var entry in list!.List(1))
        {
            entry.Only("depender", "dependee", "dependum", "importance", "criticality");
            var (i, j) = (Agent(entry["depender"]), Agent(entry["dependee"]));
            if (i == j)
                throw new CaseException($"{entry.Path}: {Agents[i]} cannot depend on itself.");
            var importance = entry["importance"].Number(0);
            sums[i, j] += importance * entry["criticality"].Number(0, 1);
            weights[i, j] += importance;
        }

        return [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => weights[i, j] == 0 ? 0 : sums[i, j] / weights[i, j]).ToArray())];
    }

    private int Agent(Entry entry)
    {
        var name = entry.Text();
        for (var k = 0; k < Agents.Count; k++)
            if (Agents[k] == name)
                return k;
        throw new CaseException($"{entry.Path} is '{name}', which is no agent; there are {string.Join(", ", Agents)}.");
    }

    /// <summary>Documented behaviours as items of the rubric: a series rises, falls or stays over a phase.</summary>
    private List<RubricItem> Behaviours(Entry list)
    {
        const double Still = 0.01;
        var items = new List<RubricItem>();
        foreach (var entry in list.List(1))
        {
            entry.Only("id", "group", "phase", "measure", "direction", "within", "points", "source");
            var phase = entry["phase"].Text();
            if (Phases.All(p => p.Name != phase))
                throw new CaseException($"{entry.Path}.phase is '{phase}', which is no phase; there are {string.Join(", ", Phases.Select(p => p.Name))}.");
            var (series, direction, points) = (entry.Find("measure")?.Text() ?? "trust", entry["direction"].Word("rises", "falls", "stays"), entry["points"].Number(0, 1e6));
            var within = entry.Find("within")?.Number(0, 1) ?? Still;
            var band = direction switch
            {
                "rises" => new Band(0, false, double.PositiveInfinity, false, points),
                "falls" => new Band(double.NegativeInfinity, false, 0, false, points),
                _ => new Band(-within, true, within, true, points),
            };
            var source = entry.Find("source") is { } known ? $" ({known.Text()})" : "";
            items.Add(new(entry.Find("id")?.Text() ?? $"B{items.Count + 1}", entry.Find("group")?.Text() ?? "behaviour", $"{phase}: {series} {direction}{source}", $"change({series}, '{phase}')", [band], 0, points, null));
        }

        return items;
    }
}
