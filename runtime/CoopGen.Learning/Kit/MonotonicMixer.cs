namespace CoopGen.Learning;

/// <summary>
/// QMIX's mixer (Rashid et al. 2018, arXiv:1803.11485, section 4): Q = elu(|W₁(s)|·q + b₁(s))·|w₂(s)| + b₂(s). Hypernetworks of the state s give its weights, linear ones but for
/// b₂, which has a hidden layer. Absolute values make it grow with every utility.
/// </summary>
public sealed class MonotonicMixer
{
    private readonly Mlp _weights, _offset;
    private readonly MlpGradient _ofWeights, _ofOffset;
    private readonly int _utilities, _width;
    private float[] _magnitudes = [], _hidden = [], _given = [];

    /// <param name="name">Prefix of its parameters' names.</param>
    /// <param name="utilities">Number of utilities.</param>
    /// <param name="state">Length of the state.</param>
    /// <param name="width">Width of the mixer's hidden layer.</param>
    public MonotonicMixer(string name, int utilities, int state, int width)
    {
        (_utilities, _width) = (utilities, width);
        // [W₁, b₁, w₂].
        _weights = new($"{name}.weights", 1, [state, (utilities + 2) * width], Activation.Relu);
        _offset = new($"{name}.offset", 1, [state, width, 1], Activation.Relu);
        (_ofWeights, _ofOffset) = (new(_weights), new(_offset));
    }

    /// <summary>Its hypernetworks' weights.</summary>
    public IEnumerable<Parameter> Parameters => _weights.Parameters.Concat(_offset.Parameters);

    /// <summary>The gradient of every parameter, in their order and shape.</summary>
    public IReadOnlyList<float[]> Gradients => field ??= [.. _ofWeights.Gradients, .. _ofOffset.Gradients];

    /// <summary>Draws initial weights.</summary>
    public void Initialise(RandomStream random)
    {
        _weights.Initialise(random, Initialisation.Uniform);
        _offset.Initialise(random, Initialisation.Uniform);
    }

    /// <summary>Copies another's weights.</summary>
    public void CopyFrom(MonotonicMixer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _weights.CopyFrom(other._weights);
        _offset.CopyFrom(other._offset);
    }

    /// <summary>Multiplies what it says: w₂ and b₂, which are linear in their hypernetworks' last layers.</summary>
    public void Rescale(float factor)
    {
        Last(_weights.Weights[0].Values);
        Last(_weights.Biases[0].Values);
        _offset.Rescale(0, factor);

        void Last(Span<float> rows)
        {
            for (var end = _weights.Outputs; end <= rows.Length; end += _weights.Outputs)
                foreach (ref var w in rows[(end - _width)..end])
                    w *= factor;
        }
    }

    /// <summary>The team's value.</summary>
    /// <param name="utilities">[rows, utilities].</param>
    /// <param name="state">[rows, length].</param>
    /// <param name="values">Receives [rows].</param>
    public void Mix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> state, Span<float> values)
    {
        var (rows, outputs) = (values.Length, _weights.Outputs);
        if (utilities.Length != rows * _utilities || state.Length != rows * _weights.Inputs)
            throw new ArgumentException($"{utilities.Length} utilities and states of {state.Length} numbers are given for {rows} rows, of {_utilities} and {_weights.Inputs} each.", nameof(utilities));
        if (_hidden.Length < rows * _width)
            (_magnitudes, _given, _hidden) = (new float[rows * outputs], new float[rows * outputs], new float[rows * _width]);
        state.CopyTo(_ofOffset.Inputs(rows));
        _ofOffset.Forward(0).CopyTo(values);
        state.CopyTo(_ofWeights.Inputs(rows));
        var given = _ofWeights.Forward(0);
        given.CopyTo(_given);
        Dense.Magnitudes(given, _magnitudes.AsSpan(0, given.Length));
        for (var row = 0; row < rows; row++)
        {
            var hidden = _hidden.AsSpan(row * _width, _width);
            given.Slice(row * outputs + _utilities * _width, _width).CopyTo(hidden);
            for (var k = 0; k < _utilities; k++)
                Dense.Add(hidden, Magnitudes(row, k), utilities[row * _utilities + k]);
            Dense.Elu(hidden);
            values[row] += Dense.Dot(hidden, Magnitudes(row, _utilities + 1));
        }
    }

    /// <summary>Sets the gradient to what the rows last mixed contribute, and tells how the loss changes with utilities.</summary>
    /// <param name="utilities">[rows, utilities]: as they were mixed.</param>
    /// <param name="ofValues">[rows]: derivative of the loss with respect to each value.</param>
    /// <param name="ofUtilities">Receives [rows, utilities].</param>
    public void Backward(ReadOnlySpan<float> utilities, ReadOnlySpan<float> ofValues, Span<float> ofUtilities)
    {
        var outputs = _weights.Outputs;
        _ofWeights.Clear();
        _ofOffset.Clear();
        _ofOffset.Backward(ofValues);
        for (var row = 0; row < ofValues.Length; row++)
        {
            var own = _given.AsSpan(row * outputs, outputs);
            var ofHidden = own.Slice(_utilities * _width, _width);
            var hidden = _hidden.AsSpan(row * _width, _width);
            Dense.BackElu(hidden, Magnitudes(row, _utilities + 1), ofValues[row], ofHidden);
            Dense.BackMagnitudes(hidden, ofValues[row], own.Slice((_utilities + 1) * _width, _width));
            for (var k = 0; k < _utilities; k++)
            {
                var at = row * _utilities + k;
                ofUtilities[at] = Dense.Dot(ofHidden, Magnitudes(row, k));
                Dense.BackMagnitudes(ofHidden, utilities[at], own.Slice(k * _width, _width));
            }
        }

        _ofWeights.Backward(_given.AsSpan(0, ofValues.Length * outputs));
    }

    /// <summary>Absolute values of a utility's weights, or of w₂, which comes after b₁.</summary>
    private ReadOnlySpan<float> Magnitudes(int row, int k) => _magnitudes.AsSpan(row * _weights.Outputs + k * _width, _width);
}
