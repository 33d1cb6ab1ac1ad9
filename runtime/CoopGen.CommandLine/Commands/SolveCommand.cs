using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CoopGen.Policies;
using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary><c>solve</c>: equilibria of the one-shot game, and what oracles play, with their certificates.</summary>
internal sealed class SolveCommand : Command, IExamples
{
    /// <summary>What is solved if no oracle is named: the environment's own one-shot game.</summary>
    public const string OneShot = "OneShot";

    public SolveCommand(Session session) : base("solve", "Finds the Nash equilibria of the one-shot game, or what an oracle plays, and certifies them.")
    {
        var choice = new EnvironmentChoice(session, this);
        var oracle = new Option<string>("--oracle")
        {
            Description = "Whose answer: OneShot for the equilibria of the one-shot game after the reset, or an oracle.",
            HelpName = "name",
            DefaultValueFactory = _ => OneShot,
        };
        oracle.CompletionSources.Add(_ => Names);
        var plot = new Option<string?>("--plot") { Description = "Draws the reaction curves of two agents into a file ending in .svg, .png or .html.", HelpName = "file" };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(oracle);
        Add(plot);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var name = Choose.Word("--oracle", result.GetValue(oracle)!, Names);
            var file = result.GetValue(plot);
            if (file is not null)
                Picture.Check(file);
            var chosen = choice.Make(result);
            chosen.Environment.Reset(chosen.Seed);
            if (OracleCatalog.All.OfType<EpisodePolicy>().FirstOrDefault(o => o.Name == name) is { } episode)
                return file is null ? EpisodeSolve.Run(session, chosen, episode, json)
                    : throw new UsageException($"--plot draws reaction curves of one step; {name} is about the episode.");
            var problem = Problem(chosen);
            if (file is not null && ReactionCurves.WhyNot(problem) is { } why)
                throw new UsageException($"--plot draws reaction curves; {why}.");
            var solved = name == OneShot ? Equilibria(chosen, problem, session.Cancellation) : Answer(chosen, problem, OracleCatalog.All.Single(o => o.Name == name), session.Cancellation);
            var curves = name == OneShot && (file is not null || !json) && ReactionCurves.WhyNot(problem) is null ? ReactionCurves.Of(problem) : null;
            // First, so that standard output stays empty when it fails.
            if (file is not null)
            {
                SolveResult.Plot(file, solved, curves ?? ReactionCurves.Of(problem));
                session.Say($"Wrote {file}.");
            }

            if (json)
                SolveResult.PrintJson(session.Out, solved);
            else
                SolveResult.PrintTable(session.Screen, solved, curves);
            session.Say(string.Create(CultureInfo.InvariantCulture, $"Solved in {solved.Seconds:0.000} s."));
            if (solved.OneShot is { IsCertified: false, Cycle.Count: 0 } unsolved)
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

    private static string[] Names => [OneShot, .. OracleCatalog.All.Select(o => o.Name)];

    private static OneShotProblem Problem(Chosen chosen)
    {
        try
        {
            return OneShotProblem.Of(chosen.Environment);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter")[0]);
        }
    }

    private static Solved Equilibria(Chosen chosen, OneShotProblem problem, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var solution = EquilibriumSolver.Solve(problem, cancellation);
        var first = solution.Closest;
        return new(chosen, OneShot, "", first.Actions, first.Payoffs, first.Certificate, watch.Elapsed.TotalSeconds, null, [], solution);
    }

    private static Solved Answer(Chosen chosen, OneShotProblem problem, Oracle oracle, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var answer = oracle.Solve(chosen.Environment, cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        var payoffs = new double[problem.Agents];
        problem.Payoffs(answer.Actions, payoffs);
        var rollout = new Rollout(chosen.Environment, [oracle]);
        rollout.PlayEpisode(chosen.Seed);
        return new(chosen, oracle.Name, answer.Game, answer.Actions, payoffs, answer.Certificate, seconds, rollout.Returns.ToArray(), answer.Facts, null);
    }
}
