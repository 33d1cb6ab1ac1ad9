using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>Consecutive blocks of eight environments and the caller's buffers for them. Read by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct BatchRange
{
    private readonly ref float _actions;
    private readonly ref float _rewards;
    private readonly ref byte _endings;
    private readonly ref float _observations;
    private readonly ref float _finals;
    private readonly nint _stride;
    private readonly int _length;

    internal BatchRange(int first, int last, nint stride, int length, bool constants, ref float actions, ref float rewards, ref byte endings, ref float observations, ref float finals)
    {
        (First, Last, _stride, _length, Constants) = (first, last, stride, length, constants);
        _actions = ref actions;
        _rewards = ref rewards;
        _endings = ref endings;
        _observations = ref observations;
        _finals = ref finals;
    }

    /// <summary>The first block.</summary>
    public int First { get; }

    /// <summary>The block after the last.</summary>
    public int Last { get; }

    /// <summary>Whether columns that never change are written too.</summary>
    public bool Constants { get; }

    /// <summary>Whether observations are asked for.</summary>
    public bool Observes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !Unsafe.IsNullRef(ref _observations);
    }

    internal bool HasFinals => !Unsafe.IsNullRef(ref _finals);

    /// <summary>Entry <paramref name="index"/> of the profiles of actions of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Action(int block, int index) =>
        Vector256.LoadUnsafe(ref _actions, (nuint)(index * _stride + (nint)(block - First) * LaneMath.Width));

    /// <summary>Pays an agent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pay(int block, int agent, Vector256<float> reward) =>
        reward.StoreUnsafe(ref _rewards, (nuint)(agent * _stride + (nint)(block - First) * LaneMath.Width));

    /// <summary>Pays an agent in the lanes of a mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pay(int block, int agent, Vector256<float> reward, Vector256<float> where) =>
        Pay(block, agent, Vector256.ConditionalSelect(where, reward, Paid(block, agent)));

    /// <summary>What an agent was paid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Paid(int block, int agent) =>
        Vector256.LoadUnsafe(ref _rewards, (nuint)(agent * _stride + (nint)(block - First) * LaneMath.Width));

    /// <summary>The rows of the observations of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Rows(int block) => ref Unsafe.Add(ref _observations, (nint)(block - First) * LaneMath.Width * _length);

    internal ref float Finals(int block) => ref Unsafe.Add(ref _finals, (nint)(block - First) * LaneMath.Width * _length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte Endings(int block) => ref Unsafe.Add(ref _endings, (nint)(block - First) * LaneMath.Width);
}
