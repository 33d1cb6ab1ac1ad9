using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What a command works with: the environments, the streams, and whether someone is watching.</summary>
internal sealed class Session(IReadOnlyList<EnvironmentInfo> environments, TextReader input, TextWriter output, TextWriter error, CancellationToken cancellation)
{
    /// <summary>Width of tables and pictures where nobody is watching, in characters.</summary>
    private const int PlainWidth = 120;

    public IReadOnlyList<EnvironmentInfo> Environments => environments;

    public TextReader In => input;

    public TextWriter Out => output;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Tables and pictures for people, on standard output; plain when redirected or with NO_COLOR.</summary>
    public IAnsiConsole Screen { get; } = Make(output, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);

    /// <summary>Progress, on standard error.</summary>
    public IAnsiConsole Progress { get; } = Make(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);

    /// <summary>A message to people, on standard error.</summary>
    public void Say(string message) => error.WriteLine(message);

    /// <summary>The environment with an id.</summary>
    /// <exception cref="UsageException">There is none; the message names the nearest.</exception>
    public EnvironmentInfo Find(string id)
    {
        foreach (var info in environments)
            if (info.Id == id)
                return info;
        throw new UsageException(environments.Count == 0
            ? $"there is no environment '{id}': this program has none."
            : $"there is no environment '{id}'; did you mean '{Nearest.To(id, environments.Select(e => e.Id))}'? '{Root.Name} list' shows all.");
    }

    private static IAnsiConsole Make(TextWriter writer, bool terminal)
    {
        var color = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Capabilities.Unicode = true;
        if (!terminal)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
