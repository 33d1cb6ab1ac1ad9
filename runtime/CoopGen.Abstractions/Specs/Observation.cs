namespace CoopGen;

/// <summary>Takes the parts of the joint observation in order.</summary>
public sealed class Observation
{
    private readonly Spec _spec;
    private readonly Action<string, string, double> _add;

    /// <param name="spec">The spec that is observed.</param>
    /// <param name="add">Takes part name, entry label and value.</param>
    internal Observation(Spec spec, Action<string, string, double> add) => (_spec, _add) = (spec, add);

    /// <summary>One number.</summary>
    public void Add(string name, double value) => _add(name, name, value);

    /// <summary>One number per agent.</summary>
    public void Add(string name, Func<Agent, double> value)
    {
        for (var i = 0; i < _spec.n; i++)
        {
            var agent = new Agent(i);
            _add(name, $"{name}[{i}]", _spec.WithStream(name, i, () => value(agent)));
        }
    }

    /// <summary>One number per ordered pair, row by row, the diagonal included.</summary>
    public void Add(string name, Func<Agent, Agent, double> value)
    {
        for (var i = 0; i < _spec.n; i++)
        {
            for (var j = 0; j < _spec.n; j++)
            {
                var (row, column) = (new Agent(i), new Agent(j));
                _add(name, $"{name}[{i},{j}]", _spec.WithStream(name, i * _spec.n + j, () => value(row, column)));
            }
        }
    }
}

/// <summary>Takes the parts of one agent's own observation in order; which of them are shown is the choice of an <see cref="ObservationConfig"/>.</summary>
public sealed class AgentView
{
    private readonly Spec _spec;
    private readonly Func<string, Show, bool> _shown;
    private readonly Action<string, double> _add;

    internal AgentView(Spec spec, Func<string, Show, bool> shown, Action<string, double> add) => (_spec, _shown, _add) = (spec, shown, add);

    /// <summary>One number.</summary>
    public void Add(string name, double value, Show show = Show.Default)
    {
        if (_shown(name, show))
            _add(name, value);
    }

    /// <summary>One number per agent.</summary>
    public void Add(string name, Func<Agent, double> value, Show show = Show.Default) => Add(name, static _ => true, value, show);

    /// <summary>One number per agent for whom <paramref name="where"/> holds; it may compare agents and nothing else.</summary>
    public void Add(string name, Func<Agent, bool> where, Func<Agent, double> value, Show show = Show.Default)
    {
        if (!_shown(name, show))
            return;
        for (var i = 0; i < _spec.n; i++)
        {
            var agent = new Agent(i);
            if (where(agent))
                _add(name, _spec.WithStream(name, i, () => value(agent)));
        }
    }

    /// <summary>One number per ordered pair, row by row, the diagonal included.</summary>
    public void Add(string name, Func<Agent, Agent, double> value, Show show = Show.Default)
    {
        if (!_shown(name, show))
            return;
        for (var i = 0; i < _spec.n; i++)
        {
            for (var j = 0; j < _spec.n; j++)
            {
                var (row, column) = (new Agent(i), new Agent(j));
                _add(name, _spec.WithStream(name, i * _spec.n + j, () => value(row, column)));
            }
        }
    }
}

/// <summary>In which presets of <see cref="ObservationConfig"/> a part of an agent's own observation is shown.</summary>
[Flags]
public enum Show
{
    /// <summary>Only when asked for by name.</summary>
    OnRequest = 0,

    /// <summary>In <see cref="ObservationConfig.Minimal"/>.</summary>
    Minimal = 1,

    /// <summary>In <see cref="ObservationConfig.Realistic"/>.</summary>
    Realistic = 2,

    /// <summary>In <see cref="ObservationConfig.Full"/>.</summary>
    Full = 4,

    /// <summary>In <see cref="ObservationConfig.Realistic"/> and <see cref="ObservationConfig.Full"/>.</summary>
    Default = Realistic | Full,

    /// <summary>In every preset.</summary>
    Always = Minimal | Realistic | Full,
}
