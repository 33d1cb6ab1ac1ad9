using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the one-shot game: payoffs as a function of actions with memory held, and their exact gradient.</summary>
internal sealed class GameEmitter(ClassContext context)
{
    private static readonly string[] Modes = ["Private", "Integrated", "Cooperative"];

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
        var program = context.Program;
        var d = context.Dimensions;
        var agents = program.Agents.IsConst ? program.Agents : program.Arena.Make(Op.Agents);
        var derivatives = program.Rewards.Select(r => Enumerable.Range(0, d).Select(k => Derivative(r, k)).ToArray()).ToArray();
        code.Line("/// <inheritdoc/>");
        code.Open("public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)");
        var lowering = Begin(code);
        code.Line("CheckProfile(actions);");
        code.Line("Require.Room(nameof(payoffs), payoffs.Length, N);");
        code.Line($"Require.Room(nameof(gradient), gradient.Length, N * N * {d});");
        PerMode(code, lowering, mode => [program.Rewards[mode], .. derivatives[mode]], mode =>
        {
            Expr[] roots = [program.Rewards[mode], .. derivatives[mode]];
            lowering.ForEach(Expr.Row, [], roots, () =>
            {
                var i = lowering.IndexName(Expr.Row);
                Pay(code, lowering, program.Rewards[mode]);
                lowering.ForEach(Expr.Wrt, [Expr.Row], derivatives[mode], () =>
                {
                    var j = lowering.IndexName(Expr.Wrt);
                    for (var k = 0; k < d; k++)
                        code.Line(d == 1 ? $"gradient[{i} * N + {j}] = {lowering.Print(derivatives[mode][k])};"
                            : $"gradient[({i} * N + {j}) * {d} + {k}] = {lowering.Print(derivatives[mode][k])};");
                });
            });
        });
        code.Close();

        Expr Derivative(Expr reward, int k) => ConstantFolding.Fold(program.Arena, Differentiation.Derivative(program.Arena, reward, k, agents), agents);
    }

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
