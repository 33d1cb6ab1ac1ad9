namespace CoopGen.Specs.Tests;

/// <summary>
/// The published games once more, in arrays and loops, read from the equations and not from the specs: what an agent is paid, and what
/// is remembered from step to step. Defaults of every parameter; rewards private, integrated or cooperative.
/// </summary>
public sealed class PublishedReading
{
    private readonly Game _game;
    private readonly double[,] _trust, _damage;
    private readonly double[] _loyalty;
    private readonly List<double[]> _history = [];
    private readonly List<int> _members;
    private readonly Dictionary<int, int> _timers = [];

    public PublishedReading(string id)
    {
        _game = Games[id];
        var n = _game.N;
        (_trust, _damage, _loyalty) = (new double[n, n], new double[n, n], new double[n]);
        Array.Fill(_loyalty, 0.5 * _game.Cap);
        _members = [.. Enumerable.Range(0, n)];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                _trust[i, j] = i == j ? 1 : _game.T0;
    }

    /// <summary>Facts about a game. TR-3 is paid where output has a productivity, TR-4 where there is a memory.</summary>
    private sealed record Game(double[] E, double[] B, double[,] D)
    {
        public double Rise { get; init; } = 0.10;

        public double Fall { get; init; } = 0.30;

        public double Damage { get; init; } = 0.60;

        public double Healing { get; init; } = 0.03;

        public double T0 { get; init; } = 0.50;

        public double Omega { get; init; }

        public double Beta { get; init; } = 0.7;

        public double PhiB { get; init; }

        public double PhiC { get; init; }

        public double Cap { get; init; } = 1;

        public bool Loyal { get; init; } = true;

        public bool Endowed { get; init; }

        public bool Coalition { get; init; }

        public int Memory { get; init; }

        public double Rho { get; init; }

        public double Eta { get; init; } = 1;

        public double Kappa { get; init; } = 1;

        public double Lambda { get; init; }

        public double Gate { get; init; }

        public int N => E.Length;
    }

    private static readonly Dictionary<string, Game> Games = new()
    {
        ["TeamProduction-v1"] = Team(4) with { Omega = 25, Loyal = false },
        ["LoyaltyTeam-v1"] = Team(4) with { Omega = 25, PhiB = 0.8, PhiC = 0.3 },
        ["CoalitionFormation-v1"] = Team(6) with { Omega = 25, PhiB = 0.7, PhiC = 0.3, Coalition = true },
        ["ApacheProject-v1"] = Team(40) with { Omega = 30, PhiB = 0.75, PhiC = 0.25, Cap = 0.70 },
        ["PublicGoods-v1"] = Team(5) with { Omega = 2, Beta = 1, PhiB = 0.6, PhiC = 0.2, Endowed = true },
        ["ReciprocalDilemma-v1"] = new([100, 100], [30, 30], Equal(2, 0.5)) { Rho = 1.0, Memory = 5, Lambda = 1.0, Gate = 0.6 },
        ["GiftExchange-v1"] = new([100, 80], [30, 24], new[,] { { 0, 0.4 }, { 0.7, 0 } }) { Rho = 1.2, Eta = 1.5, Memory = 3, Lambda = 1.2, Gate = 0.8 },
        ["IndirectReciprocity-v1"] = new(Same(4, 100), Same(4, 30), Equal(4, 0.4)) { Rho = 0.8, Memory = 7, Lambda = 1.5, Gate = 0.5 },
        ["GraduatedSanction-v1"] = new(Same(6, 100), Same(6, 40), Equal(6, 0.35)) { Rho = 0.6, Eta = 1.5, Kappa = 0.8, Memory = 10, Lambda = 1.8, Gate = 1.0 },
        ["AppleAppStore-v1"] = new([100, 80, 60], [30, 24, 18], new[,] { { 0, 0.3, 0.2 }, { 0.8, 0, 0.15 }, { 0.85, 0.1, 0 } }) { T0 = 0.60, Rho = 1.0, Eta = 1.2, Kappa = 0.8, Memory = 4, Lambda = 1.0, Gate = 0.8 },
    };

    public static IReadOnlyCollection<string> Ids => Games.Keys;

    public double[] Endowments => _game.E;

    /// <summary>Loyalty after the step.</summary>
    public IReadOnlyList<double> Loyalty => _loyalty;

    /// <summary>Who belongs after the step, in the order of the list.</summary>
    public IReadOnlyList<int> Members => _members;

    /// <summary>Plays a profile within the endowments and returns what is paid.</summary>
    public double[] Step(double[] a, RewardMode mode)
    {
        Trust(a);
        Loyal(a);
        _history.Add(a);
        var n = _game.N;
        var (payoff, added) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            payoff[i] = _game.Omega > 0 ? Shared(a, i) : Invested(a, i);
            added[i] = _game.Memory > 0 ? Reciprocity(a, i) : 0;
        }

        // The interdependence of section 2 weighs private payoffs; what reciprocity adds comes on top of it.
        var utility = new double[n];
        for (var i = 0; i < n; i++)
        {
            utility[i] = payoff[i] + added[i];
            for (var j = 0; j < n; j++)
                if (j != i)
                    utility[i] += Math.Min(_trust[i, j], 1 - _damage[i, j]) * _game.D[i, j] * payoff[j];
        }

        return mode switch
        {
            RewardMode.Private => [.. payoff.Zip(added, (x, y) => x + y)],
            RewardMode.Integrated => utility,
            _ => Same(n, utility.Average()),
        };
    }

    /// <summary>TR-3: an equal share of ω·S^β less the cost 1 of a unit, and loyalty for the teammates' mean and the own cost.</summary>
    private double Shared(double[] a, int i)
    {
        var total = a.Sum();
        var share = _game.Omega * Math.Pow(total, _game.Beta) / _game.N;
        var teammates = share - (total - a[i]) / (_game.N - 1);
        return (_game.Endowed ? _game.E[i] : 0) + share - a[i] + _loyalty[i] * (_game.PhiB * teammates + _game.PhiC * a[i]);
    }

    /// <summary>TR-1 with θ = 20, γ = 0.65, equal bargaining shares.</summary>
    private double Invested(double[] a, int i)
    {
        var synergy = a.Min() <= 1e-10 ? 0 : Math.Pow(a.Aggregate((x, y) => x * y), 1.0 / a.Length);
        return _game.E[i] - a[i] + 20 * Math.Log(1 + a[i]) + 0.65 * synergy / a.Length;
    }

    /// <summary>TR-4: signals against the mean of the last min(k, t − 1) profiles before this one, per unit of endowment.</summary>
    private double Reciprocity(double[] a, int i)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
            if (j != i)
                sum += _game.Lambda * _trust[i, j] * (1 + _game.Gate * _game.D[i, j]) * _game.Rho * Math.Pow(_game.D[i, j], _game.Eta) * Math.Tanh(_game.Kappa * Signal(a, j));
        return sum;
    }

    public double Average(int j)
    {
        var before = _history[..^1].TakeLast(_game.Memory).ToList();
        return before.Count == 0 ? 0 : before.Average(profile => profile[j]);
    }

    public double Signal(double[] a, int j) => _history.Count == 1 ? 0 : (a[j] - Average(j)) / _game.E[j];

    private void Trust(double[] a)
    {
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < a.Length; j++)
            {
                if (i == j)
                    continue;
                var (signal, trust, damage) = (Math.Tanh(a[j] - _game.B[j]), _trust[i, j], _damage[i, j]);
                var ceiling = 1 - damage;
                var change = signal > 0 ? _game.Rise * signal * Math.Max(0, ceiling - trust) : _game.Fall * signal * trust * (1 + 0.5 * _game.D[i, j]);
                _trust[i, j] = Math.Clamp(trust + change, 0, ceiling);
                _damage[i, j] = Math.Clamp(damage + (signal < 0 ? _game.Damage * -signal * (1 - damage) : -_game.Healing * damage), 0, 1);
            }
        }
    }

    private void Loyal(double[] a)
    {
        for (var i = 0; i < a.Length && _game.Loyal; i++)
        {
            var rate = a[i] / _game.E[i];
            var next = rate >= 0.5 ? _loyalty[i] + 0.02 * rate : Math.Max(0, _loyalty[i] - 0.05 * (0.5 - rate));
            _loyalty[i] = Math.Min(_game.Cap, next);
        }

        if (!_game.Coalition)
            return;
        foreach (var i in _members.ToList())
        {
            if (_loyalty[i] < 0.15 && _members.Count > 3)
            {
                _members.Remove(i);
                _timers[i] = 5;
            }
        }

        foreach (var i in _timers.Keys.Order().ToList())
        {
            if (--_timers[i] <= 0 && _loyalty[i] >= 0.4)
            {
                _members.Add(i);
                _timers.Remove(i);
            }
        }
    }

    private static Game Team(int n) => new(Same(n, 50), Same(n, 20), Equal(n, 0.55)) { Fall = 0.25, Damage = 0.40, Healing = 0.02 };

    private static double[] Same(int n, double value) => [.. Enumerable.Repeat(value, n)];

    private static double[,] Equal(int n, double value)
    {
        var matrix = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                matrix[i, j] = i == j ? 0 : value;
        return matrix;
    }
}
