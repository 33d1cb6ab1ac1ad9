namespace CoopGen.Solving;

/// <summary>What is asked for has no solution, or none that can be computed. The message says why.</summary>
public class UnsolvableException(string message) : InvalidOperationException(message);

/// <summary>An oracle is not made for a game of that kind. The message says why.</summary>
public sealed class UnsuitableException(string message) : UnsolvableException(message);
