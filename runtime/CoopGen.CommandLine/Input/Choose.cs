using System.CommandLine;
using System.Globalization;

namespace CoopGen.Cli;

/// <summary>Options and arguments that several commands have.</summary>
internal static class Choose
{
    /// <summary>The id of an environment, completed by the shell.</summary>
    public static Argument<string> Id(Session session)
    {
        var argument = new Argument<string>("id") { HelpName = "id", Description = $"Id of an environment; '{Root.Name} list' shows all." };
        argument.CompletionSources.Add(_ => session.Environments.Select(e => e.Id));
        return argument;
    }

    /// <summary>How results are written; the first format is the default.</summary>
    public static Option<string> Format(string description, params string[] formats)
    {
        var option = new Option<string>("--format") { Description = description, HelpName = string.Join('|', formats), DefaultValueFactory = _ => formats[0] };
        option.CompletionSources.Add(formats);
        return option;
    }

    /// <summary>The seed that every draw follows.</summary>
    public static Option<string> Seed() =>
        new("--seed") { Description = "Seed that every draw follows: a whole number of at least 0.", HelpName = "seed", DefaultValueFactory = _ => "0" };

    /// <summary>One of a few words.</summary>
    /// <exception cref="UsageException">It is none of them; the message names the nearest.</exception>
    public static string Word(string option, string text, IReadOnlyList<string> words) =>
        words.Contains(text) ? text
        : throw new UsageException($"{option} is '{text}'; it must be one of {string.Join(", ", words)}. Did you mean '{Nearest.To(text, words)}'?");

    /// <summary>A whole number from the least to the greatest allowed.</summary>
    /// <exception cref="UsageException">It is no such number.</exception>
    public static ulong Whole(string option, string text, ulong min, ulong max) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw new UsageException($"{option} is '{text}'; it must be a whole number between {min} and {max}.");
}
