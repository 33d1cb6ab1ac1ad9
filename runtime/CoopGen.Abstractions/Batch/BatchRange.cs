using System.ComponentModel;
using System.Runtime.CompilerServices;

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

    internal BatchRange(int first, int last, nint stride, int length, bool constants, bool restarts, ref float actions, ref float rewards, ref byte endings, ref float observations, ref float finals)
    {
        (First, Last, _stride, _length, Constants, Restarts) = (first, last, stride, length, constants, restarts);
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

    /// <summary>Whether episodes that end are reset within the step, and nobody asks for their last observation.</summary>
    public bool Restarts { get; }

    /// <summary>Whether observations are asked for.</summary>
    public bool Observes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !Unsafe.IsNullRef(ref _observations);
    }

    internal bool HasFinals => !Unsafe.IsNullRef(ref _finals);

    /// <summary>Distance of what one agent does, or is paid, from what the next does.</summary>
    public nuint Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (nuint)_stride;
    }

    /// <summary>Length of a row of the observations.</summary>
    public nint Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _length;
    }

    /// <summary>The first action of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Actions(int block) => ref Unsafe.Add(ref _actions, (nint)(block - First) * LaneMath.Width);

    /// <summary>The first reward of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Rewards(int block) => ref Unsafe.Add(ref _rewards, (nint)(block - First) * LaneMath.Width);

    /// <summary>The rows of the observations of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Rows(int block) => ref Unsafe.Add(ref _observations, (nint)(block - First) * LaneMath.Width * _length);

    internal ref float Finals(int block) => ref Unsafe.Add(ref _finals, (nint)(block - First) * LaneMath.Width * _length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte Endings(int block) => ref Unsafe.Add(ref _endings, (nint)(block - First) * LaneMath.Width);
}
