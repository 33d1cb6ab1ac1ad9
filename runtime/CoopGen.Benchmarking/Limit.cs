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

    /// <summary>Seconds that the calls of a step of a block of eight environments take.</summary>
    public double Calls(StepWork work) => work.Calls.Sum(c => c.Count * Seconds(c.Function, Lanes(c.Function), Numbers / 8));

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

    private Action Lanes(string function) => function switch
    {
        "Log" => Each<Log>,
        "LogOfNormal" => Each<LogOfNormal>,
        "Log1p" => Each<Log1p>,
        "Log1pOfPositive" => Each<Log1pOfPositive>,
        "Exp" => Each<Exp>,
        "ExpOfSmall" => Each<ExpOfSmall>,
        "Tanh" => Each<Tanh>,
        "TanhOfFinite" => Each<TanhOfFinite>,
        "Pow" => Each<Pow>,
        "PowOfPositive" => Each<PowOfPositive>,
        _ => throw new ArgumentException($"The time of {function} is not known.", nameof(function)),
    };

    private Action Scalar(string function) => function switch
    {
        "Log" => Each<ScalarLog>,
        "Log1p" => Each<ScalarLog1p>,
        "Exp" => Each<ScalarExp>,
        "Tanh" => Each<ScalarTanh>,
        "Pow" => Each<ScalarPow>,
        _ => throw new ArgumentException($"The time of {function} is not known.", nameof(function)),
    };

    private void Each<T>() where T : IFunction
    {
        if (typeof(T).Name.StartsWith("Scalar", StringComparison.Ordinal))
            Each<T>(_scalarIn.Pointer, _scalarOut.Pointer);
        else
            Each<T>(_in.Pointer, _out.Pointer);
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

        static virtual double Of(double x) => throw new NotSupportedException();
    }

    private readonly struct Log : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Log(x);
    }

    private readonly struct LogOfNormal : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.LogOfNormal(x);
    }

    private readonly struct Log1p : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Log1p(x);
    }

    private readonly struct Log1pOfPositive : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Log1pOfPositive(x);
    }

    private readonly struct Exp : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Exp(x);
    }

    private readonly struct ExpOfSmall : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.ExpOfSmall(x);
    }

    private readonly struct Tanh : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Tanh(x);
    }

    private readonly struct TanhOfFinite : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.TanhOfFinite(x);
    }

    private readonly struct Pow : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.Pow(x, Vector256.Create(0.75f));
    }

    private readonly struct PowOfPositive : IFunction
    {
        public static Vector256<float> Of(Vector256<float> x) => LaneMath.PowOfPositive(x, Vector256.Create(0.75f));
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
