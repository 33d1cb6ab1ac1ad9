using System.Globalization;

namespace CoopGen.Policies;

/// <summary>
/// The same part of the box in every step: p % of the way from the least lower to the greatest upper bound of all agents, so that
/// where endowments differ small agents reach their own bound first. Of a finite dimension the nearest value.
/// </summary>
public sealed class ConstantPolicy : IBatchPolicy
{
    private readonly double _part;

    /// <param name="percent">Part of the box, 0 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within 0 to 100.</exception>
    public ConstantPolicy(int percent)
    {
        if (percent is < 0 or > 100)
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "The percentage must be between 0 and 100.");
        _part = percent / 100.0;
        Name = "Constant_" + percent.ToString("00", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Reacts => false;

    /// <inheritdoc/>
    public void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        for (var k = 0; k < action.Length; k++)
            action[k] = Scale.Part(environment, k, _part);
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats) => new Player(seats, _part);

    private sealed class Player(BatchSeats seats, double part) : BatchPlayer
    {
        public override bool ActsOnce => true;

        public override void Act(int dimension, Span<float> actions) => seats.Each(e => (float)Scale.Part(e, dimension, part)).CopyTo(actions);
    }
}
