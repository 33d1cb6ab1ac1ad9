using CoopGen.Generators.Emit;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Link;

/// <summary>Finds the members that are numbers with default parameters, for the documentation.</summary>
internal static class ConstantValues
{
    public static void Collect(GameProgram program, CancellationToken cancellation)
    {
        var inlining = new Inlining(program, static _ => { }, cancellation);
        inlining.Enter(Stage.Setup);
        var values = new DefaultValues(program);
        var n = Math.Min(values.AgentCount, 64);
        var (row, column) = (program.Arena.Index(Expr.Row), program.Arena.Index(Expr.Column));
        foreach (var (_, member) in program.Chain.InForce())
        {
            if (member.Parameters.Count > 0 || member.Body is null || member.Type is not ("double" or "int" or "Vector" or "Matrix"))
                continue;
            try
            {
                var entries = inlining.Member(member.Name) switch
                {
                    NumberValue { Expr.IsSetup: true } number => [values.At(number.Expr)],
                    VectorValue vector when vector.At(row) is { IsSetup: true } entry => Enumerable.Range(0, n).Select(i => values.At(entry, i)).ToList(),
                    MatrixValue matrix when matrix.At(row, column) is { IsSetup: true } entry => Enumerable.Range(0, n * n).Where(k => k / n != k % n).Select(k => values.At(entry, k / n, k % n)).ToList(),
                    _ => [],
                };
                if (entries.Count > 0 && entries.All(x => x == entries[0]))
                    program.Constants[member.Name] = entries[0];
            }
            catch (GiveUpException)
            {
                // It reads actions or state: no constant.
            }
        }
    }
}
