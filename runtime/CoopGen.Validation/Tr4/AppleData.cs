namespace CoopGen.Validation.Tr4;

/// <summary>A phase; both ends belong to it, so that a quarter between two phases belongs to both.</summary>
/// <param name="Name">Name.</param>
/// <param name="From">First quarter.</param>
/// <param name="To">Last quarter.</param>
/// <param name="Targets">Known mean actions.</param>
internal sealed record ApplePhase(string Name, int From, int To, double[] Targets);

/// <summary>The case study of Apple's App Store as its file tells it: who depends on whom, what happened when, what is known of it, and the rubric.</summary>
internal sealed class AppleData
{
    public AppleData()
    {
        var data = Entry.OfSuites("apple.json");
        Title = data["title"].Text();
        Actors = [.. data["actors"].List(1).Select(a => a.Text())];
        var n = Actors.Length;
        Dependence = data["dependence"].Matrix(n, 0, 1);
        Parameters = [.. data["parameters"].Members().Select(m => (m.Name, m.Entry.Number()))];
        Start = data["start"].Numbers(n, 0, 1);
        Noise = data["noise"].Number(0);
        Seed = (uint)data["seed"].Whole(0, int.MaxValue);
        Steps = data["steps"].Whole(1, 10_000);
        Pass = data["pass"].Number(0, 100);
        Phases = [.. data["phases"].List(1).Select(p => new ApplePhase(p["name"].Text(), p["from"].Whole(0, Steps), p["to"].Whole(0, Steps), p["targets"].Numbers(n, 0, 1)))];
        Shocks = Read(data["shocks"]);
        Scenario = data["counterfactual"]["title"].Text();
        Counterfactual = Read(data["counterfactual"]["shocks"]);
        Quarters = [.. data["trajectory"]["quarters"].List(2).Select(q => q.Whole(0, Steps))];
        Known = [.. data["trajectory"]["actions"].List(n).Select(a => a.Numbers(Quarters.Length, 0, 1))];
        Rubric = new(Rubric.Read(data["rubric"]));
        Printed = Statement.Read(data["printed"]);
        Stored = [.. data["stored"].Members().SelectMany(m => m.Entry.Numbers())];
    }

    public string Title { get; }

    public string[] Actors { get; }

    public double[][] Dependence { get; }

    /// <summary>Parameters of the model by name.</summary>
    public (string Name, double Value)[] Parameters { get; }

    /// <summary>Actions at the beginning.</summary>
    public double[] Start { get; }

    /// <summary>Standard deviation of what chance adds to every action.</summary>
    public double Noise { get; }

    /// <summary>Seed of the published run.</summary>
    public uint Seed { get; }

    /// <summary>Number of quarters.</summary>
    public int Steps { get; }

    /// <summary>Percentage of the points that passes.</summary>
    public double Pass { get; }

    public ApplePhase[] Phases { get; }

    /// <summary>What happened.</summary>
    public Shock[] Shocks { get; }

    /// <summary>What might have happened, in words.</summary>
    public string Scenario { get; }

    /// <summary>What might have happened.</summary>
    public Shock[] Counterfactual { get; }

    /// <summary>The quarters of which actions are known.</summary>
    public int[] Quarters { get; }

    /// <summary>Known actions, by actor and quarter.</summary>
    public double[][] Known { get; }

    public Rubric Rubric { get; }

    /// <summary>What documents print of the suite.</summary>
    public IReadOnlyList<Statement> Printed { get; }

    /// <summary>Points that the suite stores beside the rubric and does not use.</summary>
    public double[] Stored { get; }

    private Shock[] Read(Entry shocks) =>
        [.. shocks.List().Select(s => new Shock(s["t"].Whole(0, Steps - 1), s["actor"].Whole(0, Actors.Length - 1), s["change"].Number(-1, 1)))];
}
