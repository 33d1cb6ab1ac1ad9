namespace CoopGen.Validation.Tr4;

/// <summary>What happens to an actor at the beginning of a step, before anybody answers.</summary>
/// <param name="T">Step, from 0.</param>
/// <param name="Actor">Actor.</param>
/// <param name="Change">What is added to its action; the sum is clipped to 0 … 1.</param>
/// <param name="Set">Whether the action becomes the change instead.</param>
internal readonly record struct Shock(int T, int Actor, double Change, bool Set = false);

/// <summary>A course of play. States have one entry more than there are steps: entry t is what step t meets, with the shocks of t in the actions.</summary>
/// <param name="Actions">Actions by time and actor.</param>
/// <param name="Trust">Trust by time, row by row.</param>
/// <param name="Reputation">Reputation damage by time, row by row.</param>
/// <param name="Responses">What each answered to each, R_ij, by step, row by row; nothing on the diagonal.</param>
internal sealed record History(double[][] Actions, double[][] Trust, double[][] Reputation, double[][] Responses)
{
    /// <summary>Number of steps.</summary>
    public int Steps => Responses.Length;

    /// <summary>Actions at the end.</summary>
    public double[] Final => Actions[^1];
}

/// <summary>Plays the suite's actors: each step's answers, with what chance adds, are the next step's actions.</summary>
internal static class Simulation
{
    /// <summary>Plays.</summary>
    /// <param name="parameters">Parameters of <see cref="Suites.Reciprocity"/> but <c>n_agents</c> and <c>max_steps</c>, which follow.</param>
    /// <param name="start">Actions at the beginning, 0 … 1, one per actor.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="shocks">What happens to actors; null for nothing.</param>
    /// <param name="noise">What chance adds to the next action, drawn step by step and, in a step, actor by actor; null for nothing.</param>
    public static History Play(ParameterSet parameters, double[] start, int steps, IReadOnlyList<Shock>? shocks = null, Func<double>? noise = null)
    {
        var n = start.Length;
        parameters["n_agents"] = n;
        parameters["max_steps"] = steps;
        var game = new Suites.ReciprocityEnvironment(parameters);
        game.Reset(seed: 0);
        var readings = new Readings(n);
        game.Report(readings);
        var (actions, trust, reputation) = (new double[steps + 1][], new double[steps + 1][], new double[steps + 1][]);
        var responses = new double[steps][];
        var (now, paid) = ((double[])start.Clone(), new double[n]);
        for (var t = 0; ; t++)
        {
            // Nothing happens at the end, to which no step answers.
            if (t < steps && shocks is not null)
                foreach (var shock in shocks)
                    if (shock.T == t)
                        now[shock.Actor] = Clip(shock.Set ? shock.Change : now[shock.Actor] + shock.Change);
            (actions[t], trust[t], reputation[t]) = (now, readings.Trust, readings.Reputation);
            if (t == steps)
                return new(actions, trust, reputation, responses);
            game.Step(now, paid);
            readings = new(n);
            game.Report(readings);
            responses[t] = readings.Responses;
            now = new double[n];
            for (var i = 0; i < n; i++)
                now[i] = Clip(noise is null ? readings.Next[i] : readings.Next[i] + noise());
        }
    }

    private static double Clip(double action) => Math.Min(Math.Max(action, 0), 1);

    /// <summary>What the environment reports of a step.</summary>
    private sealed class Readings(int n) : IReportWriter
    {
        public double[] Next { get; } = new double[n];

        public double[] Responses { get; } = new double[n * n];

        public double[] Trust { get; } = new double[n * n];

        public double[] Reputation { get; } = new double[n * n];

        public void Numbers(string name, ReadOnlySpan<double> values) => values.CopyTo(Next);

        public void Pairs(string name, int agents, ReadOnlySpan<double> values)
        {
            var copy = name switch { "responses" => Responses, "trust" => Trust, "reputation" => Reputation, _ => throw Unknown(name) };
            for (var k = 0; k < copy.Length; k++)
                copy[k] = k / n == k % n ? name == "trust" ? 1 : 0 : values[k];
        }

        public void Number(string name, double value) => throw Unknown(name);

        public void Flag(string name, bool value) => throw Unknown(name);

        public void Agents(string name, ReadOnlySpan<double> agents) => throw Unknown(name);

        public void Label(string name, string label) => throw Unknown(name);

        public void Labels(string name, ReadOnlySpan<string> labels) => throw Unknown(name);

        private static InvalidOperationException Unknown(string name) => new($"The suite's environment reports '{name}', which nothing here reads.");
    }
}
