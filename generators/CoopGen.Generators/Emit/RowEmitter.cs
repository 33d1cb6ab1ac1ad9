using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>
/// Writes the rows of the observations of a kernel with loops: columns that lie beside each other in memory go from there to the rows
/// eight at a time, those that never change only on request.
/// </summary>
internal sealed class RowEmitter(BatchContext context)
{
    public void Write(CodeWriter code, Lowering lowering)
    {
        var parts = context.Program.Observation;
        if (parts.Count == 0)
            return;
        code.Open("if (range.Observes)");
        code.Line("ref var rows = ref range.Rows(block);");
        lowering.Prepare([.. parts.Where(p => p.Guard.IsTrue).Select(p => p.Value)]);
        // Where parameters decide which parts there are, alike in all environments of a batch, places are counted on the way.
        var guarded = parts.Any(p => !p.Guard.IsTrue);
        if (guarded)
            code.Line("nuint at = 0;");
        var (pairs, each, single) = (0, 0, 0);
        for (var k = 0; k < parts.Count;)
        {
            var (start, last) = (Place(parts[k]), k);
            while (start is { IsSetup: false } && last + 1 < parts.Count && Place(parts[last + 1]) is { IsSetup: false } next && Follows(Place(parts[last])!.Value.Name, next.Name)
                && ReferenceEquals(parts[k].Guard, parts[last + 1].Guard))
                last++;
            var first = guarded ? "at" : At(pairs, each, single);
            var (morePairs, moreEach, moreSingle) = (0, 0, 0);
            for (var part = k; part <= last; part++)
            {
                morePairs += parts[part].Arity == 2 ? 1 : 0;
                moreEach += parts[part].Arity == 1 ? 1 : 0;
                moreSingle += parts[part].Arity == 0 ? 1 : 0;
            }

            code.Comment(string.Join(", ", parts.Skip(k).Take(last - k + 1).Select(p => p.Name)));
            var there = $"ref From(ref rows, {first})";
            if (!parts[k].Guard.IsTrue)
            {
                code.Open($"if (EveryLane({lowering.Print(parts[k].Guard)}))");
                lowering.Push();
                lowering.Prepare([.. parts.Skip(k).Take(last - k + 1).Select(p => p.Value)]);
            }

            if (start is { } place)
            {
                if (place.IsSetup)
                    code.Line("if (range.Constants)");
                code.Line($"{(place.IsSetup ? "    " : "")}LaneRows.Write({there}, range.Length, ref From(ref {(place.IsSetup ? "p" : "m")}, {place.Name}), (nint)({At(morePairs, moreEach, moreSingle)}));");
            }
            else if (parts[k].Arity == 0)
            {
                if (parts[k].Value.IsSetup)
                    code.Line("if (range.Constants)");
                code.Line($"{(parts[k].Value.IsSetup ? "    " : "")}LaneRows.Write({there}, range.Length, {lowering.Print(parts[k].Value)});");
            }
            else
            {
                Computed(code, lowering, parts[k], there);
            }

            if (guarded)
                code.Line($"at += {At(morePairs, moreEach, moreSingle)};");
            if (!parts[k].Guard.IsTrue)
            {
                lowering.Pop();
                code.Close();
            }

            (pairs, each, single, k) = (pairs + morePairs, each + moreEach, single + moreSingle, last + 1);
        }

        code.Close();
    }

    /// <summary>Columns that are computed go through work memory.</summary>
    private void Computed(CodeWriter code, Lowering lowering, ObservationPart part, string there)
    {
        var region = context.ColumnRegion(part);
        void Entry(string at) => code.Line($"Store(ref w, {region} + {at}, {lowering.Print(part.Value)});");
        if (part.Value.IsSetup)
            code.Open("if (range.Constants)");
        lowering.ForEach(Expr.Row, [], [part.Value], () =>
        {
            var i = lowering.IndexName(Expr.Row);
            if (part.Arity == 1)
                Entry(i);
            else
                lowering.ForEach(Expr.Column, [Expr.Row], [part.Value], () => Entry($"{i} * {context.N} + {lowering.IndexName(Expr.Column)}"));
        });
        code.Line($"LaneRows.Write({there}, range.Length, ref From(ref w, {region}), (nint)({(part.Arity == 1 ? "N" : "N * N")}));");
        if (part.Value.IsSetup)
            code.Close();
    }

    /// <summary>Where the columns of a part lie beside each other: in the block's memory or in what is fixed; null if they do not.</summary>
    private (string Name, bool IsSetup)? Place(ObservationPart part)
    {
        var e = part.Value;
        var plain = e.Args.Length == part.Arity && e.Args.Select((a, k) => a.Op == Op.Index && a.Slot == (k == 0 ? Expr.Row : Expr.Column)).All(x => x);
        if (e.Op == Op.Action && plain && part.Arity == 1 && context.Dimensions == 1)
            return ("AtActions", false);
        if (e.Op == Op.State && plain)
            return (ClassContext.Offset(context.Program.State(e.Slot)), false);
        if (!e.IsSetup || e.IsConst || part.Arity == 0 || e.Free.Length != part.Arity)
            return null;
        return context.Fields.Straight(e) is { } name ? (name, true) : null;
    }

    private bool Follows(string name, string next)
    {
        var order = new List<string> { "AtActions" };
        order.AddRange(context.States.Select(ClassContext.Offset));
        return order.IndexOf(next) == order.IndexOf(name) + 1;
    }

    /// <summary>Text of a number of columns.</summary>
    private static string At(int pairs, int each, int single)
    {
        var terms = new List<string>();
        if (pairs > 0)
            terms.Add(pairs == 1 ? "N * N" : $"{BatchContext.Text(pairs)} * N * N");
        if (each > 0)
            terms.Add(each == 1 ? "N" : $"{BatchContext.Text(each)} * N");
        if (single > 0 || terms.Count == 0)
            terms.Add(BatchContext.Text(single));
        return string.Join(" + ", terms);
    }
}
