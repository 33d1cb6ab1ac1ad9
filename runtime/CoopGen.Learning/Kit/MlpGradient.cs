namespace CoopGen.Learning;

/// <summary>
/// Gradients of a loss with respect to the weights of an <see cref="Mlp"/>, by reverse mode written out: for minibatches of small networks, where most of TorchSharp's time goes
/// into calls. A learner hands in rows, gets answers, says how the loss changes with each answer, and finds the gradient in <see cref="Gradients"/>. Allocates only at first.
/// </summary>
/// <remarks>For use by one thread at a time; several threads have one each, which may add to the same gradient as long as no two of them go back through the same network.</remarks>
/// <param name="networks">The networks.</param>
/// <param name="gradients">Where the gradient is added up: another's <see cref="Gradients"/>; null for memory of its own.</param>
public sealed class MlpGradient(Mlp networks, IReadOnlyList<float[]>? gradients = null)
{
    /// <summary>So many rows at a time that what passes between layers stays in the processor's first two caches.</summary>
    public const int Chunk = 64;

    private readonly List<float[]> _layers = [[], .. networks.Weights.Select(_ => Array.Empty<float>())];
    // Transposed weights of all layers but the first (of that, too, where what goes back to inputs was wanted), of the networks that were gone back through since weights changed.
    private readonly float[]?[,] _turned = new float[networks.Groups, networks.Weights.Count][];
    private readonly bool[] _isTurned = new bool[networks.Groups];
    private IReadOnlyList<float[]>? _gradients = gradients;
    private float[] _front = [], _back = [];
    private int _group, _rows;
    private bool _turnsFirst;

    /// <summary>The gradient of every parameter, in the order and shape of <see cref="Mlp.Parameters"/>.</summary>
    public IReadOnlyList<float[]> Gradients => _gradients ??= [.. networks.Parameters.Select(p => new float[p.Values.Length])];

    /// <summary>Sets the gradient to 0; this or <see cref="Forget"/> is to be called whenever the weights have changed.</summary>
    public void Clear()
    {
        Forget();
        foreach (var gradient in _gradients ?? [])
            Array.Clear(gradient);
    }

    /// <summary>Sets the gradient of one network to 0.</summary>
    /// <param name="group">Which network.</param>
    public void Clear(int group)
    {
        for (var k = 0; k < Gradients.Count; k++)
            Of(k, group).Clear();
    }

    /// <summary>Adds a gradient to another of the same shape.</summary>
    internal static void Add(IReadOnlyList<float[]> to, IReadOnlyList<float[]> from)
    {
        for (var k = 0; k < to.Count; k++)
            Dense.Add(to[k], from[k], 1);
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
    public ReadOnlySpan<float> Forward(int group)
    {
        _group = group;
        for (var layer = 0; layer < networks.Weights.Count; layer++)
        {
            var y = Layer(layer + 1);
            var hidden = layer + 1 < networks.Weights.Count;
            Dense.Apply(Layer(layer), _rows, networks.Weights[layer].Of(group), networks.Biases[layer].Of(group), y, hidden && networks.Activation == Activation.Relu);
            if (hidden && networks.Activation == Activation.Tanh)
                Dense.Tanh(y);
        }

        return Layer(networks.Weights.Count);
    }

    /// <summary>Goes on as if only some of the rows had been answered.</summary>
    /// <param name="rows">Which, in rising order.</param>
    public void Keep(ReadOnlySpan<int> rows)
    {
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            var (values, length) = (_layers[layer], networks.Sizes[layer]);
            for (var k = 0; k < rows.Length; k++)
                values.AsSpan(rows[k] * length, length).CopyTo(values.AsSpan(k * length));
        }

        _rows = rows.Length;
    }

    /// <summary>Adds what the rows last answered contribute to the gradient.</summary>
    /// <param name="outputs">[rows, outputs]: derivative of the loss with respect to each answer.</param>
    public void Backward(ReadOnlySpan<float> outputs) => GoBack(outputs, learns: true);

    /// <summary>The same, and how the loss changes with what was put in.</summary>
    /// <param name="outputs">[rows, outputs]: derivative of the loss with respect to each answer.</param>
    /// <param name="ofInputs">Receives [rows, inputs].</param>
    public void Backward(ReadOnlySpan<float> outputs, Span<float> ofInputs)
    {
        if (!_turnsFirst)
            Forget();
        _turnsFirst = true;
        Dense.Back(GoBack(outputs, learns: true), _rows, _turned[_group, 0], ofInputs);
    }

    /// <summary>How the loss changes with some of what was put in; the gradient of the weights stays as it is.</summary>
    /// <param name="outputs">[rows, outputs]: derivative of the loss with respect to each answer to the rows last answered.</param>
    /// <param name="first">The first of the inputs wanted.</param>
    /// <param name="ofInputs">Receives [rows, inputs wanted].</param>
    public void Slopes(ReadOnlySpan<float> outputs, int first, Span<float> ofInputs) =>
        Dense.BackTo(GoBack(outputs, learns: false), _rows, networks.Weights[0].Of(_group), first, ofInputs);

    /// <returns>Derivative of the loss with respect to what the first layer gives before its activation.</returns>
    private ReadOnlySpan<float> GoBack(ReadOnlySpan<float> outputs, bool learns)
    {
        var gradient = outputs;
        var (front, back) = (_front, _back);
        for (var layer = _turnsFirst ? 0 : 1; layer < networks.Weights.Count && !_isTurned[_group]; layer++)
        {
            var weights = networks.Weights[layer].Of(_group);
            Dense.Transpose(weights, networks.Sizes[layer], networks.Sizes[layer + 1], _turned[_group, layer] ??= new float[weights.Length]);
        }

        _isTurned[_group] = true;
        for (var layer = networks.Weights.Count - 1; ; layer--)
        {
            if (learns)
                Dense.AddGradient(Layer(layer), gradient, _rows, Of(2 * layer, _group), Of(2 * layer + 1, _group));
            if (layer == 0)
                return gradient;
            var x = front.AsSpan(0, _rows * networks.Sizes[layer]);
            Dense.Back(gradient, _rows, _turned[_group, layer], x);
            Dense.Back(networks.Activation, Layer(layer), x);
            gradient = x;
            (front, back) = (back, front);
        }
    }

    private Span<float> Layer(int layer) => _layers[layer].AsSpan(0, _rows * networks.Sizes[layer]);

    private Span<float> Of(int parameter, int group)
    {
        var length = Gradients[parameter].Length / networks.Groups;
        return Gradients[parameter].AsSpan(group * length, length);
    }
}
