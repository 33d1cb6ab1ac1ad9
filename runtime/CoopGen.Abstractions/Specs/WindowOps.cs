namespace CoopGen;

/// <summary>
/// The sliding window as it lies in the state memory of an environment: [count, head, capacity rows of n values]. Row
/// <c>head</c> is the newest. Called by generated code.
/// </summary>
public static class WindowOps
{
    /// <summary>Number of values a window takes.</summary>
    public static int Size(int n, int capacity) => 2 + n * capacity;

    /// <summary>Empties the window.</summary>
    public static void Clear(Span<double> window) => window.Clear();

    /// <summary>How many profiles are there.</summary>
    public static double Count(ReadOnlySpan<double> window) => window[0];

    /// <summary>Adds a profile of n values; the oldest drops out when the window is full.</summary>
    public static void Push(Span<double> window, ReadOnlySpan<double> profile, int capacity)
    {
        var head = ((int)window[1] + 1) % capacity;
        profile.CopyTo(window[(2 + head * profile.Length)..]);
        window[0] = Math.Min(window[0] + 1, capacity);
        window[1] = head;
    }

    /// <summary>The value of <paramref name="agent"/> in the profile <paramref name="age"/> pushes before the newest; 0 where there is none.</summary>
    public static double At(ReadOnlySpan<double> window, int n, int capacity, int agent, double age)
    {
        if (!(age >= 0 && age < window[0]))
            return 0;
        return window[2 + Row(window, capacity, (int)age) * n + agent];
    }

    /// <summary>The mean of <paramref name="agent"/> over the newest min(<paramref name="last"/>, count) profiles; 0 when there is none.</summary>
    public static double Mean(ReadOnlySpan<double> window, int n, int capacity, int agent, double last)
    {
        var count = (int)Math.Min(last, window[0]);
        if (count <= 0)
            return 0;
        var sum = 0.0;
        for (var age = 0; age < count; age++)
            sum += window[2 + Row(window, capacity, age) * n + agent];

        return sum / count;
    }

    /// <summary>Where the newest profile begins, from the beginning of the window.</summary>
    public static int Newest(ReadOnlySpan<double> window, int n) => 2 + (int)window[1] * n;

    /// <summary>Derivatives of a window before a push from those after it: the profile pushed has none, and what it pushed out gets none.</summary>
    /// <param name="window">The window after the push.</param>
    /// <param name="later">Derivatives with respect to its entries.</param>
    /// <param name="earlier">Derivatives with respect to the entries before; added to.</param>
    /// <param name="n">Number of agents.</param>
    public static void PushBack(ReadOnlySpan<double> window, ReadOnlySpan<double> later, Span<double> earlier, int n)
    {
        var newest = Newest(window, n);
        for (var k = 2; k < later.Length; k++)
            earlier[k] += k >= newest && k < newest + n ? 0 : later[k];
    }

    /// <summary>Adds what <see cref="At"/> hands on to the derivative of the entry it reads.</summary>
    public static void AtBack(ReadOnlySpan<double> window, Span<double> adjoint, int n, int capacity, int agent, double age, double value)
    {
        if (age >= 0 && age < window[0])
            adjoint[2 + Row(window, capacity, (int)age) * n + agent] += value;
    }

    /// <summary>Adds what <see cref="Mean"/> hands on to the derivatives of the entries it reads.</summary>
    public static void MeanBack(ReadOnlySpan<double> window, Span<double> adjoint, int n, int capacity, int agent, double last, double value)
    {
        var count = (int)Math.Min(last, window[0]);
        for (var age = 0; age < count; age++)
            adjoint[2 + Row(window, capacity, age) * n + agent] += value / count;
    }

    /// <summary>The row of a profile that is there. A comparison wraps around: a division in every read would cost more than all the rest.</summary>
    private static int Row(ReadOnlySpan<double> window, int capacity, int age)
    {
        var row = (int)window[1] - age;
        return row < 0 ? row + capacity : row;
    }
}
