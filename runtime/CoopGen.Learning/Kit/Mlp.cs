namespace CoopGen.Learning;

/// <summary>What the hidden layers of a network apply.</summary>
public enum Activation
{
    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(0, x).</summary>
    Relu,
}

/// <summary>How weights begin.</summary>
public enum Initialisation
{
    /// <summary>Orthogonal matrices times a gain (√2 in hidden layers), biases 0: what on-policy learners use.</summary>
    Orthogonal,

    /// <summary>Weights and biases uniform in ±1/√inputs: PyTorch's default.</summary>
    Uniform,
}

/// <summary>
/// A stack of multilayer perceptrons of one shape: group g is a network of its own. Holds the weights and answers from them without
/// TorchSharp; <see cref="MlpGradient"/> or, by TorchSharp, <see cref="StackedMlp"/> trains them.
/// </summary>
/// <remarks>Weights of a layer are [groups, inputs, outputs], biases [groups, outputs]: y = x·W + b. The last layer is linear. Not for use by several threads at once.</remarks>
public sealed class Mlp
{
    private readonly int _widest;
    private float[] _front = [], _back = [];

    /// <param name="name">Prefix of its parameters' names.</param>
    /// <param name="groups">Number of networks, at least 1.</param>
    /// <param name="sizes">Length of the input, of each hidden layer, and of the output.</param>
    /// <param name="activation">What hidden layers apply.</param>
    /// <exception cref="ArgumentException">There is no layer, or a length is not positive.</exception>
    public Mlp(string name, int groups, IReadOnlyList<int> sizes, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (sizes.Count < 2 || sizes.Any(size => size < 1))
            throw new ArgumentException($"The sizes of a network are {string.Join(", ", sizes)}; it needs an input and an output, each of length 1 or more.", nameof(sizes));
        (Groups, Sizes, Activation, _widest) = (groups, [.. sizes], activation, sizes.Skip(1).Max());
        for (var layer = 0; layer + 1 < sizes.Count; layer++)
        {
            Weights.Add(new($"{name}.{layer}.weight", groups, sizes[layer], sizes[layer + 1]));
            Biases.Add(new($"{name}.{layer}.bias", groups, sizes[layer + 1]));
        }
    }

    /// <summary>Number of networks.</summary>
    public int Groups { get; }

    /// <summary>Length of the input, of each hidden layer, and of the output.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>What hidden layers apply.</summary>
    public Activation Activation { get; }

    /// <summary>Length of the input.</summary>
    public int Inputs => Sizes[0];

    /// <summary>Length of the output.</summary>
    public int Outputs => Sizes[^1];

    /// <summary>Weights per layer.</summary>
    public List<Parameter> Weights { get; } = [];

    /// <summary>Biases per layer.</summary>
    public List<Parameter> Biases { get; } = [];

    /// <summary>All parameters, layer by layer.</summary>
    public IEnumerable<Parameter> Parameters => Weights.Zip(Biases, (w, b) => new[] { w, b }).SelectMany(p => p);

    /// <summary>Draws initial weights, independently for every group.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="how">How.</param>
    /// <param name="outputGain">Gain of the last layer where orthogonal.</param>
    public void Initialise(RandomStream random, Initialisation how, float outputGain = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var layer = 0; layer < Weights.Count; layer++)
        {
            for (var group = 0; group < Groups; group++)
            {
                var weights = Weights[layer].Of(group);
                var biases = Biases[layer].Of(group);
                if (how == Initialisation.Orthogonal)
                {
                    biases.Clear();
                    Orthogonal(random, weights, Sizes[layer], Sizes[layer + 1], layer + 1 < Weights.Count ? MathF.Sqrt(2) : outputGain);
                }
                else
                {
                    var bound = 1 / MathF.Sqrt(Sizes[layer]);
                    random.FillUniform(weights, -bound, bound);
                    random.FillUniform(biases, -bound, bound);
                }
            }
        }
    }

    /// <summary>Copies the weights of another stack of the same shape: of all groups, or of its only one to all.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyFrom(Mlp other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!other.Sizes.SequenceEqual(Sizes) || other.Groups != Groups && other.Groups != 1)
            throw new ArgumentException($"{other.Groups} networks of sizes {string.Join(", ", other.Sizes)} cannot be copied to {Groups} of {string.Join(", ", Sizes)}.", nameof(other));
        foreach (var (to, from) in Parameters.Zip(other.Parameters))
            for (var group = 0; group < Groups; group++)
                from.Of(other.Groups == 1 ? 0 : group).CopyTo(to.Of(group));
    }

    /// <summary>Multiplies what a network says.</summary>
    public void Rescale(int group, float factor)
    {
        foreach (ref var w in Weights[^1].Of(group))
            w *= factor;
        foreach (ref var b in Biases[^1].Of(group))
            b *= factor;
    }

    /// <summary>Moves the weights of one network towards those of another stack of the same shape: θ ← θ + rate·(θ′ − θ).</summary>
    /// <param name="other">The other stack.</param>
    /// <param name="group">Which network.</param>
    /// <param name="rate">Within [0, 1].</param>
    public void MoveTowards(Mlp other, int group, float rate)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var layer = 0; layer < Weights.Count; layer++)
        {
            Dense.MoveTowards(Weights[layer].Of(group), other.Weights[layer].Of(group), rate);
            Dense.MoveTowards(Biases[layer].Of(group), other.Biases[layer].Of(group), rate);
        }
    }

    /// <summary>Answers of all networks. Allocates only when there are more rows than ever before.</summary>
    /// <param name="inputs">[groups, rows, inputs].</param>
    /// <param name="outputs">Receives [groups, rows, outputs].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Forward(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        var rows = inputs.Length / (Groups * Inputs);
        if (inputs.Length != rows * Groups * Inputs || outputs.Length != rows * Groups * Outputs)
            throw new ArgumentException($"{inputs.Length} numbers are given and {outputs.Length} wanted; {Groups} networks take {Inputs} and give {Outputs} for each of equally many rows.", nameof(inputs));
        for (var group = 0; group < Groups; group++)
            Forward(group, inputs.Slice(group * rows * Inputs, rows * Inputs), outputs.Slice(group * rows * Outputs, rows * Outputs));
    }

    /// <summary>Answers of one network.</summary>
    /// <param name="group">Which.</param>
    /// <param name="inputs">[rows, inputs].</param>
    /// <param name="outputs">Receives [rows, outputs].</param>
    public void Forward(int group, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        // So many rows that what passes between layers stays in the first cache.
        const int Rows = 32;
        var widest = _widest;
        if (_front.Length < Rows * widest)
            (_front, _back) = (new float[Rows * widest], new float[Rows * widest]);
        for (int first = 0, count = inputs.Length / Inputs; first < count; first += Rows)
        {
            var rows = Math.Min(Rows, count - first);
            var x = inputs.Slice(first * Inputs, rows * Inputs);
            var (front, back) = (_front, _back);
            for (var layer = 0; layer < Weights.Count; layer++)
            {
                var last = layer == Weights.Count - 1;
                var y = last ? outputs.Slice(first * Outputs, rows * Outputs) : front.AsSpan(0, rows * Sizes[layer + 1]);
                Dense.Apply(x, rows, Weights[layer].Of(group), Biases[layer].Of(group), y, !last && Activation == Activation.Relu);
                if (!last && Activation == Activation.Tanh)
                    Dense.Tanh(y);
                x = y;
                (front, back) = (back, front);
            }
        }
    }

    /// <summary>Fills a matrix whose rows, or columns if there are fewer of them, are orthogonal and of one length: modified Gram and Schmidt on normal numbers.</summary>
    private static void Orthogonal(RandomStream random, Span<float> weights, int inputs, int outputs, float gain)
    {
        var (vectors, length) = (Math.Min(inputs, outputs), Math.Max(inputs, outputs));
        var normal = new float[vectors * length];
        random.FillNormal(normal);
        var basis = Array.ConvertAll(normal, x => (double)x);
        for (var v = 0; v < vectors; v++)
        {
            var own = basis.AsSpan(v * length, length);
            // Twice: once leaves a rest that grows with the number of vectors.
            for (var other = 0; other < 2 * v; other++)
            {
                var before = basis.AsSpan(other % v * length, length);
                var dot = 0.0;
                for (var k = 0; k < length; k++)
                    dot += own[k] * before[k];
                for (var k = 0; k < length; k++)
                    own[k] -= dot * before[k];
            }

            var norm = 0.0;
            foreach (var x in own)
                norm += x * x;
            for (var k = 0; k < length; k++)
                own[k] /= Math.Sqrt(norm);
        }

        for (var i = 0; i < inputs; i++)
            for (var o = 0; o < outputs; o++)
                weights[i * outputs + o] = gain * (float)(inputs < outputs ? basis[i * length + o] : basis[o * length + i]);
    }
}
