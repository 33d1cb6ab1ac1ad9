using CoopGen.Policies;
using CoopGen.Solving;

namespace CoopGen.Interop;

/// <summary>What is solved for an environment: answers, and what policies do. May be cancelled, and watched, by another thread.</summary>
/// <param name="game">The environment.</param>
/// <param name="given">The parameters that it was made with.</param>
internal sealed class Thinking(GameEnvironment game, ParameterSet given)
{
    private readonly Lock _lock = new();
    private volatile CancellationTokenSource? _running;
    private (double Share, double Value) _progress;
    private string? _answer;
    private readonly Dictionary<(string Names, ulong Seed), IPolicy[]> _seated = [];

    /// <summary>The last answer, as JSON.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public string Answer => _answer ?? throw new InvalidOperationException($"Nothing has been solved for this environment of {game.Info.Id}; call coopgen_env_solve first.");

    /// <summary>Solves, and keeps the answer. The environment is left alone.</summary>
    public void Solve(string oracle, ulong seed)
    {
        var question = new Question(game, [.. given.Where(g => g.Key != "reward_type").Select(g => (game.Info.Parameters.First(p => p.Name == g.Key), game.Parameter(g.Key)))], seed, oracle);
        _answer = null;
        var answer = Cancellable(cancellation => Solver.Solve(question, Tell, cancellation));
        _answer = Buffers.Json(json => AnswerJson.Write(json, answer));
    }

    /// <summary>What every agent does next by policy.</summary>
    /// <param name="names">A name for all, or a JSON array with one for each.</param>
    /// <param name="seed">The seed whose first episode is solved, for oracles over the episode.</param>
    /// <param name="actions">Receives a profile.</param>
    public void Act(string names, ulong seed, Span<double> actions)
    {
        game.CheckRunning();
        var (n, d) = (game.AgentCount, game.ActionDimensions);
        if (actions.Length != n * d)
            throw new ArgumentException($"Room for {actions.Length} actions is given; a profile of {game.Info.Id} has {n * d}.");
        if (!_seated.TryGetValue((names, seed), out var policies))
        {
            var found = SolveJson.Policies(names).Select(OracleCatalog.FindPolicy).ToArray();
            if (found.Length != 1 && found.Length != n)
                throw new ArgumentException($"{found.Length} policies are named; name one for all or one for each of the {n} agents of {game.Info.Id}.");
            found = EpisodePolicy.Seated(found, seed);
            foreach (var oracle in found.OfType<Oracle>())
                Cancellable(cancellation => oracle.Solve(game, cancellation));
            _seated[(names, seed)] = policies = [.. Enumerable.Range(0, n).Select(i => found[found.Length == 1 ? 0 : i])];
        }

        for (var i = 0; i < n; i++)
            policies[i].Act(game, i, actions.Slice(i * d, d));
    }

    /// <summary>Ends what is being solved, if anything is.</summary>
    public void Cancel() => _running?.Cancel();

    /// <summary>Share of the present search that is done, and the best value so far; the value is not a number before there is one.</summary>
    public (double Share, double Value) Progress
    {
        get
        {
            lock (_lock)
                return _progress;
        }
    }

    private T Cancellable<T>(Func<CancellationToken, T> work)
    {
        Tell(0, double.NaN);
        var running = new CancellationTokenSource();
        _running = running;
        try
        {
            return work(running.Token);
        }
        finally
        {
            _running = null;
        }
    }

    private void Tell(double share, double value)
    {
        lock (_lock)
            _progress = (share, value);
    }
}
