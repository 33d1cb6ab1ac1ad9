using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen.Benchmarking;

/// <summary>
/// How fast a step could be if nothing but its library calls and its stores took time, one after the other, measured on this machine.
/// Each function is timed over numbers that lie in the nearest cache, each store over as many bytes as a step of the whole batch writes.
/// </summary>
public sealed unsafe class Limit : IDisposable
{
    private const int Numbers = 2048;

    private readonly AlignedBuffer<float> _in = new(Numbers), _out = new(Numbers);
    private readonly AlignedBuffer<double> _scalarIn = new(Numbers), _scalarOut = new(Numbers);
    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>Makes the numbers that functions are applied to.</summary>
    public Limit()
    {
        for (var k = 0; k < Numbers; k++)
            _in.Span[k] = (float)(_scalarIn.Span[k] = 0.1 + 1.9 * k / Numbers);
    }

    /// <summary>Seconds that the calls of a step of a block of eight environments take, in vectors of the width that is faster here.</summary>
    public double Calls(StepWork work) => work.Calls.Sum(c => c.Count * Seconds(c.Function));

    /// <summary>Seconds that the calls of a scalar step take.</summary>
    public double ScalarCalls(StepWork work) => work.Calls.Sum(c => c.Count * Seconds("double " + c.Function, Scalar(c.Function), Numbers));

    /// <summary>Seconds that it takes to write so many bytes, again and again to the same place.</summary>
    public static double Stores(long bytes)
    {
        using var memory = new AlignedBuffer<float>((int)((bytes + 63) / 64 * 16));
        return Race.Run([new(1, () => Fill(memory.Pointer, memory.Span.Length))], 0.05)[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _in.Dispose();
        _out.Dispose();
        _scalarIn.Dispose();
        _scalarOut.Dispose();
    }

    private double Seconds(string function)
    {
        var eight = Seconds(function, Lanes(function, wide: false), Numbers / 8);
        return Vector512.IsHardwareAccelerated ? Math.Min(eight, Seconds("wide " + function, Lanes(function, wide: true), Numbers / 8)) : eight;
    }

    private double Seconds(string name, Action round, int calls)
    {
        if (!_seconds.TryGetValue(name, out var seconds))
            _seconds[name] = seconds = Race.Run([new(calls, round)], 0.05)[0];
        return seconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(float* to, int length)
    {
        for (var k = 0; k < length; k += 16)
        {
            Vector256.Store(Vector256<float>.One, to + k);
            Vector256.Store(Vector256<float>.One, to + k + 8);
        }
    }

    private Action Lanes(string function, bool wide) => function switch
    {
        "Log" => () => Each<Log>(wide),
        "LogOfNormal" => () => Each<LogOfNormal>(wide),
        "Log1p" => () => Each<Log1p>(wide),
        "Log1pOfPositive" => () => Each<Log1pOfPositive>(wide),
        "Exp" => () => Each<Exp>(wide),
        "ExpOfSmall" => () => Each<ExpOfSmall>(wide),
        "Tanh" => () => Each<Tanh>(wide),
        "TanhOfFinite" => () => Each<TanhOfFinite>(wide),
        "Pow" => () => Each<Pow>(wide),
        "PowOfPositive" => () => Each<PowOfPositive>(wide),
        _ => throw new ArgumentException($"The time of {function} is not known.", nameof(function)),
    };

    private Action Scalar(string function) => function switch
    {
        "Log" => () => Each<ScalarLog>(_scalarIn.Pointer, _scalarOut.Pointer),
        "Log1p" => () => Each<ScalarLog1p>(_scalarIn.Pointer, _scalarOut.Pointer),
        "Exp" => () => Each<ScalarExp>(_scalarIn.Pointer, _scalarOut.Pointer),
        "Tanh" => () => Each<ScalarTanh>(_scalarIn.Pointer, _scalarOut.Pointer),
        "Pow" => () => Each<ScalarPow>(_scalarIn.Pointer, _scalarOut.Pointer),
        _ => throw new ArgumentException($"The time of {function} is not known.", nameof(function)),
    };

    private void Each<T>(bool wide) where T : IFunction
    {
        if (wide)
            Wide<T>(_in.Pointer, _out.Pointer);
        else
            Each<T>(_in.Pointer, _out.Pointer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide<T>(float* from, float* to) where T : IFunction
    {
        for (var k = 0; k < Numbers; k += 16)
            T.Of(Vector512.Load(from + k)).Store(to + k);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Each<T>(float* from, float* to) where T : IFunction
    {
        for (var k = 0; k < Numbers; k += 8)
            T.Of(Vector256.Load(from + k)).Store(to + k);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Each<T>(double* from, double* to) where T : IFunction
    {
        for (var k = 0; k < Numbers; k++)
            to[k] = T.Of(from[k]);
    }

    private interface IFunction
    {
        static virtual Vector256<float> Of(Vector256<float> x) => throw new NotSupportedException();

        static virtual Vector512<float> Of(Vector512<float> x) => throw new NotSupportedException();

        static virtual double Of(double x) => throw new NotSupportedException();
    }

    private readonly struct Log : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Log(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.Log(x);
    }

    private readonly struct LogOfNormal : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.LogOfNormal(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.LogOfNormal(x);
    }

    private readonly struct Log1p : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Log1p(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.Log1p(x);
    }

    private readonly struct Log1pOfPositive : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Log1pOfPositive(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.Log1pOfPositive(x);
    }

    private readonly struct Exp : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Exp(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.Exp(x);
    }

    private readonly struct ExpOfSmall : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.ExpOfSmall(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.ExpOfSmall(x);
    }

    private readonly struct Tanh : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Tanh(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.Tanh(x);
    }

    private readonly struct TanhOfFinite : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.TanhOfFinite(x);

        public static Vector512<float> Of(Vector512<float> x) => WideMath.TanhOfFinite(x);
    }

    private readonly struct Pow : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Pow(x, Vector256.Create(0.75f));

        public static Vector512<float> Of(Vector512<float> x) => WideMath.Pow(x, Vector512.Create(0.75f));
    }

    private readonly struct PowOfPositive : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.PowOfPositive(x, Vector256.Create(0.75f));

        public static Vector512<float> Of(Vector512<float> x) => WideMath.PowOfPositive(x, Vector512.Create(0.75f));
    }

    private readonly struct ScalarLog : IFunction
    {
        public static double Of(double x) => Math.Log(x);
    }

    private readonly struct ScalarLog1p : IFunction
    {
        public static double Of(double x) => MathOps.Log1p(x);
    }

    private readonly struct ScalarExp : IFunction
    {
        public static double Of(double x) => Math.Exp(x);
    }

    private readonly struct ScalarTanh : IFunction
    {
        public static double Of(double x) => Math.Tanh(x);
    }

    private readonly struct ScalarPow : IFunction
    {
        public static double Of(double x) => Math.Pow(x, 0.75);
    }
}
