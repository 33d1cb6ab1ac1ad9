namespace CoopGen.Validation.Tr2;

/// <summary>What the current rule leads to after many steps of one action, without taking them.</summary>
internal static class ClosedForm
{
    /// <summary>Trust and damage after so many steps with one signal.</summary>
    /// <param name="p">Parameters; the rule is the current one.</param>
    /// <param name="trust">Trust before.</param>
    /// <param name="damage">Reputation damage before.</param>
    /// <param name="signal">Signal of the one who is trusted.</param>
    /// <param name="dependence">Dependence on it.</param>
    /// <param name="steps">Number of steps, at least 0.</param>
    public static (double Trust, double Damage) After(TrustParameters p, double trust, double damage, double signal, double dependence, int steps)
    {
        if (signal < 0)
            return (trust * Math.Pow(Math.Max(0, 1 + p.LambdaMinus * signal * (1 + p.Xi * dependence)), steps), 1 - (1 - damage) * Math.Pow(Math.Max(0, 1 + p.MuR * signal), steps));
        var keep = 1 - p.DeltaR;
        return (signal > 0 ? Grown(trust, damage, p.LambdaPlus * signal, keep, steps) : trust, damage * Math.Pow(keep, steps));
    }

    /// <summary>
    /// Trust waits until the ceiling 1 − R qⁿ has risen above it. From then on it follows T ← T + a(1 − R qᵐ − T), whose solution is
    /// T = 1 + A (1 − a)ᵐ + B qᵐ with B = a R/(1 − a − q).
    /// </summary>
    private static double Grown(double trust, double damage, double rate, double keep, int steps)
    {
        var waited = 0;
        while (waited < steps && 1 - damage * Math.Pow(keep, waited) <= trust)
            waited++;
        var (m, left) = (steps - waited, damage * Math.Pow(keep, waited));
        if (m == 0)
            return trust;
        var decay = 1 - rate;
        // Where both decay alike the solution has a term in m instead.
        if (Math.Abs(decay - keep) < 1e-9)
            return 1 + (trust - 1) * Math.Pow(decay, m) - rate * left * m * Math.Pow(decay, m - 1);
        var b = rate * left / (decay - keep);
        return 1 + (trust - 1 - b) * Math.Pow(decay, m) + b * Math.Pow(keep, m);
    }
}
