namespace CoopGen.Validation.Numerics;

/// <summary>Where a function is least on an interval, as SciPy's <c>minimize_scalar(method="bounded")</c> finds it, to the last bit: the suites' numbers hang on its tolerance.</summary>
/// <param name="X">The best point seen.</param>
/// <param name="Value">The function there.</param>
/// <param name="Calls">How often the function was evaluated.</param>
public readonly record struct BoundedBrent(double X, double Value, int Calls)
{
    private static readonly double _golden = 0.5 * (3 - Math.Sqrt(5));

    /// <summary>The literal that SciPy takes, which is not the spacing of doubles at 1.</summary>
    private static readonly double _relative = Math.Sqrt(2.2e-16);

    /// <summary>Minimises by golden sections and, where they are trusted, parabolas through the three best points.</summary>
    /// <param name="function">A function of one variable; finite on the interval.</param>
    /// <param name="low">Left end; never evaluated itself.</param>
    /// <param name="high">Right end, above <paramref name="low"/>; never evaluated itself.</param>
    /// <param name="tolerance">Absolute tolerance on the point, above 0.</param>
    /// <param name="most">Most evaluations.</param>
    /// <exception cref="ArgumentException">The interval is empty or the tolerance is not positive.</exception>
    public static BoundedBrent Minimum(Func<double, double> function, double low, double high, double tolerance = 1e-5, int most = 500)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (!(low < high))
            throw new ArgumentException($"The interval is [{low}, {high}]; its left end must be below its right end.", nameof(high));
        if (!(tolerance > 0))
            throw new ArgumentException($"The tolerance is {tolerance}; it must be above 0.", nameof(tolerance));
        // x is the best point, w the second best, v the one that was second best before.
        var x = low + _golden * (high - low);
        var (w, v) = (x, x);
        var fx = function(x);
        var (fw, fv) = (fx, fx);
        var (step, last) = (0.0, 0.0);
        var calls = 1;
        while (true)
        {
            var middle = 0.5 * (low + high);
            var least = _relative * Math.Abs(x) + tolerance / 3;
            var margin = 2 * least;
            if (Math.Abs(x - middle) <= margin - 0.5 * (high - low) || calls >= most)
                return new(x, fx, calls);
            var parabola = false;
            if (Math.Abs(last) > least)
            {
                var r = (x - w) * (fx - fv);
                var q = (x - v) * (fx - fw);
                var p = (x - v) * q - (x - w) * r;
                q = 2 * (q - r);
                if (q > 0)
                    p = -p;
                q = Math.Abs(q);
                r = last;
                last = step;
                if (Math.Abs(p) < Math.Abs(0.5 * q * r) && p > q * (low - x) && p < q * (high - x))
                {
                    parabola = true;
                    step = p / q;
                    var there = x + step;
                    if (there - low < margin || high - there < margin)
                        step = least * Sign(middle - x);
                }
            }

            if (!parabola)
            {
                last = x >= middle ? low - x : high - x;
                step = _golden * last;
            }

            var u = x + Sign(step) * Math.Max(Math.Abs(step), least);
            var fu = function(u);
            calls++;
            if (fu <= fx)
            {
                if (u >= x)
                    low = x;
                else
                    high = x;
                (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu);
                continue;
            }

            if (u < x)
                low = u;
            else
                high = u;
            if (fu <= fw || w == x)
                (v, fv, w, fw) = (w, fw, u, fu);
            else if (fu <= fv || v == x || v == w)
                (v, fv) = (u, fu);
        }
    }

    /// <summary>Direction of a step; a step of no length goes up.</summary>
    private static double Sign(double x) => x < 0 ? -1 : 1;
}
