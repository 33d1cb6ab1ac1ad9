namespace CoopGen;

/// <summary>A number that is remembered from step to step.</summary>
public sealed class ScalarState : SpecState
{
    internal ScalarState(Spec spec, string name) : base(spec, name, new double[1]) { }

    /// <summary>The remembered value.</summary>
    public static implicit operator double(ScalarState state) => state.Data[0];

    /// <summary>The value already updated in this step. Says that reading after writing is meant.</summary>
    public double Now => Data[0];

    /// <summary>Replaces the value.</summary>
    public void Set(Func<double> value) => Data[0] = Spec.WithStream(Name, 0, value);
}

/// <summary>One number per agent that is remembered from step to step.</summary>
public sealed class AgentState : SpecState
{
    internal AgentState(Spec spec, string name) : base(spec, name, new double[spec.n]) { }

    /// <summary>The remembered value of agent <paramref name="i"/>.</summary>
    public double this[Agent i] => Data[i.Index];

    /// <summary>The values already updated in this step. Says that reading after writing is meant.</summary>
    public AgentState Now => this;

    /// <summary>Replaces the values of all agents at once: the formula sees the old values.</summary>
    public void Set(Func<Agent, double> value)
    {
        var next = new double[Data.Length];
        for (var i = 0; i < next.Length; i++)
        {
            var agent = new Agent(i);
            next[i] = Spec.WithStream(Name, i, () => value(agent));
        }

        next.CopyTo(Data, 0);
    }
}

/// <summary>One number per ordered pair of different agents that is remembered from step to step; the diagonal is constant.</summary>
public sealed class PairState : SpecState
{
    internal PairState(Spec spec, string name) : base(spec, name, new double[spec.n * spec.n]) { }

    /// <summary>The remembered value of the ordered pair (<paramref name="i"/>, <paramref name="j"/>).</summary>
    public double this[Agent i, Agent j] => Data[i.Index * Spec.n + j.Index];

    /// <summary>The values already updated in this step. Says that reading after writing is meant.</summary>
    public PairState Now => this;

    /// <summary>Replaces the values of all ordered pairs i ≠ j at once: the formula sees the old values.</summary>
    public void Set(Func<Agent, Agent, double> value)
    {
        var n = Spec.n;
        var next = (double[])Data.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                if (i == j)
                    continue;
                var (row, column) = (new Agent(i), new Agent(j));
                next[i * n + j] = Spec.WithStream(Name, i * n + j, () => value(row, column));
            }
        }

        next.CopyTo(Data, 0);
    }
}

/// <summary>The last few profiles of one number per agent, newest first.</summary>
public sealed class Window : SpecState
{
    internal Window(Spec spec, string name, int capacity) : base(spec, name, new double[WindowOps.Size(spec.n, capacity)]) => Capacity = capacity;

    /// <summary>How many profiles are kept.</summary>
    public int Capacity { get; }

    /// <summary>How many profiles are there, 0 to <see cref="Capacity"/>.</summary>
    public double Count => WindowOps.Count(Data);

    /// <summary>The window as already pushed in this step. Says that reading after writing is meant.</summary>
    public Window Now => this;

    /// <summary>The value of agent <paramref name="i"/> in the profile <paramref name="age"/> pushes before the newest (0: the newest); 0 where there is none.</summary>
    public double this[Agent i, double age] => WindowOps.At(Data, Spec.n, Capacity, i.Index, age);

    /// <summary>The mean of agent <paramref name="i"/> over the newest min(<paramref name="last"/>, <see cref="Count"/>) profiles; 0 when there is none.</summary>
    public double Mean(Agent i, double last) => WindowOps.Mean(Data, Spec.n, Capacity, i.Index, last);

    /// <summary>Adds a profile; the oldest drops out when the window is full.</summary>
    public void Push(Func<Agent, double> value)
    {
        var profile = new double[Spec.n];
        for (var i = 0; i < profile.Length; i++)
        {
            var agent = new Agent(i);
            profile[i] = Spec.WithStream(Name, i, () => value(agent));
        }

        WindowOps.Push(Data, profile, Capacity);
    }
}

/// <summary>An ordered list of members among the agents, with a timer for each agent that is out. All are members at reset.</summary>
public sealed class Roster : SpecState
{
    internal Roster(Spec spec, string name) : base(spec, name, new double[RosterOps.Size(spec.n)]) { }

    /// <summary>How many members there are.</summary>
    public double Count => RosterOps.Count(Data);

    /// <summary>The list as already changed in this step. Says that reading after writing is meant.</summary>
    public Roster Now => this;

    /// <summary>Whether agent <paramref name="i"/> is a member.</summary>
    public bool Has(Agent i) => RosterOps.Has(Data, Spec.n, i.Index);

    /// <summary>The timer of agent <paramref name="i"/>: 0 for a member, else what is left of it.</summary>
    public double Timer(Agent i) => RosterOps.Timer(Data, Spec.n, i.Index);

    /// <summary>In list order, members for whom <paramref name="where"/> holds leave while more than <paramref name="keep"/> members remain; their timers start at <paramref name="timer"/>.</summary>
    public void Remove(Func<Agent, bool> where, double keep, double timer) => RosterOps.Remove(Data, Flags(where), keep, timer);

    /// <summary>Lowers the timer of everyone who is out by 1.</summary>
    public void Tick() => RosterOps.Tick(Data, Spec.n);

    /// <summary>Those who are out and for whom <paramref name="where"/> holds join at the end of the list, in the order in which they left.</summary>
    public void Admit(Func<Agent, bool> where) => RosterOps.Admit(Data, Flags(where));

    private double[] Flags(Func<Agent, bool> where)
    {
        var flags = new double[Spec.n];
        for (var i = 0; i < flags.Length; i++)
            flags[i] = where(i) ? 1 : 0;
        return flags;
    }
}

/// <summary>What all kinds of state have in common. State is declared with the methods of <see cref="Spec"/>.</summary>
public abstract class SpecState
{
    private protected SpecState(Spec spec, string name, double[] data) => (Spec, Name, Data) = (spec, name, data);

    internal Spec Spec { get; }

    internal string Name { get; }

    internal double[] Data { get; }

    internal Action Initialise { get; set; } = static () => { };

    internal bool Persistent { get; set; }

    /// <summary>Declared range of every entry.</summary>
    internal Range Range { get; set; } = new(double.NegativeInfinity, double.PositiveInfinity);
}
