namespace CoopGen.Validation.Tr2;

/// <summary>The compiled model of trust with a case in its memory. Not to be shared by threads.</summary>
internal sealed class TrustModel
{
    private readonly Suites.TrustEnvironment _game;
    private readonly double[] _memory = [];
    private readonly double[] _paid = [];
    private readonly int _n;
    private readonly int _baseline;

    /// <param name="parameters">Parameters and rule.</param>
    /// <param name="agents">Number of agents, 2 to 16.</param>
    /// <param name="greatest">Greatest action there will be.</param>
    public TrustModel(TrustParameters parameters, int agents = 2, double greatest = 10)
    {
        _n = agents;
        _game = new(new()
        {
            ["n_agents"] = agents,
            ["max_steps"] = 1_000_000,
            ["greatest_action"] = Math.Max(5, greatest),
            ["rule"] = parameters.Rule,
            ["lambda_plus"] = parameters.LambdaPlus,
            ["lambda_minus"] = parameters.LambdaMinus,
            ["mu_R"] = parameters.MuR,
            ["delta_R"] = parameters.DeltaR,
            ["xi"] = parameters.Xi,
            ["kappa_trust"] = parameters.Kappa,
        });
        _game.Reset(0);
        (_memory, _paid) = (new double[_game.StateLength], new double[agents]);
        _game.SaveState(_memory);
        // Memory of a spec lies by name: Baseline, Dependence, R, T.
        _baseline = GameEnvironment.HeaderLength + 3 * agents;
    }

    private int Dependence => _baseline + _n;

    private int Damage => Dependence + _n * _n;

    private int Trusts => Damage + _n * _n;

    /// <summary>Puts a case into memory; matrices are row by row, the diagonals with them.</summary>
    public void Set(double[][] trust, double[][] damage, double[][] dependence, double[] baselines)
    {
        baselines.CopyTo(_memory, _baseline);
        for (var i = 0; i < _n; i++)
        {
            dependence[i].CopyTo(_memory, Dependence + i * _n);
            damage[i].CopyTo(_memory, Damage + i * _n);
            trust[i].CopyTo(_memory, Trusts + i * _n);
        }

        _game.RestoreState(_memory);
    }

    /// <summary>Puts agent 0's trust in agent 1, its damage and its dependence into memory.</summary>
    public void Set(double trust, double damage, double dependence)
    {
        (_memory[Trusts + 1], _memory[Damage + 1], _memory[Dependence + 1]) = (trust, damage, dependence);
        _game.RestoreState(_memory);
    }

    /// <summary>Lets all act.</summary>
    public void Step(ReadOnlySpan<double> actions)
    {
        _game.Step(actions, _paid);
        _game.SaveState(_memory);
    }

    /// <summary>Trust of one agent in another.</summary>
    public double Trust(int i, int j) => _memory[Trusts + i * _n + j];

    /// <summary>Reputation damage that one agent records of another.</summary>
    public double DamageOf(int i, int j) => _memory[Damage + i * _n + j];
}
