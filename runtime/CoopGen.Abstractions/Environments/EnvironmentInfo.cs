namespace CoopGen;

/// <summary>What is known of an environment without making one: the manifest that the compiler writes, and how to make one.</summary>
public sealed record EnvironmentInfo
{
    /// <summary>Unique id, such as <c>TrustDilemma-v0</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Mechanism class, such as <c>TR-2</c>.</summary>
    public required string Class { get; init; }

    /// <summary>What it is about: the first sentence or two of the spec's summary.</summary>
    public required string Summary { get; init; }

    /// <summary>Where it is published.</summary>
    public required string Report { get; init; }

    /// <summary>Number of agents with default parameters.</summary>
    public required int Agents { get; init; }

    /// <summary>Names of the agents as far as they are given.</summary>
    public required IReadOnlyList<string> AgentNames { get; init; }

    /// <summary>Default number of steps of an episode.</summary>
    public required int Horizon { get; init; }

    /// <summary>All parameters, the common ones (<c>max_steps</c>, <c>reward_type</c>) first.</summary>
    public required IReadOnlyList<ParameterInfo> Parameters { get; init; }

    /// <summary>The dimensions of an agent's action.</summary>
    public required IReadOnlyList<ActionInfo> Actions { get; init; }

    /// <summary>The parts of the joint observation, in order.</summary>
    public required IReadOnlyList<string> ObservationParts { get; init; }

    /// <summary>The parts an agent's own observation can have, in order; at most 64.</summary>
    public required IReadOnlyList<AgentPartInfo> AgentParts { get; init; }

    /// <summary>State that the spec declares and its fixed switches rule out; the spec run as plain C# has none of it either.</summary>
    public IReadOnlyList<string> RuledOut { get; init; } = [];

    /// <summary>The formulas of the spec and its mechanisms, mechanisms first.</summary>
    public IReadOnlyList<FormulaInfo> Formulas { get; init; } = [];

    /// <summary>The whole documentation page, as Markdown with LaTeX formulas.</summary>
    public string Markdown { get; init; } = "";

    /// <summary>The whole documentation page, as the body of a LaTeX document.</summary>
    public string Latex { get; init; } = "";

    /// <summary>Makes the compiled environment.</summary>
    public required Func<ParameterSet?, GameEnvironment> Create { get; init; }

    /// <summary>Makes the spec run as plain C#; null if it is not at hand.</summary>
    public Func<ParameterSet?, GameEnvironment>? Interpret { get; init; }

    /// <summary>The display name of an agent: its given name, or <c>agent_k</c>; agents beyond the last name repeat it with a number.</summary>
    public string AgentName(int agent) =>
        AgentNames.Count == 0 ? $"agent_{agent}"
        : agent < AgentNames.Count ? AgentNames[agent]
        : $"{AgentNames[^1]} {agent - AgentNames.Count + 2}";
}

/// <summary>A dimension of the action.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Choices">The values allowed; empty for a continuous dimension.</param>
/// <param name="Summary">What it means.</param>
public sealed record ActionInfo(string Name, IReadOnlyList<double> Choices, string Summary);

/// <summary>A part of an agent's own observation.</summary>
/// <param name="Name">Its name, for <see cref="ObservationConfig.With"/> and <see cref="ObservationConfig.Without"/>.</param>
/// <param name="Show">The presets that show it.</param>
public sealed record AgentPartInfo(string Name, Show Show);

/// <summary>A formula of a spec.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Owner">The mechanism or environment that states it.</param>
/// <param name="Equation">The published equation; empty if it has none.</param>
/// <param name="Summary">What it means.</param>
/// <param name="Latex">The formula in symbols.</param>
/// <param name="LatexWithNumbers">The formula with default parameters filled in.</param>
public sealed record FormulaInfo(string Name, string Owner, string Equation, string Summary, string Latex, string LatexWithNumbers);
