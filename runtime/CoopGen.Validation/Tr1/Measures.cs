namespace CoopGen.Validation.Tr1;

/// <summary>What the rubric measures of an equilibrium, against the baseline without dependence and synergy.</summary>
internal sealed class Measures
{
    /// <summary>The measures that are results of their own, in the suite's order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["coop_pct", "value_pct", "V_eq", "V_base", "share0", "asymmetry", "pi0_eq", "pi1_eq", "pi0_base", "pi1_base"];

    private readonly Dictionary<string, Quantity> _values;

    /// <param name="model">The game at its own γ, at which the baseline's payoffs are taken too.</param>
    /// <param name="equilibrium">Its equilibrium.</param>
    /// <param name="baseline">The equilibrium without dependence and synergy.</param>
    public Measures(Model model, Equilibrium equilibrium, Equilibrium baseline)
    {
        var (a, b) = (equilibrium.Actions, baseline.Actions);
        var (payoffs, value) = model.Play(a);
        var (basePayoffs, baseValue) = model.Play(b);
        var (mean, baseMean) = (a.Sum() / a.Length, b.Sum() / b.Length);
        Cooperation = (mean - baseMean) / baseMean * 100;
        _values = new()
        {
            ["converged"] = equilibrium.Converged,
            ["least_action"] = a.Min(),
            ["greatest_action"] = a.Max(),
            ["finite_payoffs"] = payoffs.All(double.IsFinite),
            ["finite_value"] = double.IsFinite(value),
            ["coop_pct"] = Cooperation,
            ["least_action_gain"] = a.Zip(b, (x, y) => x - y).Min(),
            ["mean_gain"] = mean - baseMean,
            ["value_pct"] = (value - baseValue) / baseValue * 100,
            ["value_gain"] = value - baseValue,
            ["V_eq"] = value,
            ["V_base"] = baseValue,
            ["least_payoff"] = payoffs.Min(),
            ["least_payoff_gain"] = payoffs.Zip(basePayoffs, (x, y) => x - y).Min(),
            ["share0"] = payoffs[0] / (payoffs[0] + payoffs[1]),
            ["asymmetry"] = Math.Abs(a[0] - a[1]) / mean,
            ["pi0_eq"] = payoffs[0],
            ["pi1_eq"] = payoffs[1],
            ["pi0_base"] = basePayoffs[0],
            ["pi1_base"] = basePayoffs[1],
        };
    }

    /// <summary>Rise of the mean action over the baseline's, in percent.</summary>
    public double Cooperation { get; }

    /// <summary>A measure by name.</summary>
    /// <exception cref="CaseException">There is none of this name.</exception>
    public Quantity this[string name] => _values.TryGetValue(name, out var value) ? value
        : throw new CaseException($"there is no measure '{name}'; there are {string.Join(", ", _values.Keys)}.");
}
