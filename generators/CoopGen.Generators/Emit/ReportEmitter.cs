using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the report to an observer of the experiment.</summary>
internal sealed class ReportEmitter(ClassContext context)
{
    public void Emit(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("public override void Report(IReportWriter writer)");
        code.Line("ArgumentNullException.ThrowIfNull(writer);");
        code.Line("var m = Memory;");
        var lowering = new Lowering(context, code, (e, index) => context.Read(e, index));
        foreach (var name in new[] { "m", "writer" })
            lowering.Names.Take(name);
        context.PrintArgument = e => lowering.Print(e);
        if (context.Program.Report.Any(p => p.Kind is "Numbers" or "AddPairs" or "AddAgents" or "AddMembers" or "AddRanking" or "AddLabels"))
            code.Line("Span<double> values = new double[N * N];");
        if (context.Program.Report.Any(p => p.Kind == "AddLabels"))
            code.Line("var labels = new string[N];");
        foreach (var name in new[] { "values", "labels", "count" })
            lowering.Names.Take(name);
        lowering.Prepare([.. context.Program.Report.Where(p => p.Guard.IsTrue).SelectMany(p => p.Value is { } v ? new[] { v } : [])]);
        if (context.Program.Report.Any(p => p.Kind == "AddAgents"))
            code.Line("var count = 0;");
        foreach (var part in context.Program.Report)
        {
            var guarded = !part.Guard.IsTrue;
            if (guarded)
            {
                lowering.Prepare(part.Guard);
                code.Open($"if ({lowering.Print(part.Guard)})");
                lowering.Push();
                lowering.Prepare(part.Value is { } value ? [value] : []);
            }

            Part(code, lowering, part, CodeWriter.Literal(part.Name));
            if (guarded)
            {
                lowering.Pop();
                code.Close();
            }
        }

        code.Close();
    }

    private void Part(CodeWriter code, Lowering lowering, ReportPart part, string name)
    {
        string Values() => string.Join(", ", part.Labels.Select(CodeWriter.Literal));
        switch (part.Kind)
        {
            case "Number":
                code.Line($"writer.Number({name}, {lowering.Print(part.Value!)});");
                break;
            case "Flag":
                code.Line($"writer.Flag({name}, {lowering.Print(part.Value!)});");
                break;
            case "AddLabel":
                code.Line($"writer.Label({name}, ((string[])[{Values()}])[(int){lowering.Print(part.Value!, 8)}]);");
                break;
            case "AddMembers":
                code.Line($"writer.Agents({name}, values[..RosterOps.Members({context.Span(part.Roster!)}, values)]);");
                break;
            case "AddPairs":
                lowering.ForEach(Expr.Row, [], [part.Value!], () =>
                {
                    var i = lowering.IndexName(Expr.Row);
                    lowering.ForEach(Expr.Column, [Expr.Row], [part.Value!], () => code.Line($"values[{i} * N + {lowering.IndexName(Expr.Column)}] = {lowering.Print(part.Value!)};"), skip: i);
                });
                code.Line($"writer.Pairs({name}, N, values[..(N * N)]);");
                break;
            case "AddAgents":
                code.Line("count = 0;");
                lowering.ForEach(Expr.Row, [], [part.Value!], () =>
                {
                    code.Line($"if ({lowering.Print(part.Value!)})");
                    code.Line($"    values[count++] = {lowering.IndexName(Expr.Row)};");
                });
                code.Line($"writer.Agents({name}, values[..count]);");
                break;
            case "AddLabels":
                lowering.ForEach(Expr.Row, [], [part.Value!], () => code.Line($"labels[{lowering.IndexName(Expr.Row)}] = ((string[])[{Values()}])[(int){lowering.Print(part.Value!, 8)}];"));
                code.Line($"writer.Labels({name}, labels);");
                break;
            default:
                lowering.ForEach(Expr.Row, [], [part.Value!], () => code.Line($"values[{lowering.IndexName(Expr.Row)}] = {lowering.Print(part.Value!)};"));
                code.Line(part.Kind == "AddRanking" ? $"writer.Agents({name}, ReportOps.Ranking(values[..N]));" : $"writer.Numbers({name}, values[..N]);");
                break;
        }
    }
}
