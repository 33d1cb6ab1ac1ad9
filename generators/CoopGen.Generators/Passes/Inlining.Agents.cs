using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Passes;

/// <summary>What ranges over agents: reductions, and vectors and matrices that are listed.</summary>
internal sealed partial class Inlining
{
    private Expr Reduction(Node node, Scope? scope, SpecClass owner)
    {
        var agent = Arena.Fresh();
        var index = Arena.Index(agent);
        var (where, term) = (node.Text, node.Args.Count) switch
        {
            ("Any" or "Every" or "Count", _) => (node[0], null),
            (_, 2) => (node[0], node[1]),
            _ => ((Node?)null, node[0]),
        };
        var op = node.Text switch
        {
            "Sum" or "Count" => Op.Sum,
            "Product" => Op.Product,
            "Mean" => Op.Mean,
            "Min" => Op.Least,
            "Max" => Op.Greatest,
            "Any" => Op.Any,
            _ => Op.Every,
        };
        var condition = where is null ? Arena.True : Guarded("sum", () => ApplyNumber(where, [index], scope, owner));
        if (!condition.IsFlag)
            throw Fail(Problems.Outside, where, "A number as a condition", "compare it with something");
        var body = term is null ? node.Text == "Count" ? Arena.One : Arena.True : Guarded("sum", () => ApplyNumber(term, [index], scope, owner));
        return op == Op.Every ? Arena.Reduce(op, agent, Arena.True, condition) : Arena.Reduce(op, agent, condition, body);
    }

    /// <summary>Over ordered pairs i ≠ j: a sum of sums, or a mean of means.</summary>
    private Expr Pairs(Node node, Scope? scope, SpecClass owner)
    {
        var op = node.Text == "SumPairs" ? Op.Sum : Op.Mean;
        var (i, j) = (Arena.Fresh(), Arena.Fresh());
        var (row, column) = (Arena.Index(i), Arena.Index(j));
        var term = Guarded("sum", () => ApplyNumber(node[0], [row, column], scope, owner));
        var others = Arena.Make(Op.Not, Same(column, row, node));
        return Arena.Reduce(op, i, Arena.True, Arena.Reduce(op, j, others, term));
    }

    private Value Listed(Expr[] values, Node node)
    {
        if (Program.Agents is { IsConst: true } n && n.Value != values.Length)
            throw Fail(Problems.WrongLength, node, values.Length, n.Value);
        if (values.Length == 0)
            throw Fail(Problems.WrongLength, node, 0, "n");
        return new VectorValue(i => i.IsConst && i.Value < values.Length ? values[(int)i.Value] : Arena.Make(Op.Table, [i, .. values]));
    }

    private Value Rows(Node node, Scope? scope, SpecClass owner)
    {
        var rows = node.Args.Select(row => row.Op == "list" ? row.Args.Select(a => Number(a, scope, owner)).ToArray()
            : throw Fail(Problems.Outside, row, "A row that is not listed", "write [x, y, …]")).ToArray();
        var n = rows.Length;
        if (n == 0 || rows.Any(r => r.Length != n) || Program.Agents is { IsConst: true } agents && agents.Value != n)
            throw Fail(Problems.WrongShape, node, $"{n} rows of {string.Join(", ", rows.Select(r => r.Length).Distinct())} numbers", Program.Agents is { IsConst: true } known ? known.Value : n > 0 ? n : "n");
        var values = rows.SelectMany(r => r).ToArray();
        return new MatrixValue((i, j) => i.IsConst && j.IsConst && i.Value < n && j.Value < n ? values[(int)i.Value * n + (int)j.Value] : Arena.Make(Op.Table, part: n, args: [i, j, .. values]));
    }

    /// <summary>D_ij = Σ w·crit / Σ w over the dependencies of i on j; 0 if there are none.</summary>
    private Value Dependencies(Node node, Scope? scope, SpecClass owner)
    {
        var list = new List<(Expr Depender, Expr Dependee, Expr Importance, Expr Criticality)>();
        foreach (var item in node.Args)
        {
            if (item.Op != "dependency" || item.Args.Count != 5)
                throw Fail(Problems.Outside, item, "A dependency that is not listed", "write new Dependency(depender, dependee, \"dependum\", importance, criticality)");
            var entry = (Depender: Number(item[0], scope, owner), Dependee: Number(item[1], scope, owner), Importance: Number(item[3], scope, owner), Criticality: Number(item[4], scope, owner));
            CheckAgent(entry.Depender, item);
            CheckAgent(entry.Dependee, item);
            if (ReferenceEquals(entry.Depender, entry.Dependee))
                throw Fail(Problems.OutsideRange, item, "Dependee", "", entry.Dependee.Value, "any agent but the depender", "the last");
            if (entry.Importance is { IsConst: true, Value: <= 0 })
                throw Fail(Problems.OutsideRange, item, "Importance", "", entry.Importance.Value, "above 0", "any number");
            if (entry.Criticality is { IsConst: true, Value: < 0 or > 1 })
                throw Fail(Problems.OutsideRange, item, "Criticality", "", entry.Criticality.Value, 0, 1);
            list.Add(entry);
        }

        return new MatrixValue((i, j) =>
        {
            var (sum, weight) = (Arena.Zero, Arena.Zero);
            foreach (var entry in list)
            {
                var here = Arena.Make(Op.And, Same(i, entry.Depender, node), Same(j, entry.Dependee, node));
                sum = Arena.Make(Op.Add, sum, Arena.Make(Op.Select, here, Arena.Make(Op.Mul, entry.Importance, entry.Criticality), Arena.Zero));
                weight = Arena.Make(Op.Add, weight, Arena.Make(Op.Select, here, entry.Importance, Arena.Zero));
            }

            return Arena.Make(Op.Select, Arena.Make(Op.Eq, weight, Arena.Zero), Arena.Zero, Arena.Make(Op.Div, sum, weight));
        });
    }
}
