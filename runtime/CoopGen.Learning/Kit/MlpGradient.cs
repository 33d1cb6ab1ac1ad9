namespace CoopGen.Learning;

/// <summary>
/// Gradients of a loss with respect to the weights of an <see cref="Mlp"/>, by reverse mode written out: for minibatches of small networks, where most of TorchSharp's time goes
/// into calls. A learner hands in rows, gets answers, says how the loss changes with each answer, and finds the gradient in <see cref="Gradients"/>. Allocates only at first.
/// </summary>
/// <param name="networks">The networks.</param>
/// <param name="beside">To whose gradient this one adds, of other networks of the same stack: by another thread, or with rows of its own that are kept. Null for a gradient of its own.</param>
public sealed class MlpGradient(Mlp networks, MlpGradient? beside = null)
{
    /// <summary>So many rows at a time that what passes between layers stays in the processor's first two caches.</summary>
    public const int Chunk = 64;

    private readonly List<float[]> _layers = [[], .. networks.Weights.Select(_ => Array.Empty<float>())];
    // Transposed weights of all layers but the first, of the networks that were gone back through since weights changed.
    private readonly List<float[]> _turned = beside?._turned ?? [[], .. networks.Weights.Skip(1).Select(w => new float[w.Values.Length])];
    private readonly Lazy<float[][]> _gradients = beside?._gradients ?? new(() => [.. networks.Parameters.Select(p => GC.AllocateArray<float>(p.Values.Length, pinned: true))]);
    private readonly bool[] _isTurned = beside?._isTurned ?? new bool[networks.Groups];
    private float[] _front = [], _back = [];
    private int _group, _rows;

    /// <summary>The gradient of every parameter, in the order and shape of <see cref="Mlp.Parameters"/>, in memory that does not move.</summary>
    public IReadOnlyList<float[]> Gradients => _gradients.Value;

    /// <summary>Sets the gradient to 0; this or <see cref="Forget"/> is to be called whenever the weights have changed.</summary>
    public void Clear()
    {
        Forget();
        foreach (var gradient in _gradients.IsValueCreated ? _gradients.Value : [])
            Array.Clear(gradient);
    }

    /// <summary>Forgets what was made of weights that have changed.</summary>
    public void Forget() => Array.Clear(_isTurned);

    /// <summary>Where to put the rows that <see cref="Forward"/> answers: [rows, inputs].</summary>
    /// <param name="rows">Number of rows, best <see cref="Chunk"/>.</param>
    public Span<float> Inputs(int rows)
    {
        _rows = rows;
        if (_layers[0].Length < rows * networks.Inputs)
        {
            for (var layer = 0; layer < _layers.Count; layer++)
                _layers[layer] = new float[rows * networks.Sizes[layer]];
            (_front, _back) = (new float[rows * networks.Sizes.Skip(1).Max()], new float[rows * networks.Sizes.Skip(1).Max()]);
        }

        return Layer(0);
    }

    /// <summary>Answers of one network to the rows in <see cref="Inputs"/>: [rows, outputs].</summary>
    /// <param name="group">Which network.</param>
    /// <param name="by">A stack of the same shape that answers in place of its own, such as a target; the answers are not to be gone back through.</param>
    public ReadOnlySpan<float> Forward(int group, Mlp? by = null)
    {
        by ??= networks;
        _group = group;
        for (var layer = 0; layer < networks.Weights.Count; layer++)
        {
            var y = Layer(layer + 1);
            Dense.Apply(Layer(layer), _rows, by.Weights[layer].Of(group), by.Biases[layer].Of(group), y);
            if (layer + 1 < networks.Weights.Count && networks.Activation == Activation.Tanh)
                Dense.Tanh(y);
            else if (layer + 1 < networks.Weights.Count)
                Dense.Relu(y);
        }

        return Layer(networks.Weights.Count);
    }

    /// <summary>Adds what the rows last answered contribute to the gradient.</summary>
    /// <param name="outputs">[rows, outputs]: derivative of the loss with respect to each answer.</param>
    public void Backward(ReadOnlySpan<float> outputs) => GoBack(outputs, weights: true);

    /// <summary>How the loss changes with some of what was put in; the gradient of the weights stays as it is.</summary>
    /// <param name="outputs">[rows, outputs]: derivative of the loss with respect to each answer to the rows last answered.</param>
    /// <param name="first">The first of the inputs wanted.</param>
    /// <param name="ofInputs">Receives [rows, inputs wanted].</param>
    public void Slopes(ReadOnlySpan<float> outputs, int first, Span<float> ofInputs) =>
        Dense.BackTo(GoBack(outputs, weights: false), _rows, networks.Weights[0].Of(_group), first, ofInputs);

    /// <returns>Derivative of the loss with respect to what the first layer gives before its activation.</returns>
    private ReadOnlySpan<float> GoBack(ReadOnlySpan<float> outputs, bool weights)
    {
        var gradient = outputs;
        var (front, back) = (_front, _back);
        for (var layer = 1; layer < _turned.Count && !_isTurned[_group]; layer++)
            Dense.Transpose(networks.Weights[layer].Of(_group), networks.Sizes[layer], networks.Sizes[layer + 1], Turned(layer));
        _isTurned[_group] = true;
        for (var layer = networks.Weights.Count - 1; ; layer--)
        {
            if (weights)
                Dense.AddGradient(Layer(layer), gradient, _rows, Of(2 * layer), Of(2 * layer + 1));
            if (layer == 0)
                return gradient;
            var x = front.AsSpan(0, _rows * networks.Sizes[layer]);
            Dense.Back(gradient, _rows, Turned(layer), x);
            Dense.Back(networks.Activation, Layer(layer), x);
            gradient = x;
            (front, back) = (back, front);
        }
    }

    private Span<float> Layer(int layer) => _layers[layer].AsSpan(0, _rows * networks.Sizes[layer]);

    private Span<float> Turned(int layer)
    {
        var length = _turned[layer].Length / networks.Groups;
        return _turned[layer].AsSpan(_group * length, length);
    }

    private Span<float> Of(int parameter)
    {
        var length = Gradients[parameter].Length / networks.Groups;
        return Gradients[parameter].AsSpan(_group * length, length);
    }
}
