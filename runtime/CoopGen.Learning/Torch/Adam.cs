using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980) as torch.optim.Adam computes it, in one pass over the memory of every parameter, with the norm of the
/// gradient bounded per group. Each group is as if it had an optimiser of its own.
/// </summary>
public sealed class Adam
{
    private const int Width = 8;

    private readonly Parameter[] _parameters;
    private readonly Tensor[] _tensors;
    private readonly float[][] _first, _second;
    private readonly float[] _factors;
    private readonly double _beta1, _beta2, _epsilon;
    private long _steps;

    /// <param name="parameters">What is learnt.</param>
    /// <param name="tensors">The same as tensors, in the same order; none if only gradients computed elsewhere are followed.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <exception cref="ArgumentException">Numbers of parameters and tensors, or numbers of groups differ.</exception>
    public Adam(IEnumerable<Parameter> parameters, IEnumerable<Tensor>? tensors, double epsilon = 1e-8, double beta1 = 0.9, double beta2 = 0.999)
    {
        (_parameters, _tensors) = ([.. parameters], [.. tensors ?? []]);
        if (_parameters.Length == 0 || tensors is not null && _parameters.Length != _tensors.Length || _parameters.Any(p => p.Shape[0] != _parameters[0].Shape[0]))
            throw new ArgumentException($"{_parameters.Length} parameters are given with {_tensors.Length} tensors; they must be equally many, at least one, and have equally many groups.", nameof(parameters));
        _first = Array.ConvertAll(_parameters, p => new float[p.Values.Length]);
        _second = Array.ConvertAll(_parameters, p => new float[p.Values.Length]);
        _factors = new float[_parameters[0].Shape[0]];
        (_epsilon, _beta1, _beta2) = (epsilon, beta1, beta2);
    }

    /// <summary>Number of steps taken.</summary>
    public long Steps => _steps;

    /// <summary>Goes a step against the gradient of a loss.</summary>
    /// <param name="loss">A number; its graph is freed.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Greatest norm of a group's gradient; a larger one is scaled down to it. Infinite for none.</param>
    public void Step(Tensor loss, double rate, double bound = double.PositiveInfinity)
    {
        IList<Tensor> gradients = autograd.grad([loss], _tensors);
        Step([.. gradients], rate, bound);
        foreach (var gradient in gradients)
            gradient.Dispose();
    }

    /// <summary>Goes a step against gradients.</summary>
    /// <param name="gradients">One per parameter, in their order and shape.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Greatest norm of a group's gradient.</param>
    /// <exception cref="ArithmeticException">A gradient is not finite; nothing was changed.</exception>
    public void Step(Tensor[] gradients, double rate, double bound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Step([.. gradients.Select(gradient =>
        {
            using var rows = gradient.contiguous();
            return MemoryMarshal.Cast<byte, float>(rows.bytes).ToArray();
        })], rate, bound);
    }

    /// <summary>Goes a step against gradients.</summary>
    /// <param name="gradients">One per parameter, in their order and shape.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Greatest norm of a group's gradient.</param>
    /// <exception cref="ArithmeticException">A gradient is not finite; nothing was changed.</exception>
    public void Step(IReadOnlyList<float[]> gradients, double rate, double bound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        for (var group = 0; group < _factors.Length; group++)
            _factors[group] = Factor(group, gradients, bound);
        Begin();
        for (var group = 0; group < _factors.Length; group++)
            Pass(group, gradients, rate);
    }

    /// <summary>Begins a step that is gone group by group, by whatever threads: each group once.</summary>
    public void Begin() => _steps++;

    /// <summary>Goes a group's part of the step last begun.</summary>
    /// <param name="group">The group.</param>
    /// <param name="gradients">Those of all groups, one per parameter, in their order and shape.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Greatest norm of the group's gradient.</param>
    /// <exception cref="ArithmeticException">The group's gradient is not finite; nothing of the group was changed.</exception>
    /// <exception cref="InvalidOperationException">No step was begun.</exception>
    public void Step(int group, IReadOnlyList<float[]> gradients, double rate, double bound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (_steps == 0)
            throw new InvalidOperationException($"Group {group} cannot go its part of a step: none was begun.");
        _factors[group] = Factor(group, gradients, bound);
        Pass(group, gradients, rate);
    }

    /// <summary>Saves or restores the moments.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _steps = archive.Exchange("steps", _steps);
        for (var k = 0; k < _parameters.Length; k++)
        {
            archive.Exchange(_parameters[k].Name + ".first", _first[k]);
            archive.Exchange(_parameters[k].Name + ".second", _second[k]);
        }
    }

    /// <summary>What a group's gradient is multiplied with.</summary>
    private float Factor(int group, IReadOnlyList<float[]> gradients, double bound)
    {
        if (gradients.Count != _parameters.Length)
            throw new ArgumentException($"{gradients.Count} gradients are given for {_parameters.Length} parameters.", nameof(gradients));
        var sum = 0.0;
        for (var k = 0; k < _parameters.Length; k++)
        {
            var all = _parameters[k].Values.Length;
            if (gradients[k].Length != all)
                throw new ArgumentException($"The gradient of {_parameters[k].Name} has {gradients[k].Length} numbers; it must have {all}.", nameof(gradients));
            sum += Squares(gradients[k].AsSpan(group * (all / _factors.Length), all / _factors.Length));
        }

        // Weights would never be numbers again.
        if (!double.IsFinite(sum))
            throw new ArithmeticException($"the squared norm of the gradient of {_parameters[0].Name} and what is learnt with it, group {group}, is {sum}");
        return (float)Math.Min(1, bound / (Math.Sqrt(sum) + 1e-6));
    }

    private static double Squares(ReadOnlySpan<float> values)
    {
        var (sums, k) = (Vector256<float>.Zero, 0);
        for (; k + Width <= values.Length; k += Width)
        {
            var v = Vector256.LoadUnsafe(in values[k]);
            sums = Vector256.MultiplyAddEstimate(v, v, sums);
        }

        double sum = Vector256.Sum(sums);
        for (; k < values.Length; k++)
            sum += values[k] * values[k];
        return sum;
    }

    private void Pass(int group, IReadOnlyList<float[]> gradients, double rate)
    {
        var step = (float)(rate / (1 - Math.Pow(_beta1, _steps)));
        var correction = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, _steps)));
        var (b1, c1, b2, c2, epsilon, factor) = ((float)_beta1, (float)(1 - _beta1), (float)_beta2, (float)(1 - _beta2), (float)_epsilon, _factors[group]);
        for (var parameter = 0; parameter < _parameters.Length; parameter++)
        {
            var (values, first, second) = (_parameters[parameter].Values, _first[parameter], _second[parameter]);
            var gradient = gradients[parameter];
            var length = values.Length / _factors.Length;
            var (k, end) = (group * length, (group + 1) * length);
            for (; Vector512.IsHardwareAccelerated && k + 2 * Width <= end; k += 2 * Width)
            {
                var g = Vector512.LoadUnsafe(ref gradient[k]) * factor;
                var m = Vector512.LoadUnsafe(ref first[k]) * b1 + g * c1;
                var v = Vector512.LoadUnsafe(ref second[k]) * b2 + g * g * c2;
                m.StoreUnsafe(ref first[k]);
                v.StoreUnsafe(ref second[k]);
                (Vector512.LoadUnsafe(ref values[k]) - m * step / (Vector512.Sqrt(v) * correction + Vector512.Create(epsilon))).StoreUnsafe(ref values[k]);
            }

            for (; k + Width <= end; k += Width)
            {
                var g = Vector256.LoadUnsafe(ref gradient[k]) * factor;
                var m = Vector256.LoadUnsafe(ref first[k]) * b1 + g * c1;
                var v = Vector256.LoadUnsafe(ref second[k]) * b2 + g * g * c2;
                m.StoreUnsafe(ref first[k]);
                v.StoreUnsafe(ref second[k]);
                (Vector256.LoadUnsafe(ref values[k]) - m * step / (Vector256.Sqrt(v) * correction + Vector256.Create(epsilon))).StoreUnsafe(ref values[k]);
            }

            for (; k < end; k++)
            {
                var g = gradient[k] * factor;
                first[k] = first[k] * b1 + g * c1;
                second[k] = second[k] * b2 + g * g * c2;
                values[k] -= first[k] * step / (MathF.Sqrt(second[k]) * correction + epsilon);
            }
        }
    }
}
