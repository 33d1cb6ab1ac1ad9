using System.CommandLine;
using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary><c>analyze</c>: what kind of dilemma an environment is; or its one-shot game as a file.</summary>
internal sealed class AnalyzeCommand : Command, IExamples
{
    private static readonly string[] _exports = ["nfg"];

    public AnalyzeCommand(Session session) : base("analyze", "Shows what kind of dilemma an environment is, and how its steady states change it.")
    {
        var choice = new EnvironmentChoice(session, this);
        var plot = new Option<string?>("--plot") { Description = "Draws the Schelling diagrams into a file ending in .svg, .png or .html.", HelpName = "file" };
        var export = new Option<string?>("--export") { Description = "Writes the one-shot game after the reset instead, in Gambit's format.", HelpName = string.Join('|', _exports) };
        var file = new Option<string?>("--out") { Description = "Where the game is written.", HelpName = "file" };
        var levels = new Option<string>("--levels") { Description = "Levels of every action in the file.", HelpName = "number", DefaultValueFactory = _ => "5" };
        var format = Choose.Format("How the results are written.", "table", "json");
        export.CompletionSources.Add(_exports);
        Add(plot);
        Add(export);
        Add(file);
        Add(levels);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var (picture, wanted, target) = (result.GetValue(plot), result.GetValue(export), result.GetValue(file));
            if (wanted is not null)
                Choose.Word("--export", wanted, _exports);
            if ((wanted is null) != (target is null))
                throw new UsageException(wanted is null ? "--out is given without --export nfg." : "--export needs --out and a file.");
            var count = (int)Choose.Whole("--levels", result.GetValue(levels)!, 2, 10_000);
            if (picture is not null)
                Picture.Check(picture);
            var chosen = choice.Make(result);
            if (target is not null)
            {
                Export(session, chosen, target, count);
                return ExitCode.Ok;
            }

            var analysis = SearchProgress.Run(session, $"analysing {chosen.Info.Id}", tell => SearchProgress.Refusing(() => DilemmaAnalysis.Of(chosen.Environment, chosen.Seed, tell, session.Cancellation)));
            if (picture is not null)
            {
                SchellingPicture.Write(picture, $"{chosen.Info.Id}: who cooperates and who rides free, {chosen.RewardType} rewards", analysis);
                session.Say($"Wrote {picture}.");
            }

            if (json)
                AnalysisResult.PrintJson(session.Out, chosen, analysis);
            else
                AnalysisResult.PrintTable(session.Screen, chosen, analysis);
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("analyze TrustDilemma-v0", "shows the class, greed and fear, the Schelling diagram and the price of anarchy"),
        ("analyze PublicGoods-v0 --reward-type private --plot schelling.svg", "draws the Schelling diagrams"),
        ("analyze TrustDilemma-v0 --export nfg --out trust.nfg --levels 11", "writes the one-shot game with 11 levels per action for Gambit"),
    ];

    public string Notes =>
        """
        Riding free is the one-shot equilibrium of the private payoffs at the state: what everyone does who looks at its own
        payoff and at this step alone; of several, that with the least actions found. Cooperating is the common action, the same
        part of every agent's box, with the greatest sum of private payoffs. R: all cooperate; T: one rides free on cooperators;
        S: one cooperates among free riders; P: all ride free; each in the reward type chosen, the mean over the agents. Greed
        is T - R, fear is P - S. Later states are those that riding free, cooperating and the constant policy with the greatest
        sum of returns lead to, played until nothing changes, the game is over or 2000 steps are played. Price of anarchy: the
        greatest sum of payoffs over that at the worst one-shot equilibrium found.
        """;

    private static void Export(Session session, Chosen chosen, string file, int levels)
    {
        if (Directory.Exists(file))
            throw new UsageException($"--out is '{file}', which is a directory; name a file.");
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory && !Directory.Exists(directory))
            throw new UsageException($"--out is '{file}'; there is no directory {directory}.");
        chosen.Environment.Reset(chosen.Seed, clear: true);
        var game = SearchProgress.Refusing(() => NormalForm.Of(chosen.Environment, levels));
        File.WriteAllText(file, game.ToNfg());
        session.Say(FormattableString.Invariant($"Wrote {file}: {game.Payoffs.Count / game.Players.Count} profiles of {game.Players.Count} agents."));
    }
}
