namespace CoopGen.TestSpecs;

/// <summary>Formulas that are guarded where they or their derivatives would not be finite, with parameters and states that reach that point.</summary>
[Environment("Brink-v0", Horizon = 6, Class = "Test")]
public sealed partial class Brink : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>A divisor that may be 0.</summary>
    private double d => Parameter("divisor", 0.0, min: 0, max: 5);

    /// <summary>A factor of what may be the logarithm of 0.</summary>
    private double k => Parameter("factor", 1.0, min: -2, max: 2);

    /// <summary>An action that may be 0.</summary>
    private ActionVar x => Continuous(0, i => 4);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [x];

    /// <summary>A store that begins empty.</summary>
    private ScalarState S => ScalarState(min: 0, max: 100);

    /// <summary>Fixed at construction, guarded.</summary>
    private double Fixed => d > 0 ? k / d : k;

    /// <summary>The same for all, where the store is not empty.</summary>
    private double Boost => S > 0 ? k * Log(S) : 0;

    /// <inheritdoc/>
    protected override double Reward(Agent i) =>
        (d > 0 ? x[i] / d : x[i]) + x[i] * Fixed + (S > 0 ? x[i] * Boost + 1 / S : 0) + Sqrt(x[i]) + Pow(x[i], 0.3) + Product(j => Exp(-k * x[j]));

    /// <inheritdoc/>
    protected override void Settle() => S.Set(() => Clip(S + 0.5 * Sum(j => Sqrt(x[j])), 0, 100));
}
