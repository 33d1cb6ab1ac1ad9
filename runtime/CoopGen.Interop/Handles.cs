namespace CoopGen.Interop;

/// <summary>
/// What callers hold instead of pointers: a place in a table and how often it was given out before. A handle that was released, or never
/// given out, is refused; so is one that another thread is using.
/// </summary>
internal static class Handles
{
    private static readonly Lock _lock = new();
    private static readonly Stack<int> _free = [];
    private static volatile Slot[] _slots = [];
    private static int _given;

    /// <summary>Handles given out and not released.</summary>
    public static long Count
    {
        get
        {
            lock (_lock)
                return _given - _free.Count;
        }
    }

    /// <summary>Gives out a handle.</summary>
    public static ulong Add(object value)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var place))
            {
                place = _given;
                if (place == _slots.Length)
                {
                    var more = new Slot[Math.Max(16, 2 * place)];
                    _slots.CopyTo(more, 0);
                    for (var k = place; k < more.Length; k++)
                        more[k] = new();
                    _slots = more;
                }

                _given++;
            }

            var slot = _slots[place];
            Volatile.Write(ref slot.Value, value);
            return (ulong)slot.Generation << 32 | (uint)place;
        }
    }

    /// <summary>Holds what a handle stands for until it is disposed of.</summary>
    /// <exception cref="NoHandleException">There is no such handle, or it stands for something else.</exception>
    /// <exception cref="BusyException">Another thread holds it.</exception>
    public static Held<T> Hold<T>(ulong handle) where T : class
    {
        var slots = _slots;
        var place = (uint)handle;
        if (place >= (uint)slots.Length || slots[place].Generation != (uint)(handle >> 32))
            throw Unknown(handle);
        var slot = slots[place];
        if (Interlocked.CompareExchange(ref slot.Busy, 1, 0) != 0)
            throw new BusyException($"Handle {handle} is in use by another call; a handle serves one call at a time.");
        // It may have been released and given out again before it was held.
        if (slot.Generation == (uint)(handle >> 32) && slot.Value is T value)
            return new(slot, value);
        var other = slot.Generation == (uint)(handle >> 32) ? slot.Value : null;
        Volatile.Write(ref slot.Busy, 0);
        throw other is null ? Unknown(handle) : Other<T>(handle, other);
    }

    /// <summary>What a handle stands for, whether or not another call holds it: for what may be done beside that call.</summary>
    /// <exception cref="NoHandleException">There is no such handle, or it stands for something else.</exception>
    public static T Beside<T>(ulong handle) where T : class
    {
        var slots = _slots;
        var place = (uint)handle;
        if (place >= (uint)slots.Length)
            throw Unknown(handle);
        var value = Volatile.Read(ref slots[place].Value);
        // Read in this order, what was released and given out again is told apart.
        if (slots[place].Generation != (uint)(handle >> 32) || value is null)
            throw Unknown(handle);
        return value as T ?? throw Other<T>(handle, value);
    }

    /// <summary>Takes a handle back; what it stood for is not reachable any more.</summary>
    public static void Release(ulong handle)
    {
        var held = Hold<object>(handle);
        held.Slot.Value = null;
        held.Slot.Generation = Math.Max(1, held.Slot.Generation + 1);
        held.Dispose();
        lock (_lock)
            _free.Push((int)(uint)handle);
        (held.Value as IDisposable)?.Dispose();
    }

    private static string Kind(Type type) => type == typeof(PlayedBatch) ? "a batch" : "an environment";

    private static NoHandleException Other<T>(ulong handle, object value) =>
        new($"Handle {handle} is that of {Kind(value.GetType())}; the function takes that of {Kind(typeof(T))}.");

    private static NoHandleException Unknown(ulong handle) => new($"There is no handle {handle}: it was never given out, or has been released.");

    /// <summary>A place in the table.</summary>
    internal sealed class Slot
    {
        public object? Value;
        public int Busy;

        // From 1, so that no handle is 0.
        public volatile uint Generation = 1;
    }

    /// <summary>What a handle stands for, while it is held.</summary>
    internal readonly ref struct Held<T>(Slot slot, T value) where T : class
    {
        public Slot Slot { get; } = slot;

        public T Value { get; } = value;

        public void Dispose() => Volatile.Write(ref Slot.Busy, 0);
    }
}
