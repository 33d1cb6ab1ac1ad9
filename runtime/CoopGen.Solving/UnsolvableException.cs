namespace CoopGen.Solving;

/// <summary>What is asked for has no solution, or none that can be computed. The message says why.</summary>
public sealed class UnsolvableException(string message) : InvalidOperationException(message);
