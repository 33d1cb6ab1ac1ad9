namespace CoopGen.Games;

/// <summary>Measures of a profile of payoffs, and what cooperating gains.</summary>
public static class Welfare
{
    /// <summary>Social (utilitarian) welfare: Σ payoffs.</summary>
    public static double Social(ReadOnlySpan<double> payoffs)
    {
        var sum = 0.0;
        foreach (var payoff in payoffs)
            sum += payoff;
        return sum;
    }

    /// <summary>Egalitarian welfare: the least payoff.</summary>
    /// <exception cref="ArgumentException">There are no payoffs.</exception>
    public static double Egalitarian(ReadOnlySpan<double> payoffs)
    {
        if (payoffs.Length == 0)
            throw new ArgumentException("There are no payoffs.", nameof(payoffs));
        var least = payoffs[0];
        foreach (var payoff in payoffs)
            least = Math.Min(least, payoff);
        return least;
    }

    /// <summary>Nash welfare: the product of gains over what each agent has without the others.</summary>
    /// <param name="payoffs">Payoffs of n agents.</param>
    /// <param name="disagreement">What each agent has without the others.</param>
    /// <exception cref="ArgumentException">The lengths differ, or some agent gains nothing, so that there is no product of gains.</exception>
    public static double Nash(ReadOnlySpan<double> payoffs, ReadOnlySpan<double> disagreement)
    {
        Require.Room(nameof(disagreement), disagreement.Length, payoffs.Length);
        var product = 1.0;
        for (var i = 0; i < payoffs.Length; i++)
        {
            if (payoffs[i] < disagreement[i])
                throw new ArgumentException($"Agent {i} has {payoffs[i]}, less than the {disagreement[i]} it has without the others; Nash welfare needs gains.", nameof(payoffs));
            product *= payoffs[i] - disagreement[i];
        }

        return product;
    }

    /// <summary>Cooperation surplus of a profile: social welfare there minus social welfare when everyone plays its least action.</summary>
    /// <param name="environment">An environment, whose one-shot game at its present state is meant.</param>
    /// <param name="actions">The profile.</param>
    /// <exception cref="ArgumentException">The environment has no one-shot game.</exception>
    public static double Surplus(GameEnvironment environment, ReadOnlySpan<double> actions)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment is not IOneShotGame game)
            throw new ArgumentException($"{environment.Info.Id} has no one-shot game.", nameof(environment));
        var payoffs = new double[environment.AgentCount];
        game.Payoffs(actions, payoffs);
        var there = Social(payoffs);
        game.Payoffs(environment.ActionSpace.Low, payoffs);
        return there - Social(payoffs);
    }
}
