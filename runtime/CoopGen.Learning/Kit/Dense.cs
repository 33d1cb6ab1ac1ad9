using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoopGen.Learning;

/// <summary>Dense layers for few rows at a time, where a call to TorchSharp costs more than the arithmetic: forwards and backwards.</summary>
/// <remarks>
/// A row's result does not depend on the rows beside it: sums are taken in the order of their terms, those of a few outputs in a fixed other one. Where there are no vectors in hardware,
/// products are plain loops: emulated vectors are far slower.
/// </remarks>
internal static unsafe class Dense
{
    private const int Width = 8;

    /// <summary>Outputs of which each is computed on its own, if the layer is small: they are too few for a vector.</summary>
    private const int Few = 4, Small = 2048;

    /// <summary>Columns that are computed at once where vectors of 512 bits are fast: as many sums as the processor has room for. Sums are the same to the last bit.</summary>
    private const int Wide = 64;

    /// <summary>Terms at a time of columns that do not fill vectors: as many as a copy of them takes room for.</summary>
    private const int Some = 128;

    /// <summary>
    /// Numbers of the right factor whose rows are gone through before all rows of the left one have met them: a column of it, whose entries lie a power of two apart, finds room in few sets of the first
    /// cache only.
    /// </summary>
    private const int Near = 8192;

    /// <summary>y = x·W + b, or max(0, y).</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="biases">[outputs].</param>
    /// <param name="y">Receives [rows, outputs].</param>
    /// <param name="rectified">Whether max(0, y).</param>
    public static void Apply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> y, bool rectified = false)
    {
        var (inputs, outputs) = (x.Length / rows, biases.Length);
        if (weights.Length != inputs * outputs || y.Length != rows * outputs)
            throw new ArgumentException($"{weights.Length} weights and room for {y.Length} numbers do not fit {rows} rows, {inputs} inputs and {outputs} outputs.", nameof(weights));
        if (outputs <= Few && inputs * outputs <= Small)
        {
            Span<float> turned = stackalloc float[Small];
            Transpose(weights, inputs, outputs, turned);
            for (var row = 0; row < rows; row++)
                for (var k = 0; k < outputs; k++)
                    y[row * outputs + k] = biases[k] + Dot(x.Slice(row * inputs, inputs), turned.Slice(k * inputs, inputs));
            if (rectified)
                Relu(y);
            return;
        }

        // Wide columns start from biases and end rectified as they are; the others are laid out before, and rectified after.
        var wide = WideOf(outputs);
        for (var row = 0; row < rows && wide < outputs; row++)
            biases[wide..].CopyTo(y[(row * outputs + wide)..]);
        AddProduct(x, inputs, 1, rows, inputs, weights, outputs, y, biases, rectified ? 0 : float.NegativeInfinity);
        for (var row = 0; row < rows && wide < outputs && rectified; row++)
            Relu(y.Slice(row * outputs + wide, outputs - wide));
    }

    /// <summary>y += x·W.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="y">[rows, outputs].</param>
    public static void AddTo(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weights, Span<float> y) =>
        AddProduct(x, x.Length / rows, 1, rows, x.Length / rows, weights, y.Length / rows, y);

    /// <summary>The gradient of weights from that of the output, added to what is there: W += xᵀ·gradient.</summary>
    /// <param name="x">[rows, inputs]: what went in.</param>
    /// <param name="gradient">[rows, outputs]: the gradient of what came out.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">[inputs, outputs].</param>
    public static void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, int rows, Span<float> weights) =>
        AddProduct(x, 1, x.Length / rows, x.Length / rows, rows, gradient, gradient.Length / rows, weights);

    /// <summary>What the gradient of a layer's output means for its weights and biases, added to what is there.</summary>
    /// <param name="x">[rows, inputs]: what went in.</param>
    /// <param name="gradient">[rows, outputs]: the gradient of what came out.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="biases">[outputs].</param>
    public static void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, int rows, Span<float> weights, Span<float> biases)
    {
        var (inputs, outputs) = (x.Length / rows, biases.Length);
        for (var row = 0; row < rows; row++)
            Add(biases, gradient.Slice(row * outputs, outputs), 1);
        if (outputs > Few || inputs * outputs > Small)
        {
            AddGradient(x, gradient, rows, weights);
            return;
        }

        Span<float> turned = stackalloc float[Small];
        Transpose(weights, inputs, outputs, turned);
        for (var row = 0; row < rows; row++)
            for (var k = 0; k < outputs; k++)
                Add(turned.Slice(k * inputs, inputs), x.Slice(row * inputs, inputs), gradient[row * outputs + k]);
        Transpose(turned[..(inputs * outputs)], outputs, inputs, weights);
    }

    /// <summary>The gradient of what went into a layer: gradient·Wᵀ.</summary>
    /// <param name="gradient">[rows, outputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="transposed">Wᵀ: [outputs, inputs].</param>
    /// <param name="x">Receives [rows, inputs].</param>
    public static void Back(ReadOnlySpan<float> gradient, int rows, ReadOnlySpan<float> transposed, Span<float> x)
    {
        var (inputs, outputs) = (x.Length / rows, gradient.Length / rows);
        x.Clear();
        AddProduct(gradient, outputs, 1, rows, outputs, transposed, inputs, x);
    }

    /// <summary>The gradient of some of what went into a layer.</summary>
    /// <param name="gradient">[rows, outputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="first">The first input wanted.</param>
    /// <param name="x">Receives [rows, inputs wanted].</param>
    public static void BackTo(ReadOnlySpan<float> gradient, int rows, ReadOnlySpan<float> weights, int first, Span<float> x)
    {
        var (wanted, outputs) = (x.Length / rows, gradient.Length / rows);
        for (var row = 0; row < rows; row++)
            for (var k = 0; k < wanted; k++)
                x[row * wanted + k] = Dot(gradient.Slice(row * outputs, outputs), weights.Slice((first + k) * outputs, outputs));
    }

    /// <summary>Transposes a matrix.</summary>
    public static void Transpose(ReadOnlySpan<float> matrix, int rows, int columns, Span<float> transposed)
    {
        var row = 0;
        for (; row + Width <= rows; row += Width)
        {
            var column = 0;
            for (; column + Width <= columns; column += Width)
            {
                ref readonly var first = ref matrix[row * columns + column];
                LaneRows.Write(ref transposed[column * rows + row], rows, At(in first, 0), At(in first, 1), At(in first, 2), At(in first, 3), At(in first, 4), At(in first, 5), At(in first, 6), At(in first, 7));
            }

            for (; column < columns; column++)
                for (var k = row; k < row + Width; k++)
                    transposed[column * rows + k] = matrix[k * columns + column];

            Vector256<float> At(ref readonly float first, int k) => Vector256.LoadUnsafe(in first, (nuint)(k * columns));
        }

        for (; row < rows; row++)
            for (var column = 0; column < columns; column++)
                transposed[column * rows + row] = matrix[row * columns + column];
    }

    /// <summary>sum += factor·x.</summary>
    public static void Add(Span<float> sum, ReadOnlySpan<float> x, float factor)
    {
        var k = 0;
        for (; Vector128.IsHardwareAccelerated && k + Width <= sum.Length; k += Width)
            Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(in x[k]), Vector256.Create(factor), Vector256.LoadUnsafe(ref sum[k])).StoreUnsafe(ref sum[k]);
        for (; k < sum.Length; k++)
            sum[k] += factor * x[k];
    }

    /// <summary>Hyperbolic tangent in place.</summary>
    public static void Tanh(Span<float> values)
    {
        var k = 0;
        for (; Vector512.IsHardwareAccelerated && k + 2 * Width <= values.Length; k += 2 * Width)
            WideMath.Tanh(Vector512.LoadUnsafe(ref values[k])).StoreUnsafe(ref values[k]);
        for (; k + Width <= values.Length; k += Width)
            LaneMath.Tanh(Vector256.LoadUnsafe(ref values[k])).StoreUnsafe(ref values[k]);
        for (; k < values.Length; k++)
            values[k] = LaneMath.Tanh(Vector256.Create(values[k]))[0];
    }

    /// <summary>eˣ.</summary>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y)
    {
        var k = 0;
        for (; Vector512.IsHardwareAccelerated && k + 2 * Width <= x.Length; k += 2 * Width)
            WideMath.Exp(Vector512.LoadUnsafe(in x[k])).StoreUnsafe(ref y[k]);
        for (; k + Width <= x.Length; k += Width)
            LaneMath.Exp(Vector256.LoadUnsafe(in x[k])).StoreUnsafe(ref y[k]);
        for (; k < x.Length; k++)
            y[k] = LaneMath.Exp(Vector256.Create(x[k]))[0];
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

    /// <summary>|x|.</summary>
    public static void Magnitudes(ReadOnlySpan<float> x, Span<float> magnitudes)
    {
        var k = 0;
        for (; k + Width <= x.Length; k += Width)
            Vector256.Abs(Vector256.LoadUnsafe(in x[k])).StoreUnsafe(ref magnitudes[k]);
        for (; k < x.Length; k++)
            magnitudes[k] = Math.Abs(x[k]);
    }

    /// <summary>The gradient of x from that of |x|, in place of x: factor·gradient·sign(x), and 0 at 0.</summary>
    public static void BackMagnitudes(ReadOnlySpan<float> gradient, float factor, Span<float> x)
    {
        var k = 0;
        for (; k + Width <= x.Length; k += Width)
        {
            var (v, zero) = (Vector256.LoadUnsafe(ref x[k]), Vector256<float>.Zero);
            var sign = Vector256.ConditionalSelect(Vector256.Equals(v, zero), zero, Vector256.CopySign(Vector256<float>.One, v));
            (Vector256.LoadUnsafe(in gradient[k]) * factor * sign).StoreUnsafe(ref x[k]);
        }

        for (; k < x.Length; k++)
            x[k] = gradient[k] * factor * (x[k] == 0 ? 0 : MathF.CopySign(1, x[k]));
    }

    /// <summary>Exponential linear unit in place: x, or eˣ − 1 below 0.</summary>
    public static void Elu(Span<float> values)
    {
        var k = 0;
        for (; k + Width <= values.Length; k += Width)
            Elu(Vector256.LoadUnsafe(ref values[k])).StoreUnsafe(ref values[k]);
        for (; k < values.Length; k++)
            values[k] = Elu(Vector256.Create(values[k]))[0];

        static Vector256<float> Elu(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), x, LaneMath.Exp(x) - Vector256<float>.One);
    }

    /// <summary>The gradient before an exponential linear unit: factor·gradient, times eˣ below 0.</summary>
    /// <param name="after">What the unit gave.</param>
    /// <param name="gradient">The gradient of it, but for the factor.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="before">Receives the gradient.</param>
    public static void BackElu(ReadOnlySpan<float> after, ReadOnlySpan<float> gradient, float factor, Span<float> before)
    {
        var k = 0;
        for (; k + Width <= after.Length; k += Width)
        {
            var slope = Vector256.Min(Vector256.LoadUnsafe(in after[k]), Vector256<float>.Zero) + Vector256<float>.One;
            (Vector256.LoadUnsafe(in gradient[k]) * factor * slope).StoreUnsafe(ref before[k]);
        }

        for (; k < after.Length; k++)
            before[k] = gradient[k] * factor * (Math.Min(after[k], 0) + 1);
    }

    /// <summary>The gradient before an activation from the one after it, in place.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="after">What the activation gave.</param>
    /// <param name="gradient">The gradient of it.</param>
    public static void Back(Activation activation, ReadOnlySpan<float> after, Span<float> gradient)
    {
        var k = 0;
        for (; k + Width <= gradient.Length; k += Width)
        {
            var (y, g) = (Vector256.LoadUnsafe(in after[k]), Vector256.LoadUnsafe(ref gradient[k]));
            (activation == Activation.Tanh ? g - g * y * y : Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), g, Vector256<float>.Zero)).StoreUnsafe(ref gradient[k]);
        }

        for (; k < gradient.Length; k++)
            gradient[k] = activation == Activation.Tanh ? gradient[k] - gradient[k] * after[k] * after[k] : after[k] > 0 ? gradient[k] : 0;
    }

    /// <summary>How many of the columns are wide ones: the first, all that fill such blocks.</summary>
    private static int WideOf(int columns) => Vector512.IsHardwareAccelerated ? columns / Wide * Wide : 0;

    /// <summary>c[i, j] += Σₖ a[i·aRow + k·aStep]·b[k, j].</summary>
    /// <param name="a">The left factor.</param>
    /// <param name="aRow">From a row of it to the next.</param>
    /// <param name="aStep">From a term to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="terms">Number of terms.</param>
    /// <param name="b">[terms, columns].</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="c">[rows, columns].</param>
    /// <param name="start">[columns]: what wide columns of every row start from instead of what is in c; none if empty.</param>
    /// <param name="least">Least result of wide columns.</param>
    private static void AddProduct(ReadOnlySpan<float> a, int aRow, int aStep, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> c, ReadOnlySpan<float> start = default, float least = float.NegativeInfinity)
    {
        if (c.Length != rows * columns || b.Length != terms * columns || a.Length < (rows - 1) * aRow + (terms - 1) * aStep + 1)
            throw new ArgumentException($"Factors of {a.Length} and {b.Length} numbers do not fit a product of {rows} rows, {terms} terms and {columns} columns with room for {c.Length}.", nameof(a));
        fixed (float* from = &MemoryMarshal.GetReference(a), right = &MemoryMarshal.GetReference(b), to = &MemoryMarshal.GetReference(c), starting = &MemoryMarshal.GetReference(start))
        {
            var (column, wide, most) = (0, WideOf(columns), Math.Max(Width, Near / columns));
            for (; column < wide; column += Wide)
                for (var first = 0; first < terms; first += most)
                {
                    var (row, some, floor) = (0, Math.Min(most, terms - first), first + most < terms ? float.NegativeInfinity : least);
                    float* x = from + (nint)first * aStep, w = right + (nint)first * columns + column, before = to + column;
                    nint beforeRow = columns;
                    if (first == 0 && !start.IsEmpty)
                    {
                        before = starting + column;
                        beforeRow = 0;
                    }

                    for (; row + 4 <= rows; row += 4)
                        WideFour(x + (nint)row * aRow, aRow, aStep, some, w, columns, before + row * beforeRow, beforeRow, floor, to + (nint)row * columns + column);
                    for (; row < rows; row++)
                        WideOne(x + (nint)row * aRow, aStep, some, w, columns, before + row * beforeRow, floor, to + (nint)row * columns + column);
                }

            for (; Vector128.IsHardwareAccelerated && column + 2 * Width <= columns; column += 2 * Width)
            {
                var row = 0;
                for (; row + 4 <= rows; row += 4)
                    Four(from + (nint)row * aRow, aRow, aStep, terms, right + column, columns, to + (nint)row * columns + column);
                for (; row < rows; row++)
                    One(from + (nint)row * aRow, aStep, terms, right + column, columns, to + (nint)row * columns + column);
            }

            if (Vector128.IsHardwareAccelerated && column < columns)
            {
                AddLast(from, aRow, aStep, rows, terms, right + column, columns, columns - column, to + column);
                return;
            }

            for (var row = 0; row < rows && column < columns; row++)
            {
                float* x = from + (nint)row * aRow, y = to + (nint)row * columns;
                for (var k = 0; k < terms; k++)
                {
                    var v = x[(nint)k * aStep];
                    for (var j = column; j < columns; j++)
                        y[j] += v * right[(nint)k * columns + j];
                }
            }
        }
    }

    /// <summary>Columns that do not fill vectors: they are copied to where they do.</summary>
    private static void AddLast(float* x, nint row, nint step, int rows, int terms, float* w, nint columns, int last, float* y)
    {
        const int Padded = 2 * Width;
        var most = Vector512.IsHardwareAccelerated ? 8 : 4;
        float* right = stackalloc float[Some * Padded], sums = stackalloc float[8 * Padded];
        for (var first = 0; first < terms; first += Some)
        {
            var some = Math.Min(Some, terms - first);
            Copy(w + first * columns, columns, right, Padded, some, last);
            var from = x + first * step;
            for (var k = 0; k < rows; k += most)
            {
                var count = Math.Min(most, rows - k);
                Copy(y + k * columns, columns, sums, Padded, count, last);
                if (count == 8)
                    WideEight(from + k * row, row, step, some, right, sums);
                else if (count == 4)
                    Four(from + k * row, row, step, some, right, Padded, sums);
                for (var one = 0; one < count && count is not (4 or 8); one++)
                    One(from + (k + one) * row, step, some, right, Padded, sums + one * Padded);
                Copy(sums, Padded, y + k * columns, columns, count, last);
            }
        }

        static void Copy(float* from, nint fromRow, float* to, nint toRow, int rows, int columns)
        {
            for (var k = 0; k < rows; k++, from += fromRow, to += toRow)
            {
                for (var j = 0; j < columns && columns < Width; j++)
                    to[j] = from[j];
                if (columns < Width)
                    continue;
                Vector256.Load(from).Store(to);
                Vector256.Load(from + columns - Width).Store(to + columns - Width);
            }
        }
    }

    /// <summary>Sixty-four columns of four rows.</summary>
    private static void WideFour(float* x, nint row, nint step, int terms, float* w, nint columns, float* z, nint before, float least, float* y)
    {
        const int Width = 16;
        float* z1 = z + before, z2 = z1 + before, z3 = z2 + before;
        var (a0, a1, a2, a3) = (Vector512.Load(z), Vector512.Load(z + Width), Vector512.Load(z + 2 * Width), Vector512.Load(z + 3 * Width));
        var (b0, b1, b2, b3) = (Vector512.Load(z1), Vector512.Load(z1 + Width), Vector512.Load(z1 + 2 * Width), Vector512.Load(z1 + 3 * Width));
        var (c0, c1, c2, c3) = (Vector512.Load(z2), Vector512.Load(z2 + Width), Vector512.Load(z2 + 2 * Width), Vector512.Load(z2 + 3 * Width));
        var (d0, d1, d2, d3) = (Vector512.Load(z3), Vector512.Load(z3 + Width), Vector512.Load(z3 + 2 * Width), Vector512.Load(z3 + 3 * Width));
        for (var k = 0; k < terms; k++)
        {
            var (w0, w1, w2, w3) = (Vector512.Load(w), Vector512.Load(w + Width), Vector512.Load(w + 2 * Width), Vector512.Load(w + 3 * Width));
            var v = Vector512.Create(x[0]);
            a0 = Vector512.MultiplyAddEstimate(v, w0, a0);
            a1 = Vector512.MultiplyAddEstimate(v, w1, a1);
            a2 = Vector512.MultiplyAddEstimate(v, w2, a2);
            a3 = Vector512.MultiplyAddEstimate(v, w3, a3);
            v = Vector512.Create(x[row]);
            b0 = Vector512.MultiplyAddEstimate(v, w0, b0);
            b1 = Vector512.MultiplyAddEstimate(v, w1, b1);
            b2 = Vector512.MultiplyAddEstimate(v, w2, b2);
            b3 = Vector512.MultiplyAddEstimate(v, w3, b3);
            v = Vector512.Create(x[2 * row]);
            c0 = Vector512.MultiplyAddEstimate(v, w0, c0);
            c1 = Vector512.MultiplyAddEstimate(v, w1, c1);
            c2 = Vector512.MultiplyAddEstimate(v, w2, c2);
            c3 = Vector512.MultiplyAddEstimate(v, w3, c3);
            v = Vector512.Create(x[3 * row]);
            d0 = Vector512.MultiplyAddEstimate(v, w0, d0);
            d1 = Vector512.MultiplyAddEstimate(v, w1, d1);
            d2 = Vector512.MultiplyAddEstimate(v, w2, d2);
            d3 = Vector512.MultiplyAddEstimate(v, w3, d3);
            w += columns;
            x += step;
        }

        float* y1 = y + columns, y2 = y1 + columns, y3 = y2 + columns;
        var floor = Vector512.Create(least);
        AtLeast(a0, floor).Store(y);
        AtLeast(a1, floor).Store(y + Width);
        AtLeast(a2, floor).Store(y + 2 * Width);
        AtLeast(a3, floor).Store(y + 3 * Width);
        AtLeast(b0, floor).Store(y1);
        AtLeast(b1, floor).Store(y1 + Width);
        AtLeast(b2, floor).Store(y1 + 2 * Width);
        AtLeast(b3, floor).Store(y1 + 3 * Width);
        AtLeast(c0, floor).Store(y2);
        AtLeast(c1, floor).Store(y2 + Width);
        AtLeast(c2, floor).Store(y2 + 2 * Width);
        AtLeast(c3, floor).Store(y2 + 3 * Width);
        AtLeast(d0, floor).Store(y3);
        AtLeast(d1, floor).Store(y3 + Width);
        AtLeast(d2, floor).Store(y3 + 2 * Width);
        AtLeast(d3, floor).Store(y3 + 3 * Width);
    }

    /// <summary>Sixteen columns, beside which there are no others, of eight rows.</summary>
    private static void WideEight(float* x, nint row, nint step, int terms, float* w, float* y)
    {
        const int Width = 16;
        var (a, b, c, d) = (Vector512.Load(y), Vector512.Load(y + Width), Vector512.Load(y + 2 * Width), Vector512.Load(y + 3 * Width));
        var (e, f, g, h) = (Vector512.Load(y + 4 * Width), Vector512.Load(y + 5 * Width), Vector512.Load(y + 6 * Width), Vector512.Load(y + 7 * Width));
        for (var k = 0; k < terms; k++)
        {
            var v = Vector512.Load(w);
            a = Vector512.MultiplyAddEstimate(Vector512.Create(x[0]), v, a);
            b = Vector512.MultiplyAddEstimate(Vector512.Create(x[row]), v, b);
            c = Vector512.MultiplyAddEstimate(Vector512.Create(x[2 * row]), v, c);
            d = Vector512.MultiplyAddEstimate(Vector512.Create(x[3 * row]), v, d);
            e = Vector512.MultiplyAddEstimate(Vector512.Create(x[4 * row]), v, e);
            f = Vector512.MultiplyAddEstimate(Vector512.Create(x[5 * row]), v, f);
            g = Vector512.MultiplyAddEstimate(Vector512.Create(x[6 * row]), v, g);
            h = Vector512.MultiplyAddEstimate(Vector512.Create(x[7 * row]), v, h);
            w += Width;
            x += step;
        }

        a.Store(y);
        b.Store(y + Width);
        c.Store(y + 2 * Width);
        d.Store(y + 3 * Width);
        e.Store(y + 4 * Width);
        f.Store(y + 5 * Width);
        g.Store(y + 6 * Width);
        h.Store(y + 7 * Width);
    }

    /// <summary>max(least, value), or no number where the value is none.</summary>
    private static Vector512<float> AtLeast(Vector512<float> value, Vector512<float> least) => Vector512.ConditionalSelect(Vector512.LessThan(value, least), least, value);

    private static void WideOne(float* x, nint step, int terms, float* w, nint columns, float* z, float least, float* y)
    {
        const int Width = 16;
        var (a0, a1, a2, a3) = (Vector512.Load(z), Vector512.Load(z + Width), Vector512.Load(z + 2 * Width), Vector512.Load(z + 3 * Width));
        for (var k = 0; k < terms; k++)
        {
            var v = Vector512.Create(x[0]);
            a0 = Vector512.MultiplyAddEstimate(v, Vector512.Load(w), a0);
            a1 = Vector512.MultiplyAddEstimate(v, Vector512.Load(w + Width), a1);
            a2 = Vector512.MultiplyAddEstimate(v, Vector512.Load(w + 2 * Width), a2);
            a3 = Vector512.MultiplyAddEstimate(v, Vector512.Load(w + 3 * Width), a3);
            w += columns;
            x += step;
        }

        var floor = Vector512.Create(least);
        AtLeast(a0, floor).Store(y);
        AtLeast(a1, floor).Store(y + Width);
        AtLeast(a2, floor).Store(y + 2 * Width);
        AtLeast(a3, floor).Store(y + 3 * Width);
    }

    /// <summary>Sixteen columns of four rows: as many sums as two fused multiply-adds per cycle need to keep busy.</summary>
    private static void Four(float* x, nint row, nint step, int terms, float* w, nint columns, float* y)
    {
        var (a0, a1) = (Vector256.Load(y), Vector256.Load(y + Width));
        var (b0, b1) = (Vector256.Load(y + columns), Vector256.Load(y + columns + Width));
        var (c0, c1) = (Vector256.Load(y + 2 * columns), Vector256.Load(y + 2 * columns + Width));
        var (d0, d1) = (Vector256.Load(y + 3 * columns), Vector256.Load(y + 3 * columns + Width));
        for (var k = 0; k < terms; k++)
        {
            var (w0, w1) = (Vector256.Load(w), Vector256.Load(w + Width));
            var v = Vector256.Create(x[0]);
            (a0, a1) = (Vector256.MultiplyAddEstimate(v, w0, a0), Vector256.MultiplyAddEstimate(v, w1, a1));
            v = Vector256.Create(x[row]);
            (b0, b1) = (Vector256.MultiplyAddEstimate(v, w0, b0), Vector256.MultiplyAddEstimate(v, w1, b1));
            v = Vector256.Create(x[2 * row]);
            (c0, c1) = (Vector256.MultiplyAddEstimate(v, w0, c0), Vector256.MultiplyAddEstimate(v, w1, c1));
            v = Vector256.Create(x[3 * row]);
            (d0, d1) = (Vector256.MultiplyAddEstimate(v, w0, d0), Vector256.MultiplyAddEstimate(v, w1, d1));
            w += columns;
            x += step;
        }

        a0.Store(y);
        a1.Store(y + Width);
        b0.Store(y + columns);
        b1.Store(y + columns + Width);
        c0.Store(y + 2 * columns);
        c1.Store(y + 2 * columns + Width);
        d0.Store(y + 3 * columns);
        d1.Store(y + 3 * columns + Width);
    }

    private static void One(float* x, nint step, int terms, float* w, nint columns, float* y)
    {
        var (left, right) = (Vector256.Load(y), Vector256.Load(y + Width));
        for (var k = 0; k < terms; k++)
        {
            var v = Vector256.Create(x[0]);
            left = Vector256.MultiplyAddEstimate(v, Vector256.Load(w), left);
            right = Vector256.MultiplyAddEstimate(v, Vector256.Load(w + Width), right);
            w += columns;
            x += step;
        }

        left.Store(y);
        right.Store(y + Width);
    }

    /// <summary>Σ x·w.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        var (sums, k) = (Vector256<float>.Zero, 0);
        for (; Vector128.IsHardwareAccelerated && k + Width <= x.Length; k += Width)
            sums = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(in x[k]), Vector256.LoadUnsafe(in w[k]), sums);
        var sum = Vector256.Sum(sums);
        for (; k < x.Length; k++)
            sum += x[k] * w[k];
        return sum;
    }
}
