using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>run</c>: plays episodes and shows what happened.</summary>
internal sealed class RunCommand : Command, IExamples
{
    private const int MostEpisodes = 1_000_000;

    public RunCommand(Session session) : base("run", "Plays episodes and shows returns, trust, cooperation and how actions moved.")
    {
        var choice = new EnvironmentChoice(session, this);
        var policy = new Option<string[]>("--policy")
        {
            Description = "Who plays: one policy for all agents or one per agent.",
            HelpName = "name ...",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["Random"],
        };
        policy.CompletionSources.Add(_ => Players.AllNames);
        var episodes = new Option<string>("--episodes") { Description = "How many episodes.", HelpName = "number", DefaultValueFactory = _ => "1" };
        var plot = new Option<string?>("--plot") { Description = "Draws actions and trust into a file ending in .svg, .png or .html.", HelpName = "file" };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(policy);
        Add(episodes);
        Add(plot);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var count = (int)Choose.Whole("--episodes", result.GetValue(episodes)!, 1, MostEpisodes);
            var file = result.GetValue(plot);
            if (file is not null)
                Picture.Check(file);
            var chosen = choice.Make(result);
            var players = Players.Make(result.GetValue(policy)!, chosen);
            var played = Play(session, chosen, players, count);
            var interrupted = session.Cancellation.IsCancellationRequested;
            if (interrupted)
                session.Say($"Interrupted: {played.Episodes.Count(e => e.End != Episode.Interrupted)} of {count} episodes were played to their end.");
            if (played.Course.Steps == 0)
                return ExitCode.Interrupted;
            // First, so that standard output stays empty when it fails.
            if (file is not null)
            {
                RunResult.Plot(file, played);
                session.Say($"Wrote {file}.");
            }

            if (json)
                RunResult.PrintJson(session.Out, played, interrupted);
            else
                RunResult.PrintTable(session.Screen, played);

            return interrupted ? ExitCode.Interrupted : ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("run TrustDilemma-v0", "plays one episode at random and shows how it went"),
        ("run TrustDilemma-v0 --policy TitForTat Constant_35 --episodes 20 --seed 7", "plays two policies against each other, 20 times"),
        ("run TrustDilemma-v0 --policy Constant_50 --set trust_sensitivity=0.5 --reward-type private --format json", "changes a parameter and what is paid, and writes JSON"),
        ("run TrustDilemma-v0 --policy TitForTat Random --episodes 100000", "plays many episodes side by side and shows how fast"),
        ("run TrustDilemma-v0 --policy TitForTat --plot run.html", "draws actions and trust into a page of its own"),
    ];

    public string Notes =>
        """
        Policies: Random, TitForTat, Constant_00 to Constant_100 (percent of the greatest action), or the folder of a trained one. Everything random follows
        the seed. A return is the sum of an agent's rewards over an episode; with more episodes, mean ± standard deviation.
        Mean trust and cooperation are means over the steps of what the environment reports. Ctrl-C shows what was played so
        far (complete episodes; the first one even if incomplete) and exits with 130.
        From 64 episodes on they are played side by side, in single precision: a return then differs by about 1e-5 of its
        size from that of a scalar episode, by more where a threshold of the game is met to the last digit. Ctrl-C then shows
        the groups of episodes that are complete. Environments whose state outlives episodes play them in turn.
        """;

    private static Played Play(Session session, Chosen chosen, Players players, int episodes)
    {
        if (BatchPlay.Suits(chosen, players, episodes))
        {
            return Meter.Run(session, $"playing {chosen.Info.Id}", (double)episodes * chosen.Environment.Horizon, meter =>
            {
                var played = BatchPlay.Play(chosen, players, episodes, meter, session.Cancellation);
                session.Say(string.Create(CultureInfo.InvariantCulture, $"Played {meter.Steps:N0} steps in {meter.Elapsed.TotalSeconds:0.00} s: {meter.Rate}."));
                return played;
            });
        }

        if (!session.Progress.Profile.Capabilities.Interactive)
            return Player.Play(chosen, players, episodes, static _ => { }, session.Cancellation);
        return session.Progress.Progress().AutoClear(true).Start(progress =>
        {
            var task = progress.AddTask($"playing {chosen.Info.Id}", maxValue: 1);
            return Player.Play(chosen, players, episodes, share => task.Value = share, session.Cancellation);
        });
    }
}
