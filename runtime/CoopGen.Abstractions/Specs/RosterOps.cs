namespace CoopGen;

/// <summary>
/// The list with membership and timers as it lies in the state memory of an environment: [count, order of the agents
/// (members first, then those who are out in the order in which they left), timer per agent, member flag per agent].
/// Called by generated code.
/// </summary>
public static class RosterOps
{
    /// <summary>Number of values a list takes.</summary>
    public static int Size(int n) => 1 + 3 * n;

    /// <summary>Makes everyone a member, in order of index.</summary>
    public static void Fill(Span<double> roster, int n)
    {
        roster[0] = n;
        for (var i = 0; i < n; i++)
        {
            roster[1 + i] = i;
            roster[1 + n + i] = 0;
            roster[1 + 2 * n + i] = 1;
        }
    }

    /// <summary>How many members there are.</summary>
    public static double Count(ReadOnlySpan<double> roster) => roster[0];

    /// <summary>Whether <paramref name="agent"/> is a member.</summary>
    public static bool Has(ReadOnlySpan<double> roster, int n, int agent) => roster[1 + 2 * n + agent] != 0;

    /// <summary>The timer of <paramref name="agent"/>.</summary>
    public static double Timer(ReadOnlySpan<double> roster, int n, int agent) => roster[1 + n + agent];

    /// <summary>The members, in list order, written to <paramref name="members"/>; returns how many.</summary>
    public static int Members(ReadOnlySpan<double> roster, Span<double> members)
    {
        var count = (int)roster[0];
        roster.Slice(1, count).CopyTo(members);
        return count;
    }

    /// <summary>In list order, members whose flag is set leave while more than <paramref name="keep"/> remain; their timers start at <paramref name="timer"/>.</summary>
    public static void Remove(Span<double> roster, ReadOnlySpan<double> flags, double keep, double timer)
    {
        var n = flags.Length;
        var order = roster.Slice(1, n);
        var count = (int)roster[0];
        for (var k = 0; k < count;)
        {
            var agent = (int)order[k];
            if (flags[agent] == 0 || count <= keep)
            {
                k++;
                continue;
            }

            Shift(order, k, n - 1);
            count--;
            roster[1 + n + agent] = timer;
            roster[1 + 2 * n + agent] = 0;
        }

        roster[0] = count;
    }

    /// <summary>Lowers the timer of everyone who is out by 1.</summary>
    public static void Tick(Span<double> roster, int n)
    {
        for (var i = 0; i < n; i++)
            roster[1 + n + i] -= 1 - roster[1 + 2 * n + i];
    }

    /// <summary>Those who are out and whose flag is set join at the end of the list, in the order in which they left.</summary>
    public static void Admit(Span<double> roster, ReadOnlySpan<double> flags)
    {
        var n = flags.Length;
        var order = roster.Slice(1, n);
        var count = (int)roster[0];
        for (var k = count; k < n; k++)
        {
            var agent = (int)order[k];
            if (flags[agent] == 0)
                continue;
            Shift(order[count..], k - count, 0);
            count++;
            roster[1 + n + agent] = 0;
            roster[1 + 2 * n + agent] = 1;
        }

        roster[0] = count;
    }

    /// <summary>Moves the entry at <paramref name="from"/> to <paramref name="to"/>, shifting those between.</summary>
    private static void Shift(Span<double> order, int from, int to)
    {
        var moved = order[from];
        for (; from < to; from++)
            order[from] = order[from + 1];
        for (; from > to; from--)
            order[from] = order[from - 1];
        order[to] = moved;
    }
}
