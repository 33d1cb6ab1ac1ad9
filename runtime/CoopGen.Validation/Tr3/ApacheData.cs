namespace CoopGen.Validation.Tr3;

/// <summary>A founder.</summary>
/// <param name="Name">Name.</param>
/// <param name="Weight">Weight in the cohesion of the team.</param>
/// <param name="Loyalty">Loyalty at the beginning.</param>
internal sealed record ApacheMember(string Name, double Weight, double Loyalty);

/// <summary>A phase in the life of the project.</summary>
/// <param name="Name">Name.</param>
/// <param name="Years">Years, in words.</param>
/// <param name="Months">How long it lasts; nothing follows from it.</param>
/// <param name="N">Number of core members.</param>
/// <param name="Multiplier">What of the founders' loyalty is left.</param>
/// <param name="Expected">Effort that is known.</param>
/// <param name="Pattern">What is known of effort, in a word.</param>
internal sealed record ApachePhase(string Name, string Years, int Months, int N, double Multiplier, double Expected, string Pattern);

/// <summary>The case study of the Apache HTTP Server as its file tells it: founders, phases, what is known of them, and the rubric.</summary>
internal sealed class ApacheData
{
    private readonly TeamGame _team;

    public ApacheData()
    {
        var data = Entry.OfSuites("apache.json");
        Title = data["title"].Text();
        var p = data["parameters"];
        _team = new(p["omega"].Number(0.001), p["beta"].Number(0.05, 0.95), p["c"].Number(0.001), 0, p["phi_B"].Number(0), p["phi_C"].Number(0, 1), p["a_max"].Number(TeamGame.Least));
        Members = [.. data["members"].List(2).Select(m => new ApacheMember(m["name"].Text(), m["weight"].Number(0), m["loyalty"].Number(0, 1)))];
        ObservedRatio = data["observed_ratio"].Number(0);
        Phases = [.. data["phases"].List(1).Select(f => new ApachePhase(
            f["name"].Text(), f["years"].Text(), f["months"].Whole(1, 10_000), f["n"].Whole(2, 1024), f["multiplier"].Number(0, 1), f["expected"].Number(0), f["pattern"].Text()))];
        Rubric = new(Rubric.Read(data["rubric"]));
        Printed = Statement.Read(data["printed"]);
    }

    public string Title { get; }

    public ApacheMember[] Members { get; }

    /// <summary>What the greatest contribution is known to have been, over the least.</summary>
    public double ObservedRatio { get; }

    public ApachePhase[] Phases { get; }

    public Rubric Rubric { get; }

    /// <summary>What documents print of the suite.</summary>
    public IReadOnlyList<Statement> Printed { get; }

    /// <summary>Greatest effort.</summary>
    public double Most => _team.Most;

    /// <summary>The team of a phase.</summary>
    public TeamGame Game(ApachePhase phase) => _team with { N = phase.N };

    /// <summary>Loyalty of every member in a phase: the founders' over and over, as far as the phase leaves it.</summary>
    public double[] Loyalties(ApachePhase phase) => [.. Enumerable.Range(0, phase.N).Select(i => Members[i % Members.Length].Loyalty * phase.Multiplier)];

    /// <summary>Weight of every member: the founders' own, and equal ones for those who came later.</summary>
    public double[] Weights(ApachePhase phase) => [.. Enumerable.Range(0, phase.N).Select(i => i < Members.Length ? Members[i].Weight : 1.0 / phase.N)];
}
