using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Numbers on their way into and out of tensors. TorchSharp's own conversions make a <see cref="Scalar"/> that nothing holds: when another thread starts a collection, its finalizer
/// may free it while libtorch still reads it. Its operator + makes one too, the factor 1 of the second term, and so does its square; − and · and / of tensors do not.
/// </summary>
internal static class TorchNumbers
{
    private static readonly ConcurrentDictionary<double, Scalar> _kept = [];

    // Whole, as sums of whole numbers need.
    private static readonly Scalar _one = 1.ToScalar();

    /// <summary>A number that is the same whenever it is used, such as a hyperparameter: it is kept for good.</summary>
    public static Scalar Kept(double value) => _kept.GetOrAdd(value, static v => v.ToScalar());

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, _one);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Scalar b) => a.add(b, _one);

    /// <summary>Adds to a tensor in place.</summary>
    public static void Add(this Tensor to, Tensor what) => to.add_(what, _one);

    /// <summary>The square of every entry.</summary>
    public static Tensor Squared(this Tensor a) => a.pow(Kept(2));

    /// <summary>The number in a tensor of one, in single precision.</summary>
    public static float Number(this Tensor tensor) => tensor.data<float>()[0];
}
