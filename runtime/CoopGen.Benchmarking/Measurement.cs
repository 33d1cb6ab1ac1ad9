namespace CoopGen.Benchmarking;

/// <summary>How fast an environment plays in one way.</summary>
/// <param name="Environment">Its id.</param>
/// <param name="Kind"><c>scalar</c>, <c>batch</c> or <c>gradient</c> (an episode played with its exact gradient).</param>
/// <param name="Policy"><c>given</c>: actions are there; <c>random</c>: they are drawn in every step.</param>
/// <param name="Observations"><c>all</c> columns are written, those that are <c>changing</c>, or <c>none</c>.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="Batch">Environments played together.</param>
/// <param name="Agents">Agents of each.</param>
/// <param name="Seconds">Seconds per step of one environment.</param>
public sealed record Measurement(string Environment, string Kind, string Policy, string Observations, int Threads, int Batch, int Agents, double Seconds)
{
    /// <summary>Steps of environments per second.</summary>
    public double StepsPerSecond => 1 / Seconds;

    /// <summary>Bytes allocated per step.</summary>
    public double BytesPerStep { get; init; }

    /// <summary>
    /// The time of the step's library calls and of the bytes it must write, both measured here, over the time of the step; null where actions
    /// are drawn too, only some columns are written, or there are several threads.
    /// </summary>
    public double? FractionOfLimit { get; init; }

    /// <summary>Speed over that of hand-written C in the same run; null where there is none, or no gcc.</summary>
    public double? VersusC { get; init; }

    /// <summary>Time of an episode with its gradient over that of the episode; null of other kinds.</summary>
    public double? GradientCost { get; init; }
}
