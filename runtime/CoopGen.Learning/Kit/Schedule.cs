namespace CoopGen.Learning;

/// <summary>A number that changes while training goes on.</summary>
/// <param name="Start">Its value at the beginning.</param>
/// <param name="End">Its value from the given part of training on.</param>
/// <param name="Part">The part of training, within (0, 1], over which it moves in a straight line.</param>
public readonly record struct Schedule(double Start, double End, double Part = 1)
{
    /// <summary>A number that does not change.</summary>
    public static Schedule Constant(double value) => new(value, value);

    /// <summary>The value at a part of training, within [0, 1].</summary>
    public double At(double progress) => Start + (End - Start) * Math.Clamp(progress / Part, 0, 1);
}
