using System.CommandLine;
using System.CommandLine.Help;

namespace CoopGen.Cli;

/// <summary>The tree of commands, and what is answered when the arguments do not fit it.</summary>
internal static class Root
{
    /// <summary>What the program is called.</summary>
    public static string Name { get; } = RootCommand.ExecutableName;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="UsageException">They do not fit; the message says what does.</exception>
    public static ParseResult Parse(Session session, string[] args)
    {
        var root = new RootCommand("Plays, shows and starts mixed-motive multi-agent environments that are compiled from a page of formulas.")
        {
            new ListCommand(session),
            new ShowCommand(session),
            new RunCommand(session),
            new TrainCommand(session),
            new EvaluateCommand(session),
            new SweepCommand(session),
            new ReplayCommand(session),
            new SolveCommand(session),
            new ExploitCommand(session),
            new AnalyzeCommand(session),
            new NewCommand(session),
            new DocsCommand(session),
            new ValidateCommand(session),
            new BenchCommand(session),
            new CompletionCommand(session),
        };
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help } helpOption)
                helpOption.Action = new HelpWithExamples(help);
            if (option is VersionOption version)
                version.Action = new VersionAction();
        }

        if (args.Length > 0 && args[0] == "help")
            args = [.. args[1..], "--help"];
        var result = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (result.Action is HelpWithExamples or VersionAction || args.Length > 0 && args[0].StartsWith("[suggest", StringComparison.Ordinal))
            return result;
        if (args.Length == 0)
            return root.Parse(["--help"]);
        Check(result, args);
        return result;
    }

    private static void Check(ParseResult result, string[] args)
    {
        var command = result.CommandResult.Command;
        var path = command is RootCommand ? Name : $"{Name} {command.Name}";
        var help = $"'{path} --help' shows how.";
        if (UnknownOption(result, args) is { } option)
            throw new UsageException($"{path} has no option '{option}'{Nearest.Hint(option, [.. Options(command)])} {help}");
        if (command.Subcommands.Count > 0)
            throw new UsageException(result.UnmatchedTokens.Count > 0
                ? $"there is no command '{result.UnmatchedTokens[0]}'; did you mean '{Nearest.To(result.UnmatchedTokens[0], command.Subcommands.Select(c => c.Name))}'? {help}"
                : $"say what to do: one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}. {help}");
        foreach (var argument in command.Arguments)
            if (argument.Arity.MinimumNumberOfValues > 0 && result.GetResult(argument) is not { Tokens.Count: > 0 })
                throw new UsageException($"{path} needs {Article(argument.Name)}, written before the options. {help}");
        if (result.UnmatchedTokens.Count > 0)
            throw new UsageException($"{path} has no place for '{result.UnmatchedTokens[0]}'. {help}");
        if (result.Errors.Count > 0)
            throw new UsageException($"{result.Errors[0].Message.Replace("\r", "").Replace('\n', ' ').TrimEnd()} {help}");
    }

    private static string Article(string name) => name == "id" ? "the id of an environment" : $"<{name}>";

    /// <summary>A word that looks like an option and is none: the parser would take it for a value.</summary>
    private static string? UnknownOption(ParseResult result, string[] args)
    {
        var known = Options(result.CommandResult.Command).ToHashSet(StringComparer.Ordinal);
        foreach (var arg in args)
        {
            if (arg == "--")
                return null;
            var name = arg.Split('=', ':')[0];
            if (name.Length > 1 && name[0] == '-' && !char.IsAsciiDigit(name[1]) && name[1] != '.' && !known.Contains(name))
                return name;
        }

        return null;
    }

    private static IEnumerable<string> Options(Command command)
    {
        foreach (var option in command.Options)
            foreach (var name in option.Aliases.Prepend(option.Name))
                yield return name;
        foreach (var parent in command.Parents.OfType<Command>())
            foreach (var option in parent.Options.Where(o => o.Recursive))
                foreach (var name in option.Aliases.Prepend(option.Name))
                    yield return name;
    }
}
