namespace CoopGen.Cli;

internal sealed class Players(IReadOnlyList<string> names, GameEnvironment e)
{
    public static IEnumerable<string> AllNames => ["Random"];
    public IReadOnlyList<string> Names => names;
    public static Players Make(string[] names, Chosen chosen) => new([.. Enumerable.Range(0, chosen.Environment.AgentCount).Select(_ => names[0])], chosen.Environment);
    public void Begin() { }
    public void Act(double[] actions)
    {
        for (var i = 0; i < actions.Length; i++)
            actions[i] = new Philox(e.Seed).Draw(DrawPhase.Update, "policy", (uint)e.Episode, (uint)e.StepCount, i, 0).Uniform * 30 + 35;
    }
}
