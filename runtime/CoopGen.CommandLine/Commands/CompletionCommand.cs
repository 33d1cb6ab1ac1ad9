using System.CommandLine;

namespace CoopGen.Cli;

/// <summary><c>completion</c>: scripts that let a shell complete commands, options, ids, policies and parameters.</summary>
internal sealed class CompletionCommand : Command, IExamples
{
    private static readonly string[] _shells = ["bash", "zsh", "fish", "pwsh"];

    public CompletionCommand(Session session) : base("completion", "Writes the script that makes a shell complete commands, ids, policies and parameters.")
    {
        var shell = new Argument<string>("shell") { HelpName = "shell", Description = "One of " + string.Join(", ", _shells) + "." };
        shell.CompletionSources.Add(_shells);
        Add(shell);
        SetAction(result =>
        {
            var chosen = Choose.Word("the shell", result.GetRequiredValue(shell), _shells);
            var function = string.Concat(Root.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            session.Out.Write(Templates.Fill("completion/" + chosen, ("Command", Root.Name), ("Function", function)));
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("completion bash > coopgen-completion.sh", "writes the script; source it in ~/.bashrc"),
        ("completion pwsh | Out-String | Invoke-Expression", "completes in this PowerShell session"),
    ];
}
