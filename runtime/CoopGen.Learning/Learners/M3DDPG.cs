namespace CoopGen.Learning;

/// <summary>
/// Minimax multi-agent deep deterministic policy gradient (Li et al. 2019, "Robust multi-agent reinforcement learning via minimax deep deterministic policy gradient", AAAI 33):
/// <see cref="DdpgLearner"/> in which every agent expects others to do what is worse for it. Others' actions aⱼ, at the next step and where the policy is judged, become
/// aⱼ − ε·g/|g| with g = ∂qᵢ/∂aⱼ: one step of gradient descent instead of the least value over all they could do (the paper calls this multi-agent adversarial learning).
/// </summary>
/// <remarks>Deviations from the paper: disturbed actions are clipped to the box; one ε for all pairs of agents; otherwise as in <see cref="MADDPG"/>.</remarks>
public sealed class M3DDPG : DdpgLearner
{
    /// <param name="setup">What is trained on and with.</param>
    public M3DDPG(TrainingSetup setup) : base(setup, twins: 1)
    {
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(M3DDPG),
        Summary = "MADDPG in which every agent expects others to act against it, by a step down its critic.",
        Paper = "doi:10.1609/aaai.v33i01.33014213",
        Family = "centralised training",
        Hyperparameters = [.. Tunable, new("disturbance", 0.01, 0, 10, "ε: how far each other's action within [−1, 1] goes down an agent's critic.")],
        Create = static setup => new M3DDPG(setup),
    };

    /// <summary>Others' actions a step down an agent's critic, in place. A step has length 1 per agent, as in the authors' program: the gradient's own would depend on the units of values.</summary>
    /// <param name="all">[rows, n·d]: all actions within [−1, 1].</param>
    /// <param name="slopes">[rows, n·d]: how the agent's critic changes with them.</param>
    /// <param name="agents">Number of agents n.</param>
    /// <param name="own">The agent, whose own actions stay.</param>
    /// <param name="length">Length d of an agent's action.</param>
    /// <param name="step">ε: length of each other agent's step.</param>
    public static void Worsen(Span<float> all, ReadOnlySpan<float> slopes, int agents, int own, int length, double step)
    {
        for (var at = 0; at < all.Length; at += length)
        {
            if (at / length % agents == own)
                continue;
            var squares = 0.0;
            for (var d = 0; d < length; d++)
                squares += (double)slopes[at + d] * slopes[at + d];
            var norm = Math.Sqrt(squares) + 1e-12;
            for (var d = 0; d < length; d++)
                all[at + d] = Math.Clamp(all[at + d] - (float)(step * slopes[at + d] / norm), -1, 1);
        }
    }

    /// <inheritdoc/>
    private protected override void Disturb(Room room, Span<float> all, bool after)
    {
        var slopes = room.Slopes.AsSpan(0, all.Length);
        Critics.Slopes(room.Unit, JudgedIn(room, after), all, slopes, target: after, thread: room.Number);
        Worsen(all, slopes, Units, room.Unit, ActionLength, Setup.Hyperparameters["disturbance"]);
    }
}
