namespace CoopGen.Policies;

/// <summary>Decides what one agent does. One object may decide for several agents.</summary>
public interface IPolicy
{
    /// <summary>Name under which the policy is chosen.</summary>
    string Name { get; }

    /// <summary>Whether what it does can depend on what was played before; then a change of another agent's action changes its own later ones.</summary>
    bool Reacts => true;

    /// <summary>What an agent does next.</summary>
    /// <param name="environment">The environment, after a reset or a step that did not end the episode.</param>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="action">Receives d numbers, one per dimension of the action; what lies outside the box is clipped by the environment.</param>
    void Act(GameEnvironment environment, int agent, Span<double> action);
}
