using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Numbers on their way into and out of tensors. TorchSharp's own conversions make a <see cref="Scalar"/> that nothing holds: when another thread starts a collection, its finalizer
/// may free it while libtorch still reads it.
/// </summary>
internal static class TorchNumbers
{
    private static readonly ConcurrentDictionary<double, Scalar> _kept = [];

    /// <summary>A number that is the same whenever it is used, such as a hyperparameter: it is kept for good.</summary>
    public static Scalar Kept(double value) => _kept.GetOrAdd(value, static v => v.ToScalar());

    /// <summary>The number in a tensor of one, in single precision.</summary>
    public static float Number(this Tensor tensor) => tensor.data<float>()[0];
}
