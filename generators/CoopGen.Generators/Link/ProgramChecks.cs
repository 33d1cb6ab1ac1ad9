using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Link;

internal sealed class ProgramChecks(GameProgram program, Inlining inlining, Action<Problem> report)
{
    public void Run() => _ = (program, inlining, report);
}
