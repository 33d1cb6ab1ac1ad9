using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Loops for sums and their like.</summary>
internal sealed partial class Lowering
{
    private void Reduction(Expr e, string name, int[] open)
    {
        if (_arithmetic == Arithmetic.Lanes)
        {
            LaneReduction(e, name, open);
            return;
        }

        var interval = _arithmetic == Arithmetic.Interval;
        var start = e.Op switch
        {
            Op.Product => interval ? "Interval.Of(1.0)" : "1.0",
            Op.Least => interval ? "Interval.Of(double.PositiveInfinity)" : "double.PositiveInfinity",
            Op.Greatest => interval ? "Interval.Of(double.NegativeInfinity)" : "double.NegativeInfinity",
            Op.Any => interval ? "Truth.False" : "false",
            Op.Every => interval ? "Truth.True" : "true",
            Op.Mean when interval => "default(IntervalMean)",
            _ => interval ? "Interval.Of(0.0)" : "0.0",
        };
        var counted = e.Op == Op.Mean && !interval && !e[0].IsTrue;
        var count = counted ? Names.Local("count") : "";
        var total = e.Op == Op.Mean ? Names.Local("total") : name;
        _code.Line($"var {total} = {start};");
        if (counted)
            _code.Line($"var {count} = 0;");
        ForEach(e.Slot, open, [e[0], e[1]], () =>
        {
            if (interval)
            {
                _code.Line(IntervalTerm(e, total));
                return;
            }

            var test = e[0].IsTrue || e.Op is Op.Any or Op.Every ? null : Print(e[0]);
            var body = e.Op switch
            {
                Op.Sum or Op.Mean => $"{total} += {Print(e[1])};",
                Op.Product => $"{total} *= {Print(e[1])};",
                Op.Least => $"{total} = Math.Min({total}, {Print(e[1])});",
                Op.Greatest => $"{total} = Math.Max({total}, {Print(e[1])});",
                Op.Any => $"{total} |= {Print(e[0], 5)};",
                _ => $"{total} &= {Print(e[1], 5)};",
            };
            if (counted)
            {
                _code.Open($"if ({test})");
                _code.Line(body);
                _code.Line($"{count}++;");
                _code.Close();
                return;
            }

            if (test is not null)
                _code.Line($"if ({test})");
            _code.Line((test is null ? "" : "    ") + body);
        });
        if (e.Op == Op.Mean)
            _code.Line(interval ? $"var {name} = {total}.Value;" : counted ? $"var {name} = {count} == 0 ? 0.0 : {total} / {count};" : $"var {name} = {total} / {_class.N};");
    }

    private string IntervalTerm(Expr e, string total)
    {
        var where = Print(e[0]);
        var body = Print(e[1]);
        return e.Op switch
        {
            Op.Sum => e[0].IsTrue ? $"{total} += {body};" : $"{total} += Interval.Select({where}, {body}, Interval.Of(0.0));",
            Op.Product => e[0].IsTrue ? $"{total} *= {body};" : $"{total} *= Interval.Select({where}, {body}, Interval.Of(1.0));",
            Op.Mean => $"{total} = {total}.With({where}, {body});",
            Op.Least => $"{total} = Interval.Min({total}, {body});",
            Op.Greatest => $"{total} = Interval.Max({total}, {body});",
            Op.Any => $"{total} = Truth.Or({total}, {where});",
            _ => $"{total} = Truth.And({total}, {body});",
        };
    }

    /// <summary>As <see cref="Reduction"/>, of lanes: what only concerns indices is decided by a branch, all else by masks.</summary>
    private void LaneReduction(Expr e, string name, int[] open)
    {
        if (e.Op == Op.Sum && e[0].IsTrue && e[1].Op == Op.Log && Known(e[1]) is null && ((BatchContext)_class).Analysis.Of(e[1][0]) is { Low: >= 1e-30, High: <= 1e30 })
        {
            // One logarithm of the product instead of one per agent.
            var (product, exponent) = (Names.Local("product"), Names.Local("exponent"));
            _code.Line($"var {product} = V.Create(1f);");
            _code.Line($"var {exponent} = {ExpressionPrinter.None};");
            ForEach(e.Slot, open, [e[1][0]], () => _code.Line($"Multiply(ref {product}, ref {exponent}, {Print(e[1][0])});"));
            Called("LogOfNormal");
            _code.Line($"var {name} = LogOfProduct({product}, {exponent});");
            return;
        }

        var start = e.Op switch
        {
            Op.Product => "V.Create(1f)",
            Op.Least => "V.Create(float.PositiveInfinity)",
            Op.Greatest => "V.Create(float.NegativeInfinity)",
            Op.Every => ExpressionPrinter.All,
            _ => ExpressionPrinter.None,
        };
        var flags = e.Op is Op.Any or Op.Every;
        var branch = !flags && ExpressionPrinter.IsIndexCondition(e[0]) && !Has(e[0]);
        var masked = !flags && !e[0].IsTrue && !branch;
        var (total, count) = (e.Op == Op.Mean ? Names.Local("total") : name, e.Op == Op.Mean && !e[0].IsTrue ? Names.Local("count") : "");
        _code.Line($"var {total} = {start};");
        if (count.Length > 0)
            _code.Line(branch ? $"var {count} = 0;" : $"var {count} = {ExpressionPrinter.None};");
        ForEach(e.Slot, open, [e[0], e[1]], () =>
        {
            var decided = branch ? _printer.Decide(e[0]) : null;
            var (where, term) = (masked ? Print(e[0], 5) : "", flags ? "" : Print(e[1]));
            string[] body = e.Op switch
            {
                Op.Any => [$"{total} |= {Print(e[0])};"],
                Op.Every => [$"{total} &= {Print(e[1])};"],
                Op.Product => [masked ? $"{total} *= V.ConditionalSelect({where}, {term}, V.Create(1f));" : $"{total} *= {term};"],
                Op.Least or Op.Greatest when masked => [$"{total} = V.ConditionalSelect({where}, V.{(e.Op == Op.Least ? "Min" : "Max")}Native({total}, {term}), {total});"],
                Op.Least or Op.Greatest => [$"{total} = V.{(e.Op == Op.Least ? "Min" : "Max")}Native({total}, {term});"],
                _ when masked => [$"{total} += {where} & {Print(e[1], 5)};", .. count.Length > 0 ? new[] { $"{count} += {where} & V.Create(1f);" } : []],
                _ => [_printer.Added(total, e[1]), .. count.Length > 0 ? new[] { $"{count}++;" } : []],
            };
            if (branch && decided is null)
                _code.Open($"if ({_printer.IndexCondition(e[0])})");
            foreach (var line in body)
                _code.Line(line);
            if (branch && decided is null)
                _code.Close();
        }, when: () => !branch || _printer.Decide(e[0]) != false);
        if (e.Op != Op.Mean)
            return;
        _code.Line(count.Length == 0 ? $"var {name} = {total} / {_class.Count};"
            : branch ? $"var {name} = {count} == 0 ? {ExpressionPrinter.None} : {total} / Of({count});"
            : $"var {name} = V.LessThan({ExpressionPrinter.None}, {count}) & {total} / V.MaxNative({count}, V.Create(1f));");
    }
}
