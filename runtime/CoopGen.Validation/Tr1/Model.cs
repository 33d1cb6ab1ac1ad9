namespace CoopGen.Validation.Tr1;

/// <summary>The compiled model with a game in its memory. Not to be shared by threads.</summary>
internal sealed class Model
{
    private readonly Suites.FoundationsEnvironment _utilities;
    private readonly Suites.FoundationsEnvironment _payoffs;
    private readonly double[] _memory = [];
    private readonly double[] _paid = [];
    private readonly ReportedNumber _value = new("total_value");

    /// <param name="venture">The game; its value functions, γ and number of agents stay, all else can be replaced by <see cref="Load"/>.</param>
    public Model(Venture venture)
    {
        Suites.FoundationsEnvironment Make(string mode)
        {
            var game = new Suites.FoundationsEnvironment(new()
            {
                ["n_agents"] = venture.Agents,
                ["value"] = venture.Value,
                ["beta"] = venture.Beta,
                ["theta"] = venture.Theta,
                ["gamma"] = venture.Gamma,
                ["reward_type"] = mode,
            });
            game.Reset(0);
            return game;
        }

        (_utilities, _payoffs) = (Make("integrated"), Make("private"));
        (_memory, _paid) = (new double[_utilities.StateLength], new double[venture.Agents]);
        Load(venture);
    }

    /// <summary>Puts another game with the same value functions and γ in the place of this one.</summary>
    public void Load(Venture venture)
    {
        // Memory of a spec lies by name: Dependence, Endowment, Share.
        var n = venture.Agents;
        _payoffs.Reset();
        _payoffs.SaveState(_memory);
        var at = GameEnvironment.HeaderLength + 3 * n;
        foreach (var row in venture.Dependence)
        {
            row.CopyTo(_memory, at);
            at += n;
        }

        venture.Endowments.CopyTo(_memory, at);
        venture.Shares.CopyTo(_memory, at + n);
        _utilities.RestoreState(_memory);
        _payoffs.RestoreState(_memory);
    }

    /// <summary>Utility of an agent.</summary>
    public double Utility(int agent, ReadOnlySpan<double> actions)
    {
        _utilities.Payoffs(actions, _paid);
        return _paid[agent];
    }

    /// <summary>Utilities of all.</summary>
    public double[] Utilities(ReadOnlySpan<double> actions)
    {
        var utilities = new double[_paid.Length];
        _utilities.Payoffs(actions, utilities);
        return utilities;
    }

    /// <summary>Each agent's derivative of its own utility by its own action.</summary>
    public double[] Slopes(ReadOnlySpan<double> actions)
    {
        var n = _paid.Length;
        var gradient = new double[n * n];
        _utilities.Gradient(actions, _paid, gradient);
        return [.. Enumerable.Range(0, n).Select(i => gradient[i * n + i])];
    }

    /// <summary>Private payoffs, and the value that all create together.</summary>
    public (double[] Payoffs, double Value) Play(ReadOnlySpan<double> actions)
    {
        _payoffs.RestoreState(_memory);
        var payoffs = new double[_paid.Length];
        _payoffs.Step(actions, payoffs);
        return (payoffs, _value.Of(_payoffs));
    }
}
