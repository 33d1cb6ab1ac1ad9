using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CoopGen.Cli;

/// <summary>A command that can show how it is used.</summary>
internal interface IExamples
{
    /// <summary>Arguments and what they do, for <c>--help</c>.</summary>
    IReadOnlyList<(string Arguments, string Meaning)> Examples { get; }

    /// <summary>What else there is to know, in lines; may be empty.</summary>
    string Notes => "";
}

/// <summary>The usual help, then examples and notes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var commands = command is IExamples own ? [own] : command.Subcommands.OfType<IExamples>();
        output.WriteLine("Examples:");
        foreach (var (arguments, meaning) in commands.SelectMany(c => command is IExamples ? c.Examples : c.Examples.Take(1)))
        {
            output.WriteLine($"  {Root.Name} {arguments}");
            output.WriteLine($"      {meaning}");
        }

        output.WriteLine();
        var notes = command is IExamples { Notes: var text } ? text
            : "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. Results go to standard output, messages to standard error.\nNO_COLOR turns colours off; redirected output is plain.";
        if (notes.Length == 0)
            return ExitCode.Ok;
        output.WriteLine(notes);
        output.WriteLine();
        return ExitCode.Ok;
    }
}

/// <summary>The version of CoopGen, whatever program the command line is part of.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(CommandLine.Version);
        return ExitCode.Ok;
    }
}
