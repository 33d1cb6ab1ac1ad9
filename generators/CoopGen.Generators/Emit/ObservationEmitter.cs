using System.Globalization;
using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the joint observation and what each agent sees of its own.</summary>
internal sealed class ObservationEmitter(ClassContext context)
{
    public void Joint(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void WriteObservation(Span<float> observation)");
        var lowering = Begin(code);
        code.Line("var m = Memory;");
        code.Line("var at = 0;");
        lowering.Prepare([.. context.Program.Observation.Where(p => p.Guard.IsTrue).Select(p => p.Value)]);
        foreach (var part in context.Program.Observation)
            Part(code, lowering, part, null);
        code.Close();
    }

    public void View(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("public override int Observe(int agent, ulong parts, Span<float> observation)");
        code.Line("Require.Agent(agent, N);");
        var lowering = Begin(code);
        code.Line("var m = Memory;");
        code.Line("var at = 0;");
        lowering.NameIndex(Expr.Me, "agent");
        for (var k = 0; k < context.Program.View.Count; k++)
            Part(code, lowering, context.Program.View[k], k);
        code.Line("return at;");
        code.Close();
    }

    public void ViewLength(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("public override int AgentObservationLength(ulong parts)");
        var lowering = Begin(code);
        code.Line("var length = 0;");
        if (context.Program.View.Any(p => p.Where?.DependsOn(Expr.Me) == true))
            code.Line("const int agent = 0;");
        lowering.NameIndex(Expr.Me, "agent");
        for (var k = 0; k < context.Program.View.Count; k++)
        {
            var part = context.Program.View[k];
            code.Open($"if ({Shown(k)}{Guard(lowering, part)})");
            if (part.Where is { } where)
            {
                lowering.ForEach(Expr.Row, [Expr.Me], [where], () =>
                {
                    code.Line($"if ({lowering.Print(where)})");
                    code.Line("    length++;");
                });
            }
            else
            {
                code.Line(part.Arity switch { 0 => "length++;", 1 => "length += N;", _ => "length += N * N;" });
            }

            code.Close();
        }

        code.Line("return length;");
        code.Close();
    }

    private Lowering Begin(CodeWriter code)
    {
        var lowering = new Lowering(context, code, (e, index) => context.Read(e, index));
        foreach (var name in new[] { "observation", "agent", "parts", "length" })
            lowering.Names.Take(name);
        context.PrintArgument = e => lowering.Print(e);
        return lowering;
    }

    /// <summary>The condition that a part is asked for.</summary>
    public static string Shown(int k) => $"(parts & 1UL << {k.ToString(CultureInfo.InvariantCulture)}) != 0";

    private static string Guard(Lowering lowering, ObservationPart part) => part.Guard.IsTrue ? "" : " && " + lowering.Print(part.Guard, 5);

    private static void Part(CodeWriter code, Lowering lowering, ObservationPart part, int? bit)
    {
        code.Space();
        code.Comment(part.Name);
        var guarded = bit is not null || !part.Guard.IsTrue;
        if (bit is { } k)
            code.Open($"if ({Shown(k)}{Guard(lowering, part)})");
        else if (guarded)
            code.Open($"if ({lowering.Print(part.Guard)})");
        if (guarded)
            lowering.Push();
        int[] open = bit is null ? [] : [Expr.Me];
        if (guarded && bit is null)
            lowering.Prepare(part.Value);
        else if (guarded)
            lowering.PrepareFor(Expr.Me, part.Where is null ? [part.Value] : [part.Value, part.Where]);
        void Write() => code.Line($"observation[at++] = (float){lowering.Print(part.Value, 8)};");
        switch (part.Arity)
        {
            case 0:
                Write();
                break;
            case 1:
                lowering.ForEach(Expr.Row, open, part.Where is null ? [part.Value] : [part.Value, part.Where], () =>
                {
                    if (part.Where is { } where)
                        code.Line($"if ({lowering.Print(where)})");
                    if (part.Where is null)
                        Write();
                    else
                        code.Line($"    observation[at++] = (float){lowering.Print(part.Value, 8)};");
                });
                break;
            default:
                lowering.ForEach(Expr.Row, open, [part.Value], () => lowering.ForEach(Expr.Column, [.. open, Expr.Row], [part.Value], Write));
                break;
        }

        if (guarded)
        {
            lowering.Pop();
            code.Close();
        }
    }
}
