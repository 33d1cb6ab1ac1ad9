using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CoopGen.Learning;
using TorchSharp;

namespace CoopGen.Benchmarks;

/// <summary>What one core of this machine attains: the best of a few tries.</summary>
public static class Attainable
{
    private const int Tries = 20, Rows = 128, Width = 128;
    private const double Seconds = 0.005;

    private static float _sink;

    /// <summary>Floating-point operations per second of fused multiply-adds, two operations each, in as many independent sums as keep the units busy.</summary>
    public static double Fused()
    {
        const int Rounds = 100_000;
        return Vector512.IsHardwareAccelerated ? Best(12 * 2 * 16.0 * Rounds, () => Wide(Rounds)) : Best(12 * 2 * 8.0 * Rounds, () => Narrow(Rounds));
    }

    /// <summary>The same of the learners' own kernel: 128 rows through a layer from 128 to 128.</summary>
    public static double Dense()
    {
        var layer = new Mlp("layer", 1, [Width, Width], Activation.Relu);
        layer.Initialise(new(1, "layer"), Initialisation.Uniform);
        var (x, y) = (new float[Rows * Width], new float[Rows * Width]);
        Array.Fill(x, 1);
        return Best(2.0 * Rows * Width * Width, () => layer.Forward(x, y));
    }

    /// <summary>The same of libtorch's product of matrices.</summary>
    public static double Torch()
    {
        LibTorch.Load();
        using var scope = torch.NewDisposeScope();
        var (a, b) = (torch.ones(Rows, Width), torch.ones(Width, Width));
        return Best(2.0 * Rows * Width * Width, () => torch.mm(a, b).Dispose());
    }

    /// <summary>Bytes per second that an optimiser like Adam passes over: of each parameter it loads weight, two moments and gradient, and stores all but the last.</summary>
    /// <param name="parameters">Number of parameters.</param>
    public static double PassedBytes(int parameters)
    {
        var length = (parameters + 15) / 16 * 16;
        var (weights, first, second, gradient) = (new float[length], new float[length], new float[length], new float[length]);
        Array.Fill(gradient, 0.5f);
        return Best(TrainingCost.BytesPerPass * length, () => Pass(weights, first, second, gradient));
    }

    /// <summary>The best pace of a piece of work that is done again and again.</summary>
    /// <param name="amount">How much a piece is.</param>
    /// <param name="work">The piece.</param>
    private static double Best(double amount, Action work)
    {
        var best = 0.0;
        for (var k = 0; k < Tries; k++)
        {
            var (begun, pieces) = (Stopwatch.GetTimestamp(), 0);
            double seconds;
            do
            {
                work();
                pieces++;
                seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            }
            while (seconds < Seconds);
            best = Math.Max(best, pieces * amount / seconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wide(int rounds)
    {
        var (x, y) = (Vector512.Create(0.5f), Vector512.Create(1f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (; rounds > 0; rounds--)
        {
            (a, b, c) = (Vector512.MultiplyAddEstimate(a, x, y), Vector512.MultiplyAddEstimate(b, x, y), Vector512.MultiplyAddEstimate(c, x, y));
            (d, e, f) = (Vector512.MultiplyAddEstimate(d, x, y), Vector512.MultiplyAddEstimate(e, x, y), Vector512.MultiplyAddEstimate(f, x, y));
            (g, h, i) = (Vector512.MultiplyAddEstimate(g, x, y), Vector512.MultiplyAddEstimate(h, x, y), Vector512.MultiplyAddEstimate(i, x, y));
            (j, k, l) = (Vector512.MultiplyAddEstimate(j, x, y), Vector512.MultiplyAddEstimate(k, x, y), Vector512.MultiplyAddEstimate(l, x, y));
        }

        _sink = Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Narrow(int rounds)
    {
        var (x, y) = (Vector256.Create(0.5f), Vector256.Create(1f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (; rounds > 0; rounds--)
        {
            (a, b, c) = (Vector256.MultiplyAddEstimate(a, x, y), Vector256.MultiplyAddEstimate(b, x, y), Vector256.MultiplyAddEstimate(c, x, y));
            (d, e, f) = (Vector256.MultiplyAddEstimate(d, x, y), Vector256.MultiplyAddEstimate(e, x, y), Vector256.MultiplyAddEstimate(f, x, y));
            (g, h, i) = (Vector256.MultiplyAddEstimate(g, x, y), Vector256.MultiplyAddEstimate(h, x, y), Vector256.MultiplyAddEstimate(i, x, y));
            (j, k, l) = (Vector256.MultiplyAddEstimate(j, x, y), Vector256.MultiplyAddEstimate(k, x, y), Vector256.MultiplyAddEstimate(l, x, y));
        }

        _sink = Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pass(float[] weights, float[] first, float[] second, float[] gradient)
    {
        ref var w = ref MemoryMarshal.GetArrayDataReference(weights);
        ref var m = ref MemoryMarshal.GetArrayDataReference(first);
        ref var v = ref MemoryMarshal.GetArrayDataReference(second);
        ref var g = ref MemoryMarshal.GetArrayDataReference(gradient);
        for (nuint k = 0; k < (nuint)weights.Length; k += 16)
        {
            var slope = Vector512.LoadUnsafe(ref g, k);
            var mean = Vector512.LoadUnsafe(ref m, k) * 0.9f + slope * 0.1f;
            var square = Vector512.LoadUnsafe(ref v, k) * 0.999f + slope * slope * 0.001f;
            mean.StoreUnsafe(ref m, k);
            square.StoreUnsafe(ref v, k);
            (Vector512.LoadUnsafe(ref w, k) - mean * 1e-3f / (Vector512.Sqrt(square) + Vector512.Create(1e-8f))).StoreUnsafe(ref w, k);
        }
    }
}
