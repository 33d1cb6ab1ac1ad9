using System.Runtime.Intrinsics;

namespace CoopGen.Learning;

/// <summary>
/// Shifts and scales every entry of a vector to mean 0 and standard deviation 1 over all that was seen, and bounds the result to ±10. Means and
/// variances are those of all rows so far (Chan, Golub and LeVeque 1979), in double precision.
/// </summary>
public sealed class RunningNormalizer
{
    /// <summary>What normalised numbers are bounded by.</summary>
    internal const float Bound = 10;

    private const float Least = 1e-4f;

    private readonly double[] _mean, _squares, _batchMean, _batchSquares;
    private readonly float[] _shift, _scale;
    private double _count;

    /// <param name="length">Length of the vectors.</param>
    public RunningNormalizer(int length)
    {
        (_mean, _squares, _batchMean, _batchSquares) = (new double[length], new double[length], new double[length], new double[length]);
        (_shift, _scale) = (new float[length], new float[length]);
        Array.Fill(_scale, 1);
    }

    /// <summary>Length of the vectors.</summary>
    public int Length => _mean.Length;

    /// <summary>What is subtracted.</summary>
    public ReadOnlySpan<float> Shift => _shift;

    /// <summary>What is multiplied with afterwards.</summary>
    public ReadOnlySpan<float> Scale => _scale;

    /// <summary>Takes rows into account.</summary>
    public void Update(ReadOnlySpan<float> rows)
    {
        var (length, count) = (Length, rows.Length / Length);
        if (count == 0)
            return;
        Array.Clear(_batchMean);
        Array.Clear(_batchSquares);
        for (var row = 0; row < count; row++)
            for (var k = 0; k < length; k++)
            {
                // Differences to the mean so far: squares of the numbers themselves would lose the variance of large ones.
                var difference = rows[row * length + k] - _mean[k];
                _batchMean[k] += difference;
                _batchSquares[k] += difference * difference;
            }

        var total = _count + count;
        for (var k = 0; k < length; k++)
        {
            var (sum, squares) = (_batchMean[k], _batchSquares[k]);
            _squares[k] += Math.Max(0, squares - sum * sum / count) + sum * sum / count * (_count / total);
            _mean[k] += sum / total;
            _shift[k] = (float)_mean[k];
            var deviation = Math.Sqrt(_squares[k] / total);
            // An entry that has not moved is left at 0, whatever rounding makes of its mean.
            _scale[k] = (float)(1 / Math.Max(deviation, Least * Math.Max(1, Math.Abs(_mean[k]))));
        }

        _count = total;
    }

    /// <summary>Normalises rows.</summary>
    public void Apply(ReadOnlySpan<float> rows, Span<float> normalised) => Apply(rows, _shift, _scale, normalised);

    /// <summary>Normalises some entries of a row.</summary>
    /// <param name="row">[entries]: what they are.</param>
    /// <param name="entries">Which of the vector's they are.</param>
    /// <param name="normalised">Receives [entries].</param>
    public void Apply(ReadOnlySpan<float> row, ReadOnlySpan<int> entries, Span<float> normalised)
    {
        for (var k = 0; k < entries.Length; k++)
            normalised[k] = Math.Clamp((row[k] - _shift[entries[k]]) * _scale[entries[k]], -Bound, Bound);
    }

    /// <summary>Normalises rows by given numbers.</summary>
    public static void Apply(ReadOnlySpan<float> rows, ReadOnlySpan<float> shift, ReadOnlySpan<float> scale, Span<float> normalised)
    {
        const int Width = 8;
        for (var row = 0; row < rows.Length; row += shift.Length)
        {
            var k = 0;
            for (; Vector128.IsHardwareAccelerated && k + Width <= shift.Length; k += Width)
            {
                var x = (Vector256.LoadUnsafe(in rows[row + k]) - Vector256.LoadUnsafe(in shift[k])) * Vector256.LoadUnsafe(in scale[k]);
                Vector256.Clamp(x, Vector256.Create(-Bound), Vector256.Create(Bound)).StoreUnsafe(ref normalised[row + k]);
            }

            for (; k < shift.Length; k++)
                normalised[row + k] = Math.Clamp((rows[row + k] - shift[k]) * scale[k], -Bound, Bound);
        }
    }

    /// <summary>Saves or restores what was seen.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _count = archive.Exchange("count", _count);
        archive.Exchange("mean", _mean.AsSpan());
        archive.Exchange("squares", _squares.AsSpan());
        archive.Exchange("shift", _shift.AsSpan());
        archive.Exchange("scale", _scale.AsSpan());
    }
}
