using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// QMIX's mixer (Rashid et al. 2018, arXiv:1803.11485, section 4): Q = elu(|W₁(s)|·q + b₁(s))·|w₂(s)| + b₂(s). Hypernetworks of the state s give its weights, linear ones but for
/// b₂, which has a hidden layer. Absolute values make it grow with every utility.
/// </summary>
public sealed class MonotonicMixer
{
    private readonly StackedMlp _weights, _offset;
    private readonly int _utilities, _width;

    /// <param name="name">Prefix of its parameters' names.</param>
    /// <param name="utilities">Number of utilities.</param>
    /// <param name="state">Length of the state.</param>
    /// <param name="width">Width of the mixer's hidden layer.</param>
    /// <param name="stacked">Makes networks for training.</param>
    public MonotonicMixer(string name, int utilities, int state, int width, Func<Mlp, StackedMlp> stacked)
    {
        ArgumentNullException.ThrowIfNull(stacked);
        (_utilities, _width) = (utilities, width);
        _weights = stacked(new($"{name}.weights", 1, [state, (utilities + 2) * width], Activation.Relu));
        _offset = stacked(new($"{name}.offset", 1, [state, width, 1], Activation.Relu));
    }

    /// <summary>Its hypernetworks' weights.</summary>
    public IEnumerable<Parameter> Parameters => _weights.Networks.Parameters.Concat(_offset.Networks.Parameters);

    /// <summary>The same as tensors.</summary>
    public IEnumerable<Tensor> Tensors => _weights.Tensors.Concat(_offset.Tensors);

    /// <summary>Draws initial weights.</summary>
    public void Initialise(RandomStream random)
    {
        _weights.Networks.Initialise(random, Initialisation.Uniform);
        _offset.Networks.Initialise(random, Initialisation.Uniform);
    }

    /// <summary>Copies another's weights.</summary>
    public void CopyFrom(MonotonicMixer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _weights.Networks.CopyFrom(other._weights.Networks);
        _offset.Networks.CopyFrom(other._offset.Networks);
    }

    /// <summary>Multiplies what it says: w₂ and b₂, which are linear in their hypernetworks' last layers.</summary>
    public void Rescale(float factor)
    {
        var (outputs, from) = (_weights.Networks.Outputs, (_utilities + 1) * _width);
        foreach (var values in new[] { _weights.Networks.Weights[0].Values, _weights.Networks.Biases[0].Values })
            for (var row = 0; row < values.Length; row += outputs)
                foreach (ref var w in values.AsSpan(row + from, _width))
                    w *= factor;
        _offset.Networks.Rescale(0, factor);
    }

    /// <summary>The team's value.</summary>
    /// <param name="utilities">[rows, utilities].</param>
    /// <param name="state">[rows, length].</param>
    /// <returns>[rows].</returns>
    public Tensor Mix(Tensor utilities, Tensor state)
    {
        ArgumentNullException.ThrowIfNull(utilities);
        ArgumentNullException.ThrowIfNull(state);
        var (s, first) = (state.unsqueeze(0), _utilities * _width);
        var given = _weights.Forward(s)[0];
        var w1 = given.narrow(1, 0, first).abs().view(-1, _utilities, _width);
        var b1 = given.narrow(1, first, _width).unsqueeze(1);
        var w2 = given.narrow(1, first + _width, _width).abs();
        var hidden = baddbmm(utilities.unsqueeze(1), w1, b1).squeeze(1).elu(Kept(1), Kept(1), Kept(1));
        return (hidden * w2).sum(1).Plus(_offset.Forward(s)[0].squeeze(-1));
    }
}
