using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Trains the networks of an <see cref="CoopGen.Learning.Mlp"/>: all groups in one call per layer, by batched matrix products. Tensors lie on the memory of the
/// parameters, so what <see cref="Adam"/> changes is seen by TorchSharp and by inference at once.
/// </summary>
public sealed class StackedMlp
{
    private readonly List<Tensor> _weights = [], _biases = [];

    /// <param name="networks">The networks.</param>
    public StackedMlp(Mlp networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        LibTorch.Load();
        Networks = networks;
        for (var layer = 0; layer < networks.Weights.Count; layer++)
        {
            var (w, b) = (networks.Weights[layer], networks.Biases[layer]);
            _weights.Add(w.AsTensor(w.Shape[0], w.Shape[1], w.Shape[2]));
            _biases.Add(b.AsTensor(b.Shape[0], 1, b.Shape[1]));
        }
    }

    /// <summary>The networks.</summary>
    public Mlp Networks { get; }

    /// <summary>Weight and bias of every layer, in the order of <see cref="Mlp.Parameters"/>; they require gradients.</summary>
    public IEnumerable<Tensor> Tensors => _weights.Zip(_biases, (w, b) => new[] { w, b }).SelectMany(p => p);

    /// <summary>Answers.</summary>
    /// <param name="x">[groups, rows, inputs].</param>
    /// <param name="tensors">Weights and biases in place of its own, in the order of <see cref="Tensors"/>.</param>
    /// <returns>[groups, rows, outputs].</returns>
    public Tensor Forward(Tensor x, IReadOnlyList<Tensor>? tensors = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        for (var layer = 0; layer < _weights.Count; layer++)
        {
            if (layer > 0)
                x = Networks.Activation == Activation.Tanh ? x.tanh() : x.relu();
            x = tensors is null ? baddbmm(x, _weights[layer], _biases[layer]) : baddbmm(x, tensors[2 * layer], tensors[2 * layer + 1]);
        }

        return x;
    }

    /// <summary>Answers to units that have a network each, or all the only one.</summary>
    /// <param name="x">[units, rows, inputs].</param>
    /// <returns>[units, rows, outputs].</returns>
    public Tensor ForUnits(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Forward(x.reshape(Networks.Groups, -1, Networks.Inputs)).view(x.shape[0], -1, Networks.Outputs);
    }
}

/// <summary>Tensors on memory of ours.</summary>
public static class SharedTensors
{
    /// <summary>A tensor on a parameter's memory that requires gradients.</summary>
    public static Tensor AsTensor(this Parameter parameter, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Values.AsTensor(shape).requires_grad_();
    }

    /// <summary>A tensor on the memory of an array, which must not move: allocate it as pinned.</summary>
    public static Tensor AsTensor(this float[] values, params long[] shape)
    {
        LibTorch.Load();
        if (values.Length == 0)
            return empty(shape).DetachFromDisposeScope();
        using var flat = frombuffer(values, ScalarType.Float32);
        return flat.view(shape).DetachFromDisposeScope();
    }
}
