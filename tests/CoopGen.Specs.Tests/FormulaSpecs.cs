using System.Text.Json;
using CoopGen.Mechanisms;

namespace CoopGen.Specs.Tests;

/// <summary>A case of the reference figures for single formulas.</summary>
public sealed record FormulaCase(JsonElement Json)
{
    public double this[string name] => Json.GetProperty(name).GetDouble();

    public double[] Row(string name) => Row(Json.GetProperty(name));

    public double[][] Rows(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(Row)];

    public FormulaCase Inner(string name) => new(Json.GetProperty(name));

    private static double[] Row(JsonElement row) => [.. row.EnumerateArray().Select(x => x.GetDouble())];
}

/// <summary>TR-1 at the actions of a case: the baselines stand for the actions, which they are before the first step.</summary>
[Environment("ValueFigures-v0")]
public class ValueFigures(FormulaCase x) : ValueGame
{
    public override int n => x.Row("actions").Length;

    protected override Vector e => All(1e6);

    protected override Vector b => Of(x.Row("actions"));

    protected override Matrix D => Symmetric(0);

    protected override double θ => x["theta"];

    protected override double γ => x["gamma"];

    /// <summary>For derivatives: the own value, or the synergy in the cooperative mode.</summary>
    protected override double Reward(Agent i) => Mode == RewardMode.Cooperative ? g : f(i);

    protected override void Report(Report report)
    {
        report.Add("value", i => f(i));
        report.Add("synergy", g);
        report.Add("total", V);
    }
}

/// <summary>The same with the power function, which floors an action at 1e-10.</summary>
[Environment("PowerFigures-v0")]
public sealed class PowerFigures(FormulaCase x) : ValueFigures(x)
{
    private double Exponent { get; } = x["beta"];

    protected override double f(Agent i) => Pow(Max(a[i], 1e-10), Exponent);
}

/// <summary>TR-1 payoffs, weighted with TR-2 trust, at the actions of a case. Some exceed the endowment: the box is wider by 1000, which the payoff gives back.</summary>
[Environment("PayoffFigures-v0")]
public sealed class PayoffFigures(FormulaCase x) : TrustGame
{
    public override int n => x.Row("actions").Length;

    protected override Vector e => From(i => x.Row("endowments")[i.Index] + 1000);

    protected override Vector b => Of(x.Row("actions"));

    protected override Vector α => Of(x.Row("alpha"));

    protected override Matrix D => Rows(x.Rows("D"));

    protected override double θ => x["theta"];

    protected override double γ => x["gamma"];

    protected override double π(Agent i) => base.π(i) - 1000;

    protected override void Reset()
    {
        T.Set((i, j) => x.Rows("trust")[i.Index][j.Index]);
        R.Set((i, j) => x.Rows("reputation")[i.Index][j.Index]);
    }

    protected override void Report(Report report)
    {
        report.Add("private", i => π(i));
        report.Add("integrated", i => π(i) + Sum(j => j != i, j => D[i, j] * π(j)));
        report.Add("integrated_with_trust", i => U(i));
        report.Add("reward", i => BaseReward(i));
        report.Add("social_welfare", Sum(i => π(i)));
        report.Add("cooperation_surplus", Sum(i => π(i) - e[i] + 1000));
        report.Add("power_index", i => Sum(j => D[j, i]) / (1 + Sum(j => D[i, j])));
        report.Add("vulnerability_index", i => Sum(j => D[i, j]) / (1 + Sum(j => D[j, i])));
    }
}

/// <summary>One step of TR-2 from the trust and reputation of a case.</summary>
[Environment("TrustFigures-v0")]
public sealed class TrustFigures(FormulaCase x) : TrustGame
{
    private FormulaCase Rates { get; } = x.Inner("parameters");

    public override int n => x.Row("actions").Length;

    protected override Vector e => All(1e6);

    protected override Vector b => Of(x.Row("baselines"));

    protected override Matrix D => Rows(x.Rows("D"));

    protected override double γ => 0;

    protected override double λBuild => Rates["lambda_plus"];

    protected override double λErode => Rates["lambda_minus"];

    protected override double μ => Rates["mu_R"];

    protected override double δ => Rates["delta_R"];

    protected override double ξ => Rates["xi"];

    protected override double κ => Rates["kappa"];

    protected override void Reset()
    {
        T.Set((i, j) => x.Rows("trust")[i.Index][j.Index]);
        R.Set((i, j) => x.Rows("reputation")[i.Index][j.Index]);
    }

    protected override void Report(Report report)
    {
        report.AddPairs("trust", (i, j) => T[i, j]);
        report.AddPairs("reputation", (i, j) => R[i, j]);
    }
}

/// <summary>TR-3 at the actions, loyalties and weights of a case.</summary>
[Environment("TeamFigures-v0")]
public class TeamFigures(FormulaCase x) : CollectiveActionGame
{
    public override int n => x.Row("actions").Length;

    protected override Vector e => All(1e6);

    protected override Vector b => Of(x.Row("actions"));

    protected override double ω => x["omega"];

    protected override double β => x["beta"];

    protected override double c => x["c"];

    protected override double φB => x["phi_B"];

    protected override double φC => x["phi_C"];

    protected override double Weight(Agent i) => x.Row("cohesion_weights")[i.Index];

    protected override void Reset() => Loyalty.Set(i => x.Row("loyalty")[i.Index]);

    protected override void Report(Report report)
    {
        report.Add("team_production", Q);
        report.Add("base_payoff", i => TeamPayoff(i));
        report.Add("teammates", i => Teammates(i));
        report.Add("loyalty_modifier", i => L(i));
        report.Add("utility", i => TeamUtility(i));
        report.Add("free_riding_effort", FreeRiding);
        report.Add("social_optimum_effort", Optimum);
        report.Add("team_cohesion", Cohesion);
    }
}

/// <summary>The same, paid by the report's equations.</summary>
[Environment("PublishedTeamFigures-v1")]
public sealed class PublishedTeamFigures(FormulaCase x) : TeamFigures(x)
{
    protected override bool Published => true;
}

/// <summary>TR-4 between two agents: memory after the history of a case, response to its signal.</summary>
[Environment("ReciprocityFigures-v0", Horizon = 1000)]
public class ReciprocityFigures(FormulaCase x) : ReciprocityGame
{
    public override int n => 2;

    protected override Vector e => All(1e6);

    protected override Vector b => All(0);

    protected override Matrix D => Symmetric(x["D_ij"]);

    protected override double T0 => x["T_ij"];

    protected override double κR => x["kappa"];

    protected override double ρ0 => x["rho_0"];

    protected override double η => x["eta"];

    protected override double λR => x["lambda_R"];

    protected override double ω => x["omega"];

    protected override int Memory => (int)x["k"];

    protected override void Report(Report report)
    {
        report.Add("memory_average_agent0", Published ? Record(0) : Average(0));
        report.Add("bounded_response", φ(x["signal"]));
        report.Add("sensitivity", ρ(0, 1));
        report.Add("trust_gated", Answer(0, 1, x["signal"]));
    }
}

/// <summary>The same, paid by the report's equations.</summary>
[Environment("PublishedReciprocityFigures-v1")]
public sealed class PublishedReciprocityFigures(FormulaCase x) : ReciprocityFigures(x)
{
    protected override bool Published => true;
}

/// <summary>Interdependence computed from the i* dependencies of a case.</summary>
[Environment("DependencyFigures-v0")]
public sealed class DependencyFigures(FormulaCase x) : ValueGame
{
    public override int n => 2;

    protected override Matrix D => Dependencies([.. x.Json.GetProperty("dependencies").EnumerateArray()
        .Select(d => new Dependency(0, 1, "dependum", d.GetProperty("importance").GetDouble(), d.GetProperty("criticality").GetDouble()))]);

    protected override double γ => 0;

    protected override void Report(Report report) => report.AddPairs("coefficient", (i, j) => D[i, j]);
}
