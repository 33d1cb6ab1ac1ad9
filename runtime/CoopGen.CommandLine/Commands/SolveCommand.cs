using System.CommandLine;
using System.Globalization;
using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary><c>solve</c>: equilibria of the one-shot game, and what oracles play, with their certificates.</summary>
internal sealed class SolveCommand : Command, IExamples
{
    public SolveCommand(Session session) : base("solve", "Finds the Nash equilibria of the one-shot game, or what an oracle plays, and certifies them.")
    {
        var choice = new EnvironmentChoice(session, this);
        var oracle = new Option<string>("--oracle")
        {
            Description = "Whose answer: OneShot for the equilibria of the one-shot game after the reset, or an oracle.",
            HelpName = "name",
            DefaultValueFactory = _ => Solver.OneShot,
        };
        oracle.CompletionSources.Add(_ => Solver.Names);
        var plot = new Option<string?>("--plot") { Description = "Draws the reaction curves of two agents into a file ending in .svg, .png or .html.", HelpName = "file" };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(oracle);
        Add(plot);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var name = Choose.Word("--oracle", result.GetValue(oracle)!, Solver.Names);
            var file = result.GetValue(plot);
            if (file is not null)
                Picture.Check(file);
            var chosen = choice.Make(result);
            var question = new Question(chosen.Environment, chosen.Given, chosen.Seed, name);
            if (question.IsOfEpisode)
                return file is null ? EpisodeSolve.Run(session, question, json)
                    : throw new UsageException($"--plot draws reaction curves of one step; {name} is about the episode.");
            var problem = SearchProgress.Refusing(question.OneShot);
            if (file is not null && ReactionCurves.WhyNot(problem) is { } why)
                throw new UsageException($"--plot draws reaction curves; {why}.");
            var solved = (OneShotAnswer)Solver.Solve(question, cancellation: session.Cancellation);
            var curves = name == Solver.OneShot && (file is not null || !json) && ReactionCurves.WhyNot(problem) is null ? ReactionCurves.Of(problem) : null;
            // First, so that standard output stays empty when it fails.
            if (file is not null)
            {
                SolveResult.Plot(file, solved, curves ?? ReactionCurves.Of(problem));
                session.Say($"Wrote {file}.");
            }

            if (json)
                Json.Print(session.Out, writer => AnswerJson.Write(writer, solved));
            else
                SolveResult.PrintTable(session.Screen, solved, curves);
            session.Say(string.Create(CultureInfo.InvariantCulture, $"Solved in {solved.Seconds:0.000} s."));
            if (solved.Equilibria is { IsCertified: false, Cycle.Count: 0 } unsolved)
            {
                session.Say(string.Create(CultureInfo.InvariantCulture, $"From {unsolved.Starts} starts no equilibrium in pure actions was found, nor a cycle of best responses; what is shown came closest."));
                return ExitCode.Failed;
            }

            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("solve TrustDilemma-v0", "finds the equilibrium of the one-shot game and draws the reaction curves"),
        ("solve ApacheProject-v0 --reward-type private --format json", "finds those of 40 agents under another reward type, and writes JSON"),
        ("solve SLCD-v0 --oracle Oracle_Equilibrium", "shows what an oracle plays and what an episode of it earns"),
        ("solve TrustDilemma-v0 --oracle Oracle_DynamicOptimum", "searches the whole episode for the greatest sum of returns, with a bound on it"),
        ("solve PartnerHoldUp-v0 --set strong_dependency=0.6 --plot reactions.svg", "changes a parameter and draws the reaction curves into a file"),
    ];

    public string Notes =>
        $"""
        The one-shot game is what is paid for a profile of actions after the reset, with all memory held. An equilibrium is certified
        by its residual (the greatest rate at which an agent gains by moving a little, below {Certificate.ResidualTolerance} per unit of action) and by the
        largest gain of any agent's best response, found by a global search (at most {Certificate.GainTolerance} of the payoff scale). Several
        equilibria are all shown, the one with the greatest sum of payoffs first; where there is none in pure actions, the cycle
        that best responses lead through.
        {string.Join('\n', OracleCatalog.All.Select(o => $"{o.Name}: {o.Summary}."))}
        """;
}
