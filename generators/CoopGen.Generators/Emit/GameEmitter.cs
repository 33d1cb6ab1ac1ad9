using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the one-shot game: payoffs as a function of actions with memory held, and their exact gradient.</summary>
internal sealed class GameEmitter(ClassContext context)
{
    private static readonly string[] Modes = ["Private", "Integrated", "Cooperative"];

    /// <summary>Of every reward mode, the derivatives of agent <see cref="Expr.Row"/>'s payoff by the action of agent <see cref="Expr.Wrt"/>, a dimension each.</summary>
    private readonly Expr[][] _derivatives = [.. context.Program.Rewards.Select(r => Enumerable.Range(0, context.Dimensions).Select(k => Derivative(context.Program, r, k)).ToArray())];

    public void Payoffs(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)");
        var lowering = Begin(code);
        code.Line("CheckProfile(actions);");
        code.Line("Require.Room(nameof(payoffs), payoffs.Length, N);");
        Expr Reward(int mode) => context.Program.Rewards[mode];
        PerMode(code, lowering, mode => [Reward(mode)], mode => lowering.ForEach(Expr.Row, [], [Reward(mode)], () => Pay(code, lowering, Reward(mode))));
        code.Close();
    }

    public void Gradient(CodeWriter code)
    {
        var (program, d) = (context.Program, context.Dimensions);
        code.Line("/// <inheritdoc/>");
        code.Open("public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)");
        var lowering = Begin(code);
        code.Line("CheckProfile(actions);");
        code.Line("Require.Room(nameof(payoffs), payoffs.Length, N);");
        code.Line($"Require.Room(nameof(gradient), gradient.Length, N * N * {d});");
        PerMode(code, lowering, mode => [program.Rewards[mode], .. _derivatives[mode]], mode =>
        {
            var derivatives = _derivatives[mode];
            if (derivatives.Any(e => e.DependsOn(Expr.Row)))
            {
                lowering.ForEach(Expr.Row, [], [program.Rewards[mode], .. derivatives], () =>
                {
                    Pay(code, lowering, program.Rewards[mode]);
                    lowering.ForEach(Expr.Wrt, [Expr.Row], derivatives, () => Entries(derivatives));
                });
                return;
            }

            // Where all are paid alike, what one action changes is worked out once, not for each.
            lowering.ForEach(Expr.Row, [], [program.Rewards[mode]], () => Pay(code, lowering, program.Rewards[mode]));
            lowering.ForEach(Expr.Wrt, [], derivatives, () => lowering.ForEach(Expr.Row, [Expr.Wrt], derivatives, () => Entries(derivatives)));
        });
        code.Close();

        void Entries(Expr[] derivatives)
        {
            for (var k = 0; k < d; k++)
                code.Line($"gradient[{At($"({lowering.IndexName(Expr.Row)} * N + {lowering.IndexName(Expr.Wrt)})", k)}] = {lowering.Print(derivatives[k])};");
        }
    }

    public void OwnGradient(CodeWriter code)
    {
        var (program, d) = (context.Program, context.Dimensions);
        var own = _derivatives.Select(mode => mode.Select(e => Fold(program, Rewriter.Substitute(program.Arena, e, new() { [Expr.Wrt] = program.Arena.Index(Expr.Row) }))).ToArray()).ToArray();
        code.Line("/// <inheritdoc/>");
        code.Open("public void OwnGradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> own)");
        var lowering = Begin(code);
        code.Line("CheckProfile(actions);");
        code.Line("Require.Room(nameof(payoffs), payoffs.Length, N);");
        code.Line($"Require.Room(nameof(own), own.Length, {(d == 1 ? "N" : $"N * {d}")});");
        PerMode(code, lowering, mode => [program.Rewards[mode], .. own[mode]], mode => lowering.ForEach(Expr.Row, [], [program.Rewards[mode], .. own[mode]], () =>
        {
            Pay(code, lowering, program.Rewards[mode]);
            for (var k = 0; k < d; k++)
                code.Line($"own[{At(lowering.IndexName(Expr.Row), k)}] = {lowering.Print(own[mode][k])};");
        }));
        code.Close();
    }

    /// <summary>Where dimension k of an entry lies.</summary>
    private string At(string entry, int k) => context.Dimensions == 1 ? entry.Trim('(', ')') : $"{entry} * {context.Dimensions} + {k}";

    /// <summary>Writes what depends on the reward mode, once if all modes are alike, else under a switch with what all need before it.</summary>
    public static void PerMode(CodeWriter code, Lowering lowering, Func<int, Expr[]> roots, Action<int> write, CallCount? calls = null)
    {
        var all = Enumerable.Range(0, 3).Select(roots).ToArray();
        if (all.All(r => r.SequenceEqual(all[0])))
        {
            lowering.Prepare(all[0]);
            write(0);
            return;
        }

        lowering.PrepareShared(all);
        code.Open("switch (Mode)");
        for (var mode = 0; mode < 3; mode++)
        {
            code.Line(mode == 2 ? "default:" : $"case RewardMode.{Modes[mode]}:");
            code.Open("");
            lowering.Push();
            if (calls is not null)
                calls.Mode = mode;
            lowering.Prepare(all[mode]);
            write(mode);
            if (calls is not null)
                calls.Mode = null;
            lowering.Pop();
            code.Line("break;");
            code.Close();
        }

        code.Close();
    }

    private static Expr Derivative(GameProgram program, Expr reward, int k) =>
        Fold(program, Differentiation.Derivative(program.Arena, reward, k, Agents(program)));

    private static Expr Fold(GameProgram program, Expr e) => ConstantFolding.Fold(program.Arena, e, Agents(program));

    private static Expr Agents(GameProgram program) => program.Agents.IsConst ? program.Agents : program.Arena.Make(Op.Agents);

    private Lowering Begin(CodeWriter code)
    {
        var lowering = new Lowering(context, code, (e, index) => context.Read(e, index, "actions"));
        foreach (var name in new[] { "m", "actions", "payoffs", "gradient" })
            lowering.Names.Take(name);
        context.PrintArgument = e => lowering.Print(e);
        if (Rewriter.InOrder(context.Program.Rewards).Any(e => e.Op is Op.State or Op.Paid or Op.WindowAt or Op.WindowCount or Op.WindowMean or Op.RosterCount or Op.RosterHas or Op.RosterTimer))
            code.Line("var m = Memory;");
        return lowering;
    }

    private static void Pay(CodeWriter code, Lowering lowering, Expr reward) =>
        code.Line($"payoffs[{lowering.IndexName(Expr.Row)}] = {lowering.Print(reward)};");
}
