namespace CoopGen;

public abstract partial class Spec
{
    /// <summary>What agent <paramref name="i"/> was paid in this step; to be read in <see cref="Settle"/> and after.</summary>
    protected double Paid(Agent i) => PaidRewards[i.Index];

    /// <summary>Σ over all agents.</summary>
    protected double Sum(Func<Agent, double> term) => Sum(static _ => true, term);

    /// <summary>Σ over the agents for whom <paramref name="where"/> holds; 0 over none.</summary>
    protected double Sum(Func<Agent, bool> where, Func<Agent, double> term)
    {
        var sum = 0.0;
        for (Agent i = 0; i.Index < n; i = i.Index + 1)
            if (where(i))
                sum += term(i);
        return sum;
    }

    /// <summary>∏ over all agents.</summary>
    protected double Product(Func<Agent, double> factor) => Product(static _ => true, factor);

    /// <summary>∏ over the agents for whom <paramref name="where"/> holds; 1 over none.</summary>
    protected double Product(Func<Agent, bool> where, Func<Agent, double> factor)
    {
        var product = 1.0;
        for (Agent i = 0; i.Index < n; i = i.Index + 1)
            if (where(i))
                product *= factor(i);
        return product;
    }

    /// <summary>Mean over all agents.</summary>
    protected double Mean(Func<Agent, double> term) => Sum(term) / n;

    /// <summary>Mean over the agents for whom <paramref name="where"/> holds; 0 over none.</summary>
    protected double Mean(Func<Agent, bool> where, Func<Agent, double> term)
    {
        var count = Count(where);
        return count == 0 ? 0 : Sum(where, term) / count;
    }

    /// <summary>Least over all agents.</summary>
    protected double Min(Func<Agent, double> term) => Fold(term, Math.Min);

    /// <summary>Greatest over all agents.</summary>
    protected double Max(Func<Agent, double> term) => Fold(term, Math.Max);

    /// <summary>Whether the condition holds for some agent.</summary>
    protected bool Any(Func<Agent, bool> where) => Count(where) > 0;

    /// <summary>Whether the condition holds for every agent.</summary>
    protected bool Every(Func<Agent, bool> where) => Count(where) == n;

    /// <summary>For how many agents the condition holds.</summary>
    protected double Count(Func<Agent, bool> where) => Sum(where, static _ => 1);

    /// <summary>Σ over the ordered pairs of different agents.</summary>
    protected double SumPairs(Func<Agent, Agent, double> term) => Sum(i => Sum(j => j != i, j => term(i, j)));

    /// <summary>Mean over the ordered pairs of different agents; 0 for a single agent.</summary>
    protected double MeanPairs(Func<Agent, Agent, double> term) => n < 2 ? 0 : SumPairs(term) / (n * (n - 1));

    /// <summary>The lesser of two.</summary>
    protected static double Min(double x, double y) => Math.Min(x, y);

    /// <summary>The greater of two.</summary>
    protected static double Max(double x, double y) => Math.Max(x, y);

    /// <summary><paramref name="x"/>, but at least <paramref name="low"/> and at most <paramref name="high"/>: min(max(x, low), high).</summary>
    protected static double Clip(double x, double low, double high) => Math.Min(Math.Max(x, low), high);

    /// <summary>Natural logarithm; the compiler proves that its argument is positive.</summary>
    protected static double Log(double x) => Math.Log(x);

    /// <summary>ln(1 + x); the compiler proves that its argument is above −1.</summary>
    protected static double Log1p(double x) => MathOps.Log1p(x);

    /// <summary>e to the power of <paramref name="x"/>.</summary>
    protected static double Exp(double x) => Math.Exp(x);

    /// <summary>Hyperbolic tangent.</summary>
    protected static double Tanh(double x) => Math.Tanh(x);

    /// <summary><paramref name="x"/> to the power of <paramref name="y"/>; the compiler proves that the base is not negative (positive where the exponent may be negative).</summary>
    protected static double Pow(double x, double y) => Math.Pow(x, y);

    /// <summary>Square root; the compiler proves that its argument is not negative.</summary>
    protected static double Sqrt(double x) => Math.Sqrt(x);

    /// <summary><paramref name="x"/> rounded to single precision: for a quantity that a reference keeps so and compares with a limit.</summary>
    protected static double Single(double x) => MathOps.Single(x);

    /// <summary>Absolute value.</summary>
    protected static double Abs(double x) => Math.Abs(x);

    /// <summary>Draws uniformly from [<paramref name="low"/>, <paramref name="high"/>).</summary>
    protected double Uniform(double low, double high) => low + (high - low) * Draw().Uniform;

    /// <summary>Draws from the normal distribution.</summary>
    protected double Normal(double mean, double deviation) => mean + deviation * Draw().Normal;

    /// <summary>Draws 1 with a probability, else 0.</summary>
    protected double Bernoulli(double probability) => Draw().Uniform < probability ? 1 : 0;

    private double Fold(Func<Agent, double> term, Func<double, double, double> pick)
    {
        var result = term(0);
        for (var i = 1; i < n; i++)
            result = pick(result, term(i));
        return result;
    }
}
