namespace CoopGen;

/// <summary>What a step must do at least: calls of library functions and numbers of state it stores, in the default reward mode. Counted by the compiler in what it emits.</summary>
/// <param name="Calls">Functions called; of a batch those of <see cref="LaneMath"/>, each call for a block of eight environments.</param>
/// <param name="Stores">Numbers of state that are stored, actions included.</param>
public sealed record StepWork(IReadOnlyList<FunctionCalls> Calls, int Stores)
{
    /// <summary>Of what is not compiled, nothing is known.</summary>
    public static StepWork Unknown { get; } = new([], 0);
}

/// <summary>Calls of a function in a step.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Count">How often it is called.</param>
public sealed record FunctionCalls(string Function, int Count);
