using System.Runtime.CompilerServices;
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
    public unsafe void Step(Tensor[] gradients, double rate, double bound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var memory = stackalloc nint[gradients.Length];
        var owned = new Tensor?[gradients.Length];
        for (var k = 0; k < gradients.Length; k++)
        {
            var gradient = gradients[k].is_contiguous() ? gradients[k] : owned[k] = gradients[k].contiguous();
            memory[k] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(gradient.bytes));
        }

        Step(memory, rate, bound);
        foreach (var tensor in owned)
            tensor?.Dispose();
    }

    /// <summary>Goes a step against gradients.</summary>
    /// <param name="gradients">One per parameter, in their order and shape, in memory that does not move.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Greatest norm of a group's gradient.</param>
    /// <exception cref="ArithmeticException">A gradient is not finite; nothing was changed.</exception>
    public unsafe void Step(IReadOnlyList<float[]> gradients, double rate, double bound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var memory = stackalloc nint[gradients.Count];
        for (var k = 0; k < gradients.Count; k++)
            memory[k] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(gradients[k]));
        Step(memory, rate, bound);
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

    private unsafe void Step(nint* memory, double rate, double bound)
    {
        Factors(memory, bound);
        _steps++;
        for (var k = 0; k < _parameters.Length; k++)
            Pass(k, (float*)memory[k], rate);
    }

    /// <summary>What each group's gradient is multiplied with.</summary>
    private unsafe void Factors(nint* memory, double bound)
    {
        for (var group = 0; group < _factors.Length; group++)
        {
            var sum = 0.0;
            for (var k = 0; k < _parameters.Length; k++)
            {
                var length = _parameters[k].Values.Length / _factors.Length;
                sum += Squares(new ReadOnlySpan<float>((float*)memory[k] + (nint)group * length, length));
            }

            // Weights would never be numbers again.
            if (!double.IsFinite(sum))
                throw new ArithmeticException($"the squared norm of the gradient of {_parameters[0].Name} and what is learnt with it, group {group}, is {sum}");
            _factors[group] = (float)Math.Min(1, bound / (Math.Sqrt(sum) + 1e-6));
        }
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

    private unsafe void Pass(int parameter, float* gradient, double rate)
    {
        var (values, first, second) = (_parameters[parameter].Values, _first[parameter], _second[parameter]);
        var step = (float)(rate / (1 - Math.Pow(_beta1, _steps)));
        var correction = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, _steps)));
        var (b1, c1, b2, c2, epsilon) = ((float)_beta1, (float)(1 - _beta1), (float)_beta2, (float)(1 - _beta2), (float)_epsilon);
        var length = values.Length / _factors.Length;
        for (var group = 0; group < _factors.Length; group++)
        {
            var (k, end, factor) = (group * length, (group + 1) * length, _factors[group]);
            for (; k + Width <= end; k += Width)
            {
                var g = Vector256.Load(gradient + k) * factor;
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
