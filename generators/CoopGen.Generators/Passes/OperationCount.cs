using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>How much work an evaluation is, with every shared subexpression computed once per agent or pair it varies with.</summary>
internal static class OperationCount
{
    /// <summary>Operations and, apart from them, calls of library functions.</summary>
    public static (long Operations, long LibraryCalls) Count(IReadOnlyList<Expr> roots, int n)
    {
        var (operations, calls) = (0L, 0L);
        // Alpha-equivalent expressions of different indices are one array in code; counting by shape comes near to that.
        var seen = new HashSet<Expr>();
        foreach (var e in Rewriter.InOrder(roots))
        {
            if (e.IsSetup || !seen.Add(e) || e.Op is Op.Index or Op.Const or Op.State or Op.Action or Op.Given or Op.Paid or Op.Step)
                continue;
            var times = Power(n, e.Free.Length + (Expr.IsReduce(e.Op) ? 1 : 0));
            if (e.IsTranscendental)
                calls += times;
            else
                operations += times;
        }

        return (operations, calls);
    }

    private static long Power(int n, int exponent)
    {
        var result = 1L;
        for (var k = 0; k < exponent; k++)
            result *= n;
        return result;
    }
}
