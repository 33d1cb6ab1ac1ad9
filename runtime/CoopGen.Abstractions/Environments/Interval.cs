// The compiler has a copy of its own, so that nothing is in two assemblies under one name.
#if NETSTANDARD2_0
namespace CoopGen.Generators.Passes;
#else
namespace CoopGen;
#endif

/// <summary>
/// A closed interval that encloses every value an expression can take. Results are rounded outward, so that evaluating the
/// expression in double precision stays inside. Generated code derives the bounds of observations and rewards with it.
/// </summary>
/// <param name="Low">Least value; may be −∞.</param>
/// <param name="High">Greatest value; may be +∞.</param>
/// <param name="IsWhole">Whether only whole numbers occur.</param>
public readonly record struct Interval(double Low, double High, bool IsWhole = false)
{
    /// <summary>All numbers.</summary>
    public static Interval All => new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>A standard normal draw: Box and Muller's of 53 bits is at most √(2·53·ln 2) &lt; 8.7.</summary>
    public static Interval Normal => new(-8.7, 8.7);

    /// <summary>A single number.</summary>
    public static implicit operator Interval(double value) => Of(value);

    /// <summary>A single number.</summary>
    public static Interval Of(double value) => new(value, value, value == Math.Floor(value) && !double.IsInfinity(value));

    /// <summary>The least interval that encloses both.</summary>
    public static Interval Hull(Interval x, Interval y) => new(Math.Min(x.Low, y.Low), Math.Max(x.High, y.High), x.IsWhole && y.IsWhole);

    /// <summary>Negation.</summary>
    public static Interval operator -(Interval x) => new(-x.High, -x.Low, x.IsWhole);

    /// <summary>Sum.</summary>
    public static Interval operator +(Interval x, Interval y) => Outward(x.Low + y.Low, x.High + y.High, x.IsWhole && y.IsWhole);

    /// <summary>Difference.</summary>
    public static Interval operator -(Interval x, Interval y) => Outward(x.Low - y.High, x.High - y.Low, x.IsWhole && y.IsWhole);

    /// <summary>Product; 0 times an unbounded number is 0.</summary>
    public static Interval operator *(Interval x, Interval y)
    {
        double a = Times(x.Low, y.Low), b = Times(x.Low, y.High), c = Times(x.High, y.Low), d = Times(x.High, y.High);
        return Outward(Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)), x.IsWhole && y.IsWhole);
    }

    /// <summary>Quotient; everything if the divisor can be 0.</summary>
    public static Interval operator /(Interval x, Interval y)
    {
        if (!(y.Low > 0 || y.High < 0))
            return All;
        double a = Over(x.Low, y.Low), b = Over(x.Low, y.High), c = Over(x.High, y.Low), d = Over(x.High, y.High);
        return Outward(Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)), false);
    }

    /// <summary>Absolute value.</summary>
    public static Interval Abs(Interval x) => x.Low >= 0 ? x : x.High <= 0 ? -x : new(0, Math.Max(-x.Low, x.High), x.IsWhole);

    /// <summary>Natural logarithm; −∞ where the argument can be 0 or less.</summary>
    public static Interval Log(Interval x) => Library(x.Low > 0 ? Math.Log(x.Low) : double.NegativeInfinity, x.High > 0 ? Math.Log(x.High) : double.NegativeInfinity);

    /// <summary>ln(1 + x); −∞ where the argument can be −1 or less.</summary>
    public static Interval Log1p(Interval x) => Library(x.Low > -1 ? Math.Log(1 + x.Low) : double.NegativeInfinity, x.High > -1 ? Math.Log(1 + x.High) : double.NegativeInfinity);

    /// <summary>Exponential.</summary>
    public static Interval Exp(Interval x)
    {
        var y = Library(Math.Exp(x.Low), Math.Exp(x.High));
        return new(Math.Max(0, y.Low), y.High);
    }

    /// <summary>Hyperbolic tangent.</summary>
    public static Interval Tanh(Interval x)
    {
        var y = Library(Math.Tanh(x.Low), Math.Tanh(x.High));
        return new(Math.Max(-1, y.Low), Math.Min(1, y.High));
    }

    /// <summary>Square root of what is not negative.</summary>
    public static Interval Sqrt(Interval x)
    {
        var y = Library(Math.Sqrt(Math.Max(0, x.Low)), Math.Sqrt(Math.Max(0, x.High)));
        return new(Math.Max(0, y.Low), y.High);
    }

    /// <summary>Rounding to single precision, which keeps the order.</summary>
    public static Interval Single(Interval x) => new((float)x.Low, (float)x.High, x.IsWhole);

    /// <summary>Power; everything if the base can be negative, or 0 with a negative exponent.</summary>
    public static Interval Pow(Interval x, Interval y)
    {
        if (x.Low < 0 || x.Low == 0 && y.Low < 0)
            return All;
        double a = Math.Pow(x.Low, y.Low), b = Math.Pow(x.Low, y.High), c = Math.Pow(x.High, y.Low), d = Math.Pow(x.High, y.High);
        var (low, high) = (Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)));
        // x^0 = 1 and 1^y = 1 may lie inside the corners' hull only if they are corners themselves.
        if (y.Low <= 0 && y.High >= 0 || x.Low <= 1 && x.High >= 1)
            (low, high) = (Math.Min(low, 1), Math.Max(high, 1));
        var z = Library(low, high);
        return new(Math.Max(0, z.Low), z.High);
    }

    /// <summary>The lesser.</summary>
    public static Interval Min(Interval x, Interval y) => new(Math.Min(x.Low, y.Low), Math.Min(x.High, y.High), x.IsWhole && y.IsWhole);

    /// <summary>The greater.</summary>
    public static Interval Max(Interval x, Interval y) => new(Math.Max(x.Low, y.Low), Math.Max(x.High, y.High), x.IsWhole && y.IsWhole);

    /// <summary>x &lt; y.</summary>
    public static Truth Lt(Interval x, Interval y) => new(x.Low < y.High, x.High >= y.Low);

    /// <summary>x ≤ y.</summary>
    public static Truth Le(Interval x, Interval y) => new(x.Low <= y.High, x.High > y.Low);

    /// <summary>x = y.</summary>
    public static Truth Eq(Interval x, Interval y) => new(x.Low <= y.High && y.Low <= x.High, !(x.Low == x.High && y.Low == y.High && x.Low == y.Low));

    /// <summary>One of two by condition; both where the condition is not known.</summary>
    public static Interval Select(Truth condition, Interval then, Interval otherwise) =>
        !condition.CanBeFalse ? then : !condition.CanBeTrue ? otherwise : Hull(then, otherwise);

    /// <summary>One of two by condition; both where the condition is not known.</summary>
    public static Truth Select(Truth condition, Truth then, Truth otherwise) =>
        !condition.CanBeFalse ? then : !condition.CanBeTrue ? otherwise : Truth.Hull(then, otherwise);

    /// <summary>x where it is at least <paramref name="bound"/>.</summary>
    public static Interval AtLeast(Interval x, Interval bound) => Cut(x, Math.Max(x.Low, bound.Low), x.High);

    /// <summary>x where it is at most <paramref name="bound"/>.</summary>
    public static Interval AtMost(Interval x, Interval bound) => Cut(x, x.Low, Math.Min(x.High, bound.High));

    /// <summary>x where it is above <paramref name="bound"/>.</summary>
    public static Interval Above(Interval x, Interval bound) =>
        bound.Low < x.Low ? x : Cut(x, x.IsWhole ? Math.Floor(bound.Low) + 1 : Up(bound.Low), x.High);

    /// <summary>x where it is below <paramref name="bound"/>.</summary>
    public static Interval Below(Interval x, Interval bound) =>
        bound.High > x.High ? x : Cut(x, x.Low, x.IsWhole ? Math.Ceiling(bound.High) - 1 : Down(bound.High));

    /// <summary>x where it is not 0.</summary>
    public static Interval NonZero(Interval x) =>
        x.Low == 0 ? Cut(x, x.IsWhole ? 1 : double.Epsilon, x.High) : x.High == 0 ? Cut(x, x.Low, x.IsWhole ? -1 : -double.Epsilon) : x;

    /// <summary>Writes the interval as an entry of bounds.</summary>
    public static void Put(Interval x, double[] low, double[] high, int at) => (low[at], high[at]) = (x.Low, x.High);

    /// <summary>The next number above.</summary>
    internal static double Up(double x)
    {
        if (double.IsNaN(x) || double.IsPositiveInfinity(x))
            return x;
        if (x == 0)
            return double.Epsilon;
        var bits = BitConverter.DoubleToInt64Bits(x);
        return BitConverter.Int64BitsToDouble(x > 0 ? bits + 1 : bits - 1);
    }

    /// <summary>The next number below.</summary>
    internal static double Down(double x) => -Up(-x);

    private static double Times(double x, double y) => x == 0 || y == 0 ? 0 : x * y;

    private static double Over(double x, double y) => double.IsInfinity(y) ? 0 : x / y;

    /// <summary>A cut that leaves nothing stands for a branch that is never taken: anything encloses it.</summary>
    private static Interval Cut(Interval x, double low, double high) => low <= high ? new(low, high, x.IsWhole) : x;

    /// <summary>Arithmetic is correctly rounded: one step outward suffices; sums of whole numbers below 2⁵³ are exact.</summary>
    private static Interval Outward(double low, double high, bool whole)
    {
        if (double.IsNaN(low) || double.IsNaN(high))
            return All;
        if (whole && Math.Abs(low) < 9e15 && Math.Abs(high) < 9e15)
            return new(low, high, true);
        // Rounding never changes the sign of a sum, product or quotient; and what comes out as 0 is 0, but for underflow,
        // which comes out as 0 when the formula is computed as well.
        return new(low == 0 ? 0 : Down(low), high == 0 ? 0 : Up(high));
    }

    /// <summary>Library functions are within a few units in the last place.</summary>
    private static Interval Library(double low, double high)
    {
        if (double.IsNaN(low) || double.IsNaN(high))
            return All;
        // ln 1, tanh 0 and √0 are exact.
        for (var k = 0; k < 4; k++)
            (low, high) = (low == 0 ? 0 : Down(low), high == 0 ? 0 : Up(high));
        return new(low, high);
    }
}

/// <summary>A condition of which it may not be known whether it holds.</summary>
/// <param name="CanBeTrue">Whether it may hold.</param>
/// <param name="CanBeFalse">Whether it may fail.</param>
public readonly record struct Truth(bool CanBeTrue, bool CanBeFalse)
{
    /// <summary>Holds.</summary>
    public static Truth True => new(true, false);

    /// <summary>Does not hold.</summary>
    public static Truth False => new(false, true);

    /// <summary>May hold or not.</summary>
    public static Truth Unknown => new(true, true);

    /// <summary>A condition that is known.</summary>
    public static implicit operator Truth(bool value) => Of(value);

    /// <summary>A condition that is known.</summary>
    public static Truth Of(bool value) => new(value, !value);

    /// <summary>Both.</summary>
    public static Truth And(Truth x, Truth y) => new(x.CanBeTrue && y.CanBeTrue, x.CanBeFalse || y.CanBeFalse);

    /// <summary>Either.</summary>
    public static Truth Or(Truth x, Truth y) => new(x.CanBeTrue || y.CanBeTrue, x.CanBeFalse && y.CanBeFalse);

    /// <summary>The opposite.</summary>
    public static Truth Not(Truth x) => new(x.CanBeFalse, x.CanBeTrue);

    /// <summary>What is possible in either.</summary>
    public static Truth Hull(Truth x, Truth y) => new(x.CanBeTrue || y.CanBeTrue, x.CanBeFalse || y.CanBeFalse);

    /// <summary>The condition as a number: 0, 1 or either.</summary>
    public static Interval ToInterval(Truth x) => new(x.CanBeFalse ? 0 : 1, x.CanBeTrue ? 1 : 0, true);
}

/// <summary>The mean of the terms whose condition holds; 0 where none does.</summary>
public readonly struct IntervalMean
{
    private readonly bool _any;
    private readonly bool _certain;
    private readonly Interval _hull;

    private IntervalMean(Interval hull, bool certain) => (_hull, _certain, _any) = (hull, certain, true);

    /// <summary>The mean: a mean lies between the least and the greatest term; its rounding is a few steps per term.</summary>
    public Interval Value
    {
        get
        {
            if (!_any)
                return Interval.Of(0);
            var slack = 1e-13 * Math.Max(Math.Abs(_hull.Low), Math.Abs(_hull.High));
            var mean = _hull.Low == _hull.High && _hull.IsWhole ? _hull : double.IsInfinity(slack) ? new Interval(_hull.Low, _hull.High) : new Interval(_hull.Low - slack, _hull.High + slack);
            return _certain ? mean : Interval.Hull(mean, Interval.Of(0));
        }
    }

    /// <summary>With another term.</summary>
    public IntervalMean With(Truth where, Interval term) =>
        !where.CanBeTrue ? this : new(_any ? Interval.Hull(_hull, term) : term, _certain || !where.CanBeFalse);
}
