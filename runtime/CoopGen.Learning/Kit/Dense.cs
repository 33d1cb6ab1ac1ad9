using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoopGen.Learning;

/// <summary>A dense layer for few rows at a time, where a call to TorchSharp costs more than the arithmetic.</summary>
internal static class Dense
{
    private const int Width = 8;

    /// <summary>y = x·W + b.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="biases">[outputs].</param>
    /// <param name="y">Receives [rows, outputs].</param>
    public static void Apply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> y)
    {
        var (inputs, outputs) = (x.Length / rows, biases.Length);
        if (weights.Length != inputs * outputs || y.Length != rows * outputs)
            throw new ArgumentException($"{weights.Length} weights and room for {y.Length} numbers do not fit {rows} rows, {inputs} inputs and {outputs} outputs.", nameof(weights));
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var to = ref MemoryMarshal.GetReference(y);
        if (outputs == 1)
        {
            for (var r = 0; r < rows; r++)
                y[r] = biases[0] + Dot(ref Unsafe.Add(ref from, r * inputs), ref w, inputs);
            return;
        }

        var column = 0;
        for (; column + 2 * Width <= outputs; column += 2 * Width)
        {
            var (left, right) = (Vector256.LoadUnsafe(in biases[column]), Vector256.LoadUnsafe(in biases[column + Width]));
            var row = 0;
            for (; row + 4 <= rows; row += 4)
                Four(ref Unsafe.Add(ref from, row * inputs), inputs, ref Unsafe.Add(ref w, column), outputs, left, right, ref Unsafe.Add(ref to, row * outputs + column));
            for (; row < rows; row++)
                One(ref Unsafe.Add(ref from, row * inputs), inputs, ref Unsafe.Add(ref w, column), outputs, left, right, ref Unsafe.Add(ref to, row * outputs + column));
        }

        for (; column < outputs; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                var sum = biases[column];
                for (var k = 0; k < inputs; k++)
                    sum += Unsafe.Add(ref from, row * inputs + k) * Unsafe.Add(ref w, k * outputs + column);
                Unsafe.Add(ref to, row * outputs + column) = sum;
            }
        }
    }

    /// <summary>Hyperbolic tangent in place.</summary>
    public static void Tanh(Span<float> values)
    {
        var k = 0;
        for (; k + Width <= values.Length; k += Width)
            LaneMath.Tanh(Vector256.LoadUnsafe(ref values[k])).StoreUnsafe(ref values[k]);
        for (; k < values.Length; k++)
            values[k] = LaneMath.Tanh(Vector256.Create(values[k]))[0];
    }

    /// <summary>max(0, x) in place.</summary>
    public static void Relu(Span<float> values)
    {
        var k = 0;
        for (; k + Width <= values.Length; k += Width)
            Vector256.Max(Vector256.LoadUnsafe(ref values[k]), Vector256<float>.Zero).StoreUnsafe(ref values[k]);
        for (; k < values.Length; k++)
            values[k] = Math.Max(values[k], 0);
    }

    /// <summary>values ← values + rate·(goals − values).</summary>
    public static void MoveTowards(Span<float> values, ReadOnlySpan<float> goals, float rate)
    {
        var k = 0;
        for (; k + Width <= values.Length; k += Width)
        {
            var v = Vector256.LoadUnsafe(ref values[k]);
            Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(in goals[k]) - v, Vector256.Create(rate), v).StoreUnsafe(ref values[k]);
        }

        for (; k < values.Length; k++)
            values[k] += rate * (goals[k] - values[k]);
    }

    /// <summary>Sixteen columns of four rows: as many sums as two fused multiply-adds per cycle need to keep busy.</summary>
    private static void Four(ref float x, int inputs, ref float w, int outputs, Vector256<float> left, Vector256<float> right, ref float y)
    {
        var (a0, a1, b0, b1, c0, c1, d0, d1) = (left, right, left, right, left, right, left, right);
        for (var k = 0; k < inputs; k++)
        {
            var (w0, w1) = (Vector256.LoadUnsafe(ref w), Vector256.LoadUnsafe(ref w, Width));
            w = ref Unsafe.Add(ref w, outputs);
            var v = Vector256.Create(Unsafe.Add(ref x, k));
            (a0, a1) = (Vector256.MultiplyAddEstimate(v, w0, a0), Vector256.MultiplyAddEstimate(v, w1, a1));
            v = Vector256.Create(Unsafe.Add(ref x, inputs + k));
            (b0, b1) = (Vector256.MultiplyAddEstimate(v, w0, b0), Vector256.MultiplyAddEstimate(v, w1, b1));
            v = Vector256.Create(Unsafe.Add(ref x, 2 * inputs + k));
            (c0, c1) = (Vector256.MultiplyAddEstimate(v, w0, c0), Vector256.MultiplyAddEstimate(v, w1, c1));
            v = Vector256.Create(Unsafe.Add(ref x, 3 * inputs + k));
            (d0, d1) = (Vector256.MultiplyAddEstimate(v, w0, d0), Vector256.MultiplyAddEstimate(v, w1, d1));
        }

        a0.StoreUnsafe(ref y);
        a1.StoreUnsafe(ref y, Width);
        b0.StoreUnsafe(ref y, (nuint)outputs);
        b1.StoreUnsafe(ref y, (nuint)(outputs + Width));
        c0.StoreUnsafe(ref y, (nuint)(2 * outputs));
        c1.StoreUnsafe(ref y, (nuint)(2 * outputs + Width));
        d0.StoreUnsafe(ref y, (nuint)(3 * outputs));
        d1.StoreUnsafe(ref y, (nuint)(3 * outputs + Width));
    }

    private static void One(ref float x, int inputs, ref float w, int outputs, Vector256<float> left, Vector256<float> right, ref float y)
    {
        for (var k = 0; k < inputs; k++)
        {
            var v = Vector256.Create(Unsafe.Add(ref x, k));
            left = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref w), left);
            right = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref w, Width), right);
            w = ref Unsafe.Add(ref w, outputs);
        }

        left.StoreUnsafe(ref y);
        right.StoreUnsafe(ref y, Width);
    }

    private static float Dot(ref float x, ref float w, int inputs)
    {
        var (sums, k) = (Vector256<float>.Zero, 0);
        for (; k + Width <= inputs; k += Width)
            sums = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref x, (nuint)k), Vector256.LoadUnsafe(ref w, (nuint)k), sums);
        var sum = Vector256.Sum(sums);
        for (; k < inputs; k++)
            sum += Unsafe.Add(ref x, k) * Unsafe.Add(ref w, k);
        return sum;
    }
}
