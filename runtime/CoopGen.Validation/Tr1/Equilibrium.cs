using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr1;

/// <summary>An equilibrium.</summary>
/// <param name="Actions">What each agent gives.</param>
/// <param name="Converged">Whether the search came to rest.</param>
/// <param name="Sweeps">After how many rounds.</param>
internal sealed record Equilibrium(double[] Actions, bool Converged, int Sweeps)
{
    private const double Start = 10;
    private const double Rest = 1e-6;
    private const int MostSweeps = 1000;

    /// <summary>The suite's search: best responses in turn, each by a bounded search, each at once seen by the next, until a round moves nobody by 1e-6.</summary>
    /// <param name="model">The game.</param>
    /// <param name="box">Least and greatest action.</param>
    /// <param name="agents">Number of agents.</param>
    /// <param name="start">First actions; 10 for all if null.</param>
    public static Equilibrium Shipped(Model model, (double Low, double High) box, int agents, double[]? start = null)
    {
        var actions = new double[agents];
        start?.CopyTo(actions, 0);
        if (start is null)
            Array.Fill(actions, Start);
        var before = new double[agents];
        for (var sweep = 1; sweep <= MostSweeps; sweep++)
        {
            actions.CopyTo(before, 0);
            for (var i = 0; i < agents; i++)
            {
                var agent = i;
                double Cost(double x)
                {
                    actions[agent] = x;
                    return -model.Utility(agent, actions);
                }

                actions[i] = BoundedBrent.Minimum(Cost, box.Low, box.High).X;
            }

            var moved = 0.0;
            for (var i = 0; i < agents; i++)
                moved = Math.Max(moved, Math.Abs(actions[i] - before[i]));
            if (moved < Rest)
                return new(actions, true, sweep);
        }

        return new(actions, false, MostSweeps);
    }

    /// <summary>
    /// The equilibrium to the last digits. Given the synergy G, an agent's first-order condition −1 + f′(a) + k G/a = 0 with
    /// k = (α_i + Σ D_ij α_j) γ/n has one solution, which grows with G; G is where it is the geometric mean of what it brings about.
    /// Utilities are concave in an agent's own action, so the conditions, held to the box, suffice.
    /// </summary>
    /// <exception cref="ArgumentException">The value does not grow ever more slowly: β is 1.</exception>
    public static Equilibrium Exact(Venture venture, (double Low, double High) box)
    {
        if (venture.Value == "power" && venture.Beta >= 1)
            throw new ArgumentException($"β is {venture.Beta}; it must be below 1 for a single equilibrium.", nameof(venture));
        var n = venture.Agents;
        var weights = new double[n];
        for (var i = 0; i < n; i++)
        {
            weights[i] = venture.Shares[i];
            for (var j = 0; j < n; j++)
                if (j != i)
                    weights[i] += venture.Dependence[i][j] * venture.Shares[j];
            weights[i] *= venture.Gamma / n;
        }

        var actions = new double[n];
        double Excess(double logarithm)
        {
            var (synergy, sum) = (Math.Exp(logarithm), 0.0);
            for (var i = 0; i < n; i++)
            {
                actions[i] = Math.Clamp(Response(venture, weights[i] * synergy), box.Low, box.High);
                sum += Math.Log(actions[i]);
            }

            return sum / n - logarithm;
        }

        // From the lower end, where the excess is not negative, to the upper, where it is not positive.
        var (low, high) = (Math.Log(box.Low), Math.Log(box.High));
        var root = Root(Excess, low, high);
        Excess(root);
        return new(actions, true, 0);
    }

    /// <summary>Where a = f′(a) a + c, for c ≥ 0.</summary>
    private static double Response(Venture venture, double c)
    {
        if (venture.Value == "logarithmic")
        {
            // a² − (θ + c − 1) a − c = 0; the form without cancellation.
            var half = (venture.Theta + c - 1) / 2;
            var width = Math.Sqrt(half * half + c);
            return half >= 0 ? half + width : c == 0 ? 0 : c / (width - half);
        }

        // a − β a^β − c is convex where it grows, so Newton's steps from above stay above.
        var beta = venture.Beta;
        var alone = Math.Pow(beta, 1 / (1 - beta));
        if (c == 0)
            return alone;
        var a = alone + c / (1 - beta);
        for (var step = 0; step < 100; step++)
        {
            var earned = beta * Math.Pow(a, beta);
            var next = a - (a - earned - c) / (1 - beta * earned / a);
            if (!(next < a))
                break;
            a = next;
        }

        return a;
    }

    /// <summary>The root of a function that falls, by secants that are held between the ends (Illinois).</summary>
    private static double Root(Func<double, double> function, double low, double high)
    {
        var (atLow, atHigh) = (function(low), function(high));
        if (atLow <= 0)
            return low;
        if (atHigh >= 0)
            return high;
        var side = 0;
        for (var step = 0; step < 200 && high - low > 0; step++)
        {
            var middle = low + (high - low) * (atLow / (atLow - atHigh));
            if (middle <= low || middle >= high)
                middle = 0.5 * (low + high);
            var at = function(middle);
            if (at == 0 || middle == low || middle == high)
                return middle;
            if (at > 0)
            {
                (low, atLow) = (middle, at);
                if (side > 0)
                    atHigh /= 2;
                side = 1;
            }
            else
            {
                (high, atHigh) = (middle, at);
                if (side < 0)
                    atLow /= 2;
                side = -1;
            }

            if (high - low <= 4 * Math.BitIncrement(Math.Max(Math.Abs(low), Math.Abs(high))) - 4 * Math.Max(Math.Abs(low), Math.Abs(high)))
                break;
        }

        return 0.5 * (low + high);
    }
}
