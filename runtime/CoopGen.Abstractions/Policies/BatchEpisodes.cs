namespace CoopGen.Policies;

/// <summary>What is known of the episodes that a batch has played: entry (k, e) is episode e of environment k.</summary>
public sealed class BatchEpisodes
{
    private readonly int _agents, _watched;
    private readonly double[] _returns, _means, _finals;
    private readonly int[] _steps, _done;
    private readonly Ending[] _endings;

    internal BatchEpisodes(int environments, int episodes, int agents, int watched)
    {
        var rows = checked(environments * episodes);
        (Episodes, _agents, _watched) = (episodes, agents, watched);
        (_returns, _means, _finals) = (new double[checked(rows * agents)], new double[checked(rows * watched)], new double[checked(rows * watched)]);
        (_steps, _endings, _done) = (new int[rows], new Ending[rows], new int[environments]);
    }

    /// <summary>Number of episodes wanted of every environment.</summary>
    public int Episodes { get; }

    /// <summary>Number of episodes that environment k has finished.</summary>
    public int Done(int k) => _done[k];

    /// <summary>Sum of the rewards of each agent.</summary>
    public ReadOnlySpan<double> Returns(int k, int episode) => _returns.AsSpan(Row(k, episode) * _agents, _agents);

    /// <summary>Number of steps.</summary>
    public int Steps(int k, int episode) => _steps[Row(k, episode)];

    /// <summary>Whether it was terminated, truncated or both.</summary>
    public Ending Ending(int k, int episode) => _endings[Row(k, episode)];

    /// <summary>Mean over the steps of each number watched.</summary>
    public ReadOnlySpan<double> Means(int k, int episode) => _means.AsSpan(Row(k, episode) * _watched, _watched);

    /// <summary>Each number watched, after the last step.</summary>
    public ReadOnlySpan<double> Finals(int k, int episode) => _finals.AsSpan(Row(k, episode) * _watched, _watched);

    /// <summary>Adds an episode; the sums of environment k lie <paramref name="stride"/> apart from <paramref name="k"/> on.</summary>
    internal void Add(int k, int stride, int steps, Ending ending, ReadOnlySpan<double> returns, ReadOnlySpan<double> sums, ReadOnlySpan<float> last)
    {
        var row = k * Episodes + _done[k]++;
        (_steps[row], _endings[row]) = (steps, ending & (CoopGen.Ending.Terminated | CoopGen.Ending.Truncated));
        for (var i = 0; i < _agents; i++)
            _returns[row * _agents + i] = returns[i * stride + k];
        for (var r = 0; r < _watched; r++)
            (_means[row * _watched + r], _finals[row * _watched + r]) = (sums[r * stride + k] / steps, last[r * stride + k]);
    }

    private int Row(int k, int episode) => episode >= 0 && episode < _done[k] ? k * Episodes + episode
        : throw new ArgumentOutOfRangeException(nameof(episode), episode, $"Environment {k} has finished {_done[k]} episodes.");
}
