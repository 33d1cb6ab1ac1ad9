namespace CoopGen.Suites;

public sealed partial class TeamEnvironment
{
    /// <summary>Loyalty of every member, 0 to 1: set it where members differ, after a reset. They are data of a case, not parameters.</summary>
    public Span<double> Loyalties => Memory.AsSpan(AtLoyalty, AgentCount);
}
