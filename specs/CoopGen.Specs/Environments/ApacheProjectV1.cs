namespace CoopGen.Environments;

/// <summary>
/// The Apache HTTP Server project in one of four phases of its life, paid by the report's equations. Where ApacheProject-v0 pays the
/// utility of TR-1 times factors for riding free and for effort, this pays an equal share of the project's output less the cost of effort,
/// and what loyalty adds: part of what the others get on average and of the own cost. As in the report's validation suite, cost is linear
/// and the others' payoffs are counted without their own loyalty; sizes, caps and productivity of the phases are those of -v0, which the
/// suite's case study sets otherwise. Integrated rewards add the others' payoffs, weighted by trust and dependence. All else is as in -v0.
/// </summary>
[Environment("ApacheProject-v1", Horizon = 60, Class = "TR-3", Report = "arXiv:2601.16237")]
public sealed partial class ApacheProjectV1 : ApacheProject
{
    /// <inheritdoc/>
    protected override bool Published => true;
}
