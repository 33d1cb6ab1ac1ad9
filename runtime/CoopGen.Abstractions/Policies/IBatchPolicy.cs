namespace CoopGen.Policies;

/// <summary>A policy that can also decide for many environments at once.</summary>
public interface IBatchPolicy : IPolicy
{
    /// <summary>Takes seats in a batch. What is needed in every step is allocated here.</summary>
    /// <exception cref="ArgumentException">The policy does not fit the environments.</exception>
    BatchPlayer Sit(BatchSeats seats);
}

/// <summary>The seats of one agent in consecutive environments of a batch.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Agent">The agent, from 0.</param>
/// <param name="First">The first environment.</param>
/// <param name="Count">Number of environments.</param>
public readonly record struct BatchSeats(EnvironmentBatch Batch, int Agent, int First, int Count)
{
    /// <summary>A number for every environment.</summary>
    internal T[] Each<T>(Func<GameEnvironment, T> number)
    {
        var numbers = new T[Count];
        GameEnvironment? last = null;
        for (var k = 0; k < Count; k++)
        {
            var variant = Batch.Variant(First + k);
            numbers[k] = k > 0 && ReferenceEquals(variant, last) ? numbers[k - 1] : number(variant);
            last = variant;
        }

        return numbers;
    }
}

/// <summary>Decides what one agent does in consecutive environments of a batch.</summary>
public abstract class BatchPlayer
{
    /// <summary>Whether the actions of the first step are those of every step, in every episode.</summary>
    public virtual bool ActsOnce => false;

    /// <summary>Called when all environments have been reset.</summary>
    public virtual void Begin() { }

    /// <summary>What the agent does next.</summary>
    /// <param name="dimension">The dimension of the action.</param>
    /// <param name="actions">Receives one number per environment; what lies outside a box is clipped by the environment.</param>
    public abstract void Act(int dimension, Span<float> actions);
}
