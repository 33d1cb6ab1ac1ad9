namespace CoopGen.Solving;

/// <summary>The best actions found of an <see cref="EpisodeProblem"/>, with what is known of how good they are.</summary>
public sealed record EpisodeOptimum
{
    /// <summary>What was sought.</summary>
    public required EpisodeProblem Problem { get; init; }

    /// <summary>The actions found: a row per stretch of steps, see <see cref="EpisodeProblem"/>.</summary>
    public required double[] Sequence { get; init; }

    /// <summary>What everyone plays, a profile of n·d actions per step played, after clipping.</summary>
    public required double[] Actions { get; init; }

    /// <summary>Return of every agent.</summary>
    public required double[] Returns { get; init; }

    /// <summary>The weighted sum of the returns, which is reached: a lower bound on the optimum.</summary>
    public required double Value { get; init; }

    /// <summary>What the weighted sum of the returns cannot exceed, from interval analysis; +∞ where rewards have no bound.</summary>
    public required double UpperBound { get; init; }

    /// <summary>Steps played.</summary>
    public required int Steps { get; init; }

    /// <summary>Whether the environment ended the episode before its horizon.</summary>
    public required bool Terminated { get; init; }

    /// <summary>The start it was reached from, such as <c>constant 42 %</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The sum of the absolute weighted rewards, by which residual and gains are measured; 1 if nothing is paid.</summary>
    public required double Scale { get; init; }

    /// <summary>
    /// Greatest entry of the projected gradient, in reward per box of the action and per <see cref="Scale"/>: 0 at a local optimum. An action
    /// at a kink or threshold, where the value falls the way the derivative points, counts 0.
    /// </summary>
    public required double Residual { get; init; }

    /// <summary>Most that a change of one action of one agent in one step adds to the value, of all that were tried, relative to <see cref="Scale"/>; null if the search was ended before.</summary>
    public required double? LargestGain { get; init; }

    /// <summary>Number of such changes tried.</summary>
    public required int Checked { get; init; }

    /// <summary>Whether every single action was tried at all levels of <see cref="EpisodeEffort.Levels"/>, in double precision where single precision cannot tell.</summary>
    public required bool CheckedAll { get; init; }

    /// <summary>Whether every single action was tried and none gains more than 1e-6 of <see cref="Scale"/>: no proof of an optimum.</summary>
    public required bool Certified { get; init; }

    /// <summary>The best of the 101 constant policies for the agents sought, in percent of the box.</summary>
    public required int BestConstant { get; init; }

    /// <summary>The value of <see cref="BestConstant"/>.</summary>
    public required double BestConstantValue { get; init; }

    /// <summary>The best constant profile found, with an action of its own for every agent sought.</summary>
    public required double[] ConstantProfile { get; init; }

    /// <summary>The value of <see cref="ConstantProfile"/>.</summary>
    public required double ConstantProfileValue { get; init; }

    /// <summary>Seconds it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether the search went to its end; false if it was interrupted.</summary>
    public required bool Complete { get; init; }

    /// <summary><see cref="UpperBound"/> less <see cref="Value"/>, relative to the upper bound; +∞ where there is none.</summary>
    public double Gap => double.IsFinite(UpperBound) ? (UpperBound - Value) / Math.Max(Math.Abs(UpperBound), 1e-300) : double.PositiveInfinity;

    /// <summary>The actions of an agent sought: d of them per step, up to the horizon.</summary>
    /// <exception cref="ArgumentException">The agent's actions were not sought.</exception>
    public double[] ActionsOf(int agent)
    {
        var (d, at) = (Problem.Environment.ActionDimensions, Problem.Sought.ToList().IndexOf(agent));
        if (at < 0)
            throw new ArgumentException($"The actions of agent {agent} were given, not sought.", nameof(agent));
        var actions = new double[Problem.Environment.Horizon * d];
        for (var k = 0; k < actions.Length; k++)
            actions[k] = Sequence[k / d / Problem.Stretch * Problem.Width + at * d + k % d];
        return actions;
    }
}
