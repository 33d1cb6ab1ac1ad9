using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>
/// Many environments of one kind, played in single precision, eight at a time. Environment k does what a
/// <see cref="GameEnvironment"/> with its parameters and its seed does, to about 1e-5 a step, and does not depend on the others.
/// </summary>
/// <remarks>
/// Buffers belong to the caller. Actions and rewards are structures of arrays: action (i·d + dimension) of all environments, then the
/// next; rewards likewise per agent. Observations are rows, one per environment. A step allocates nothing.
/// </remarks>
public abstract unsafe partial class EnvironmentBatch : IDisposable
{
    /// <summary>Most steps of an episode in a batch: up to here single precision holds every whole number.</summary>
    public const int MostSteps = 1 << 24;

    private const int Width = LaneMath.Width, Entry = LaneMath.Entry;

    private readonly BatchPlan _plan;
    private readonly ulong[] _seeds;
    private readonly uint[] _episodes;
    private readonly byte[] _waiting;
    private readonly byte[] _modes;
    private readonly float[][] _choices;
    private readonly List<float[]> _pinned = [];
    private float* _memory, _setup;
    private float*[] _work = [];
    private int _memoryLength, _shared, _setupStride, _columnsAt, _savedAt, _rowsAt, _streamed;
    private uint _stride = 1;
    private bool _pairs, _started, _disposed;

    /// <param name="plan">What the batch consists of.</param>
    protected EnvironmentBatch(BatchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        var first = plan.Variants[0];
        (Count, AgentCount, ActionDimensions, ObservationLength, Info) = (plan.VariantOf.Length, first.AgentCount, first.ActionDimensions, first.ObservationLength, first.Info);
        Blocks = (Count + Width - 1) / Width;
        (_seeds, _episodes) = (new ulong[Blocks * Width], new uint[Blocks * Width]);
        (_waiting, _modes) = (new byte[Blocks], new byte[Blocks]);
        _choices = Info.Actions.Any(a => a.Choices.Count > 0) ? [.. Info.Actions.Select(a => a.Choices.Select(c => (float)c).ToArray())] : [];
    }

    /// <summary>The manifest of the environments.</summary>
    public EnvironmentInfo Info { get; }

    /// <summary>Number of environments.</summary>
    public int Count { get; }

    /// <summary>Number of agents n of each.</summary>
    public int AgentCount { get; }

    /// <summary>Number of dimensions d of an agent's action.</summary>
    public int ActionDimensions { get; }

    /// <summary>Length of a profile of actions: n·d.</summary>
    public int ProfileLength => AgentCount * ActionDimensions;

    /// <summary>Length of a row of observations.</summary>
    public int ObservationLength { get; }

    /// <summary>What a step of a block of eight environments must do at least.</summary>
    public abstract StepWork Work { get; }

    /// <summary>What happens when an episode ends.</summary>
    public AutoReset AutoReset => _plan.Options.AutoReset;

    /// <summary>Number of blocks of eight.</summary>
    protected int Blocks { get; }

    private int Pairs => (Blocks + 1) / 2;

    /// <summary>The environment whose parameters environment k has.</summary>
    public GameEnvironment Variant(int k) => _plan.Variants[_plan.VariantOf[k]];

    /// <summary>The seed of environment k in a batch with a seed: number k of those split from it.</summary>
    public static ulong SeedOf(ulong seed, int k) => new Philox(seed).Split((ulong)k).Seed;

    /// <summary>The episode that environment k plays, from 0 since its seed was given.</summary>
    public int Episode(int k) => (int)_episodes[Checked(k)];

    /// <summary>Steps that environment k has played in its episode.</summary>
    public int StepCount(int k) => (int)Unsafe.Add(ref Memory(Checked(k) / Width), k % Width);

    /// <summary>A batch of environments that all have the parameters of one.</summary>
    /// <param name="environment">A compiled environment; it is not played.</param>
    /// <param name="count">Number of environments, at least 1.</param>
    /// <param name="options">How the batch is made; null for the defaults.</param>
    /// <exception cref="ArgumentException">The count is not positive, an episode has more than 2²⁴ steps, or the environment is not a compiled one.</exception>
    public static EnvironmentBatch Create(GameEnvironment environment, int count, BatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Create([environment], new int[count], options);
    }

    /// <summary>A batch in which environments differ in parameters and reward mode.</summary>
    /// <param name="variants">Compiled environments of one kind, number of agents and shape of observation, one per set of parameters.</param>
    /// <param name="variantOf">The variant of each environment of the batch, from 0.</param>
    /// <param name="options">How the batch is made; null for the defaults.</param>
    /// <exception cref="ArgumentException">The variants differ in more than parameters, an episode has more than 2²⁴ steps, or there is no such variant.</exception>
    public static EnvironmentBatch Create(IReadOnlyList<GameEnvironment> variants, ReadOnlySpan<int> variantOf, BatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(variants);
        options ??= new();
        if (variants.Count == 0 || variantOf.Length == 0)
            throw new ArgumentException("A batch needs at least one environment.", nameof(variants));
        if (options.Threads is < 0 or > 1024)
            throw new ArgumentException($"Threads is {options.Threads}; it must be between 0 and 1024.", nameof(options));
        foreach (var k in variantOf)
            if (k < 0 || k >= variants.Count)
                throw new ArgumentException($"An environment is to be variant {k}; there are variants 0 to {variants.Count - 1}.", nameof(variantOf));
        var first = variants[0];
        foreach (var variant in variants)
        {
            if (variant.GetType() != first.GetType())
                throw new ArgumentException($"A batch holds environments of one kind; {variant.Info.Id} is not {first.Info.Id}.", nameof(variants));
            if (variant.Horizon > MostSteps)
                throw new ArgumentException($"A batch counts steps in single precision; max_steps is {variant.Horizon} and must be at most {MostSteps}.", nameof(variants));
            if (variant.AgentCount != first.AgentCount || variant.ObservationLength != first.ObservationLength)
                throw new ArgumentException($"All environments of a batch have the same number of agents and length of observation; {variant.AgentCount} and {variant.ObservationLength} are not {first.AgentCount} and {first.ObservationLength}.", nameof(variants));
        }

        foreach (var variant in variants)
        {
            if (variant.ObservationShape() != first.ObservationShape())
                throw new ArgumentException("All environments of a batch observe the same parts; their parameters choose different ones.", nameof(variants));
        }

        return first.MakeBatch(new(variants, variantOf.ToArray(), options));
    }

    /// <summary>Starts the first episode of every environment; environment k has the seed <see cref="SeedOf"/> tells.</summary>
    /// <param name="seed">The seed of the batch.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    public void Reset(ulong seed, bool clear = false)
    {
        for (var k = 0; k < _seeds.Length; k++)
            _seeds[k] = SeedOf(seed, k);
        ResetAll(default, clear);
    }

    /// <summary>Starts the first episode of every environment, each under its own seed.</summary>
    /// <param name="seeds">One seed per environment.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    /// <exception cref="ArgumentException">There is another number of seeds.</exception>
    public void Reset(ReadOnlySpan<ulong> seeds, bool clear = false)
    {
        if (seeds.Length != Count)
            throw new ArgumentException($"{seeds.Length} seeds are given; the batch has {Count} environments.", nameof(seeds));
        seeds.CopyTo(_seeds);
        ResetAll(default, clear);
    }

    /// <summary>Starts an episode of every environment, each under its own seed and as if the episodes before it had been played.</summary>
    /// <param name="seeds">One seed per environment.</param>
    /// <param name="episodes">Number of the episode, from 0, per environment.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    /// <param name="stride">By how much the next episode of an environment is later, at least 1: with as many environments, all episodes of one seed are played side by side.</param>
    /// <exception cref="ArgumentException">There is another number of seeds or episodes, an episode is negative, or the stride is below 1.</exception>
    public void Reset(ReadOnlySpan<ulong> seeds, ReadOnlySpan<int> episodes, bool clear = false, int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (seeds.Length != Count || episodes.Length != Count)
            throw new ArgumentException($"{seeds.Length} seeds and {episodes.Length} episodes are given; the batch has {Count} environments.", nameof(seeds));
        foreach (var episode in episodes)
            if (episode < 0)
                throw new ArgumentException($"An environment is to begin with episode {episode}; it must be at least 0.", nameof(episodes));
        seeds.CopyTo(_seeds);
        ResetAll(episodes, clear, (uint)stride);
    }

    /// <summary>Starts the next episode of some environments.</summary>
    /// <param name="which">Whether each is reset.</param>
    /// <exception cref="ArgumentException">There is another number of entries.</exception>
    /// <exception cref="InvalidOperationException">The batch has never been reset as a whole.</exception>
    public void Reset(ReadOnlySpan<bool> which)
    {
        if (which.Length != Count)
            throw new ArgumentException($"{which.Length} entries are given; the batch has {Count} environments.", nameof(which));
        CheckStarted();
        for (var block = 0; block < Blocks; block++)
        {
            var mask = 0;
            for (var lane = 0; lane < Width && block * Width + lane < Count; lane++)
                mask |= which[block * Width + lane] ? 1 << lane : 0;
            if (mask != 0)
                Restart(block, mask, ref _work[0][0]);
            _waiting[block] &= (byte)~mask;
        }
    }

    /// <summary>Writes the observations of all environments, every column.</summary>
    /// <param name="observations">Receives a row per environment.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void Observe(Span<float> observations)
    {
        CheckStarted();
        Room(nameof(observations), observations.Length, (long)Count * ObservationLength);
        ref var w = ref _work[0][0];
        fixed (float* rows = observations)
        {
            for (var block = 0; block < Blocks; block++)
            {
                var whole = (block + 1) * Width <= Count;
                ref var into = ref whole ? ref rows[(long)block * Width * ObservationLength] : ref *_tailRows;
                WriteRows(block, ref w, ref into);
                if (!whole)
                    new ReadOnlySpan<float>(_tailRows, (Count - block * Width) * ObservationLength).CopyTo(observations[(block * Width * ObservationLength)..]);
            }
        }
    }

    /// <summary>Puts environment k where a scalar environment with its parameters is; its seed and episode are taken over too.</summary>
    /// <param name="k">The environment of the batch.</param>
    /// <param name="state">What <see cref="GameEnvironment.SaveState"/> has written.</param>
    /// <exception cref="ArgumentException">The length is wrong, or the state is not that of an episode under way.</exception>
    /// <exception cref="InvalidOperationException">The batch has never been reset as a whole.</exception>
    public void SetState(int k, ReadOnlySpan<double> state)
    {
        CheckStarted();
        var variant = Variant(Checked(k));
        var (step, episode, seed) = variant.ReadHeader(state);
        var lane = Lane(k);
        ref var m = ref Memory(k / Width);
        ReadState(variant, state, lane);
        lane[0] = step;
        for (var at = 0; at < lane.Length; at++)
            Unsafe.Add(ref m, at * Entry + k % Width) = lane[at];
        (_seeds[k], _episodes[k]) = (seed, episode);
        _waiting[k / Width] &= (byte)~(1 << k % Width);
    }

    /// <summary>All that is kept of environment k: steps played, then actions and state.</summary>
    internal float[] Lane(int k)
    {
        var lane = new float[_memoryLength / Entry];
        ref var m = ref Memory(Checked(k) / Width);
        for (var at = 0; at < lane.Length; at++)
            lane[at] = Unsafe.Add(ref m, at * Entry + k % Width);
        return lane;
    }

    /// <summary>Ends the threads of the batch; it cannot be played afterwards. A batch with threads that is not disposed of stays in memory.</summary>
    public void Dispose()
    {
        _disposed = true;
        _team?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The memory of a block: steps played, then actions and state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ref float Memory(int block) => ref _memory[Place(block, _memoryLength)];

    /// <summary>What is fixed of a block: horizon, reward mode, then what the spec needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ref float Setup(int block) => ref _setup[Place(block, _setupStride)];

    /// <summary>Where a block begins: two lie side by side, entry by entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Place(int block, int length) => (block >> 1) * (long)length + (block & 1) * Width;

    /// <summary>The reward modes that occur in a block: bits 1, 2, 4 for private, integrated, cooperative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected int Modes(int block) => _modes[block];

    /// <summary>Makes the memory; called once, from the constructor of the derived class.</summary>
    /// <param name="memory">Entries of a block's memory.</param>
    /// <param name="shared">How many of them, at its end, are the same for all lanes and go on when some are reset.</param>
    /// <param name="setup">Entries that <see cref="WriteSetup"/> writes.</param>
    /// <param name="work">Entries of memory that a step computes in.</param>
    /// <exception cref="ArgumentException">The batch is too large.</exception>
    protected void Allocate(int memory, int shared, int setup, int work)
    {
        var longest = (long)Pairs * Entry * Math.Max(memory, _plan.Variants.Count > 1 ? setup + 2 : 0);
        if (longest > Array.MaxLength - 64)
            throw new ArgumentException($"A batch of {Count} environments of {Info.Id} is too large: it must have at most {(Array.MaxLength - 64) / (longest / Pairs) * Entry} of them.");
        var variants = new float[_plan.Variants.Count][];
        for (var v = 0; v < variants.Length; v++)
        {
            variants[v] = new float[setup + 2];
            variants[v][0] = _plan.Variants[v].Horizon;
            variants[v][1] = (int)_plan.Variants[v].Mode;
            WriteSetup(_plan.Variants[v], variants[v].AsSpan(2));
        }

        var mixed = variants.Length > 1;
        _setupStride = mixed ? (setup + 2) * Entry : 0;
        _setup = Aligned((mixed ? Pairs : 1) * (setup + 2) * Entry);
        for (var k = 0; k < _seeds.Length; k++)
        {
            var variant = _plan.VariantOf[Math.Min(k, Count - 1)];
            _modes[k / Width] |= (byte)(1 << (int)_plan.Variants[variant].Mode);
            if (mixed || k < Entry)
                for (var at = 0; at < setup + 2; at++)
                    Unsafe.Add(ref Setup(k / Width), at * Entry + k % Width) = variants[variant][at];
        }

        (_memoryLength, _shared, _pairs) = (memory * Entry, shared, HasPairs && Vector512.IsHardwareAccelerated);
        _memory = Aligned(checked(Pairs * _memoryLength));
        (_columnsAt, _savedAt) = (work * Entry, (work + ObservationLength) * Entry);
        _rowsAt = _savedAt + _memoryLength + Width * ObservationLength + 15 & ~15;
        // Rows of a pair of blocks that the nearest cache does not hold go straight to where they belong.
        var pair = 4L * Entry * ObservationLength;
        if (4L * Count * ObservationLength > MostCached && pair <= 2 * RowsAtATime)
            _streamed = (int)Math.Max(2, 2 * (RowsAtATime / pair));
        var workers = Workers();
        _work = new float*[workers];
        for (var worker = 0; worker < workers; worker++)
            _work[worker] = Aligned(_rowsAt + _streamed * Width * ObservationLength);
        MakeTail();
        for (var block = 0; block < Blocks; block++)
            Begin(block, ref Memory(block), ref Setup(block), ref _work[0][0], Vector256<float>.AllBitsSet, clear: true);
    }

    /// <summary>Numbers of room for beginning with a cache line.</summary>
    private const int Spare = 16;

    /// <summary>Memory that does not move and begins with a cache line, so that no eight numbers lie in two.</summary>
    private float* Aligned(int length)
    {
        var array = GC.AllocateArray<float>(length + Spare, pinned: true);
        _pinned.Add(array);
        return (float*)((nint)Unsafe.AsPointer(ref array[0]) + 63 & ~63);
    }

    /// <summary>Writes what is fixed of a variant.</summary>
    protected abstract void WriteSetup(GameEnvironment variant, Span<float> values);

    /// <summary>Gives actions and states their initial values and makes the draws of a reset, in the lanes of a mask.</summary>
    protected abstract void Begin(int block, ref float m, ref float p, ref float w, Vector256<float> where, bool clear);

    /// <summary>Plays a step of consecutive blocks.</summary>
    protected abstract void Play(in BatchRange range, ref float w);

    /// <summary>Writes the columns of the observation of a block.</summary>
    protected abstract void WriteColumns(int block, ref float m, ref float p, ref float w, ref float columns);

    /// <summary>Writes the columns of what an agent sees of its own in a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="agent">The number of the agent times <see cref="LaneMath.Entry"/>.</param>
    /// <param name="parts">Which parts are asked for.</param>
    /// <param name="m">The block's memory.</param>
    /// <param name="p">What is fixed of it.</param>
    /// <param name="w">Work memory.</param>
    /// <param name="columns">Receives the columns.</param>
    protected abstract void WriteView(int block, nuint agent, ulong parts, ref float m, ref float p, ref float w, ref float columns);

    /// <summary>Copies the memory of a scalar environment, in double precision, to one lane.</summary>
    protected abstract void ReadState(GameEnvironment variant, ReadOnlySpan<double> state, Span<float> lane);

    /// <summary>Copies entries.</summary>
    protected static void Copy(ReadOnlySpan<double> from, int at, Span<float> to, int there, int count)
    {
        for (var k = 0; k < count; k++)
            to[there + k] = (float)from[at + k];
    }

    /// <summary>Copies a window, its newest row to where the newest row of the lane's block lies.</summary>
    protected static void CopyWindow(ReadOnlySpan<double> from, int at, int capacity, Span<float> to, int there, int top, int n, int rows)
    {
        var (count, head) = ((int)from[at], BitConverter.SingleToInt32Bits(to[top]));
        to[there] = count;
        to.Slice(there + 1, n * rows).Clear();
        for (var age = 0; age < count; age++)
        {
            var (row, here) = (((int)from[at + 1] - age + capacity) % capacity, (head - age + rows) % rows);
            for (var i = 0; i < n; i++)
                to[there + 1 + here * n + i] = (float)from[at + 2 + row * n + i];
        }
    }

    /// <summary>A draw for each lane: that of a scalar environment with the lane's seed, episode and step, rounded to single precision.</summary>
    protected Vector256<float> Draw(int block, DrawPhase phase, uint name, Vector256<float> step, int element, int site, bool normal)
    {
        ref var seeds = ref _seeds[block * Width];
        var (episodes, laterEpisodes) = Vector256.Widen(Vector256.LoadUnsafe(ref _episodes[block * Width]));
        var (steps, laterSteps) = Vector256.Widen(Vector256.ConvertToInt32(step).AsUInt32());
        var (a, b, c, d) = PhiloxLanes.Draw(Vector256.LoadUnsafe(ref seeds), phase, name, episodes, steps, element, site);
        var (e, f, g, h) = PhiloxLanes.Draw(Vector256.LoadUnsafe(ref seeds, 4), phase, name, laterEpisodes, laterSteps, element, site);
        var (first, second) = (PhiloxLanes.Unit(a, b), PhiloxLanes.Unit(e, f));
        if (normal)
            return Vector256.Narrow(PhiloxLanes.Normal(first, PhiloxLanes.Unit(c, d)), PhiloxLanes.Normal(second, PhiloxLanes.Unit(g, h)));
        // Rounding must not make 1 of what lies below it.
        return Vector256.Min(Vector256.Narrow(first, second), Vector256.Create(MathF.BitDecrement(1)));
    }

    /// <summary>As above, of a draw that is multiplied by a factor: 0 where that is 0, and not made where it is 0 in all lanes.</summary>
    protected Vector256<float> Draw(int block, DrawPhase phase, uint name, Vector256<float> step, int element, int site, bool normal, Vector256<float> factor)
    {
        var idle = Vector256.Equals(factor, Vector256<float>.Zero);
        return LaneOps.EveryLane(idle) ? Vector256<float>.Zero : Vector256.AndNot(Draw(block, phase, name, step, element, site, normal), idle);
    }

    private void ResetAll(ReadOnlySpan<int> episodes, bool clear, uint stride = 1)
    {
        _stride = stride;
        _episodes.AsSpan().Clear();
        MemoryMarshal.Cast<int, uint>(episodes).CopyTo(_episodes);
        _waiting.AsSpan().Clear();
        _started = true;
        for (var block = 0; block < Blocks; block++)
            Begin(block, Vector256<float>.AllBitsSet, ref _work[0][0], clear);
    }

    /// <summary>Starts the next episode in the lanes of a bit mask.</summary>
    private void Restart(int block, int lanes, ref float w)
    {
        for (var lane = 0; lane < Width; lane++)
            _episodes[block * Width + lane] += (uint)(lanes >> lane & 1) * _stride;
        Begin(block, Where(lanes), ref w, clear: false);
    }

    private void Begin(int block, Vector256<float> where, ref float w, bool clear)
    {
        ref var m = ref Memory(block);
        LaneOps.Store(ref m, 0, Vector256<float>.Zero, where);
        Begin(block, ref m, ref Setup(block), ref w, where, clear);
    }

    /// <summary>Writes the rows of a block, through <see cref="WriteColumns"/>.</summary>
    protected void WriteRows(int block, ref float w, ref float rows)
    {
        ref var columns = ref Unsafe.Add(ref w, _columnsAt);
        WriteColumns(block, ref Memory(block), ref Setup(block), ref w, ref columns);
        LaneRows.Write(ref rows, ObservationLength, ref columns, ObservationLength);
    }

    private static Vector256<float> Where(int lanes)
    {
        var bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create(lanes) & bits, bits).AsSingle();
    }

    private int Checked(int k) => k >= 0 && k < Count ? k : throw new ArgumentOutOfRangeException(nameof(k), k, $"The environments are 0 to {Count - 1}.");

    private void CheckStarted()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_started)
            throw new InvalidOperationException($"The batch of {Info.Id} has not been reset; call Reset with a seed before the first step.");
    }

    private static void Room(string what, int given, long needed)
    {
        if (given != needed)
            throw new ArgumentException($"{what} has room for {given} numbers; the batch needs {needed}.", what);
    }
}
