namespace CoopGen.Solving;

/// <summary>How long an episode is searched. What is found follows from this and the problem alone, not from the machine's pace.</summary>
public sealed record EpisodeEffort
{
    /// <summary>Random profiles among the starts, each held over the episode; at least 0.</summary>
    public int RandomProfiles { get; init; } = 1000;

    /// <summary>Sequences that climb at once; at least 1.</summary>
    public int Climbers { get; init; } = 16;

    /// <summary>Gradients each of them may take at first.</summary>
    public int Climb { get; init; } = 120;

    /// <summary>Most rounds of moves and shorter climbs.</summary>
    public int Rounds { get; init; } = 12;

    /// <summary>Moves tried per round.</summary>
    public int Moves { get; init; } = 1024;

    /// <summary>Gradients a climber may take per round.</summary>
    public int ClimbPerRound { get; init; } = 25;

    /// <summary>Gradients of the last climb, in double precision.</summary>
    public int Polish { get; init; } = 300;

    /// <summary>Levels tried of every single action at the end.</summary>
    public int Levels { get; init; } = 21;

    /// <summary>
    /// Most numbers computed (steps · actions of a profile · agents) in one of the parts above; a larger game gets fewer climbers, moves and
    /// checks, so that it takes seconds too.
    /// </summary>
    public double Budget { get; init; } = 2.5e8;
}
