namespace CoopGen.Generators.Tests.Passes;

/// <summary>A random expression in a random world, by number.</summary>
internal sealed class Trial
{
    /// <summary>Values beyond it lose the digits that tests compare.</summary>
    private const double Large = 1e6;

    public Trial(int seed, int depth = 5)
    {
        Random = new Random(seed);
        World = new World(Random.Next(1, 5), Random);
        Agents = Arena.Const(World.Agents);
        Value = new RandomExpressions(Arena, Random).Number(depth);
        At = [(Expr.Row, Random.Next(World.Agents)), (Expr.Column, Random.Next(World.Agents))];
    }

    public Arena Arena { get; } = new();

    public Random Random { get; }

    public World World { get; }

    /// <summary>Number of agents as an expression.</summary>
    public Expr Agents { get; }

    public Expr Value { get; }

    /// <summary>Who the free indices are.</summary>
    public (int Index, int Agent)[] At { get; }

    /// <summary>Whether every part that is free of bound indices has a moderate value.</summary>
    public bool IsModerate => Rewriter.InOrder([Value]).All(e => e.Free.Any(v => v > 0) || Math.Abs(World.Evaluate(e, At)) < Large);

    /// <summary>The expression has the same value as <paramref name="other"/>, up to roundings that add up.</summary>
    public void Same(Expr other, double tolerance)
    {
        var (expected, actual) = (World.Evaluate(Value, At), World.Evaluate(other, At));
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{expected:R} became {actual:R}");
    }
}
