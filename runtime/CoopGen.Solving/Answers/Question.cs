namespace CoopGen.Solving;

/// <summary>What is to be solved.</summary>
/// <param name="Environment">A compiled environment; copies of it are played, in its reward mode.</param>
/// <param name="Given">The parameters that were given, without the reward type; an answer repeats them.</param>
/// <param name="Seed">The seed: the one-shot game is that after its reset, the episode the first one of it.</param>
/// <param name="Oracle">Whose answer: <see cref="Solver.OneShot"/>, or an oracle of <see cref="OracleCatalog.All"/>.</param>
public sealed record Question(GameEnvironment Environment, IReadOnlyList<(ParameterInfo Parameter, ParameterValue Value)> Given, ulong Seed, string Oracle)
{
    /// <summary>Reward mode, as it is written in parameters.</summary>
    public string RewardType => Environment.Mode.ToString().ToLowerInvariant();

    /// <summary>Whether it is about the whole episode.</summary>
    public bool IsOfEpisode => OracleCatalog.All.Any(o => o.Name == Oracle && o is EpisodePolicy);

    /// <summary>The environment's one-shot game after the reset.</summary>
    /// <exception cref="ArgumentException">It has none with derivatives and finite bounds.</exception>
    public OneShotProblem OneShot()
    {
        var own = EnvironmentCopy.Of(Environment);
        own.Reset(Seed, clear: true);
        return OneShotProblem.Of(own);
    }
}
