using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Minimax multi-agent deep deterministic policy gradient (Li et al. 2019, "Robust multi-agent reinforcement learning via minimax deep deterministic policy gradient", AAAI 33):
/// <see cref="DdpgLearner"/> in which every agent expects others to do what is worse for it. Others' actions aⱼ, at the next step and where the policy is judged, become
/// aⱼ − ε·g/|g| with g = ∂qᵢ/∂aⱼ: one step of gradient descent instead of the least value over all they could do (the paper calls this multi-agent adversarial learning).
/// </summary>
/// <remarks>Deviations from the paper: disturbed actions are clipped to the box; one ε for all pairs of agents; otherwise as in <see cref="MADDPG"/>.</remarks>
public sealed class M3DDPG(TrainingSetup setup) : DdpgLearner(setup, twins: 1)
{
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

    /// <summary>Others' actions a step down each agent's critic.</summary>
    /// <param name="all">[agents, draws, n·d]: all actions within [−1, 1] as each agent's critic sees them.</param>
    /// <param name="slots">[agents, 1, n·d]: 1 where they are the agent's own.</param>
    /// <param name="critic">Values [agents, draws] of such actions.</param>
    /// <param name="step">ε: length of each other agent's step.</param>
    /// <returns>[agents, draws, n·d]; its gradient is that of the actions given.</returns>
    public static Tensor Worsen(Tensor all, Tensor slots, Func<Tensor, Tensor> critic, double step)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(critic);
        var at = all.detach().requires_grad_();
        var gradient = autograd.grad([critic(at).sum()], [at])[0];
        // Of length 1 per agent, as in the authors' program: the gradient's own length would depend on the units of values.
        var each = gradient.reshape(gradient.shape[0], gradient.shape[1], gradient.shape[0], -1);
        var goal = (at.detach() - Kept(step) * (each / (each.Squared().sum([-1], keepdim: true).sqrt().Plus(Kept(1e-12)))).reshape(gradient.shape)).clamp(Kept(-1), Kept(1));
        return all - (slots - Kept(1)) * (goal - at.detach());
    }

    /// <inheritdoc/>
    protected override Tensor Judge(Tensor next) =>
        Worsen(Together(next).expand(Units, -1, -1), Slots, all => Critics.Least(JudgedAfter, all, target: true), Setup.Hyperparameters["disturbance"]);

    /// <inheritdoc/>
    protected override Tensor Disturb(Tensor all) => Worsen(all, Slots, actions => Critics.Least(Judged, actions), Setup.Hyperparameters["disturbance"]);
}
