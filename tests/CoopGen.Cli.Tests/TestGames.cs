namespace CoopGen.Cli.Tests;

/// <summary>A game of two dimensions: how much to give, and one of three prices. It pays what is given times the price.</summary>
[Environment("GiveAndPrice-v0", Horizon = 3, Class = "test", Agents = ["seller", "buyer"])]
public sealed partial class GiveAndPrice : Spec
{
    public override int n => 2;

    private ActionVar give => Continuous(0, _ => 10);

    private ActionVar price => Finite([1, 2, 4], initial: 1);

    public override ActionVar[] Actions => [give, price];

    protected override double Reward(Agent i) => give[i] * price[i];

    protected override void Report(Report report)
    {
        report.Add("open", true);
        report.Add("total", Sum(i => give[i]));
        report.AddPairs("gap", (i, j) => give[i] - give[j]);
        report.AddAgents("givers", i => give[i] > 0);
        report.AddLabel("mood", give[0] > give[1] ? 1 : 0, "cool", "warm");
        report.AddLabels("sizes", i => give[i] > 5 ? 1 : 0, "small", "large");
    }
}

/// <summary>A game that pays something that is no number, or fails, or tells someone that a step was played.</summary>
[Environment("Odd-v0", Horizon = 5)]
public sealed partial class Odd(Func<double> reward) : Spec
{
    public override int n => 1;

    private ActionVar a => Continuous(0, _ => 10);

    public override ActionVar[] Actions => [a];

    protected override double Reward(Agent i) => reward();
}
