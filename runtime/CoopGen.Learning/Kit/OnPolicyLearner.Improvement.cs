namespace CoopGen.Learning;

/// <summary>How actors and critics follow some rows of a rollout.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Clip">How far the probability ratio may move with profit; infinite for the plain policy gradient.</param>
/// <param name="ValueClip">How far values may move with profit, in deviations; infinite for any.</param>
/// <param name="Entropy">Weight of the entropy.</param>
/// <param name="GradientNorm">Bound of the norm of each network's gradient.</param>
/// <param name="MostRows">Rows per step of a shared network at most, but no fewer than one agent's; where all agents have more, they take turns.</param>
public readonly record struct Improvement(double Rate, double Clip, double ValueClip, double Entropy, double GradientNorm, int MostRows = int.MaxValue);

public abstract partial class OnPolicyLearner
{
    private readonly Adam _actorAdam, _criticAdam;
    private readonly MlpGradient _actorGradient, _criticGradient;
    private readonly float[] _deviationGradient;
    private readonly float[] _ofActions, _ofValues = new float[MlpGradient.Chunk];

    /// <summary>
    /// Steps of the actors against −mean(min(ρA, clip(ρ, 1 − ε, 1 + ε)·A) + c·H), where ρ is the probability of what was played now over that when it was played, and as many of the
    /// critics against half the squared error of their values. On the first pass ρ is 1, so that without a bound this is the plain policy gradient −A·log π − c·H.
    /// </summary>
    /// <param name="size">Rows per step, in the order in which <see cref="RolloutLearner.Rows"/> has them; what is left over by whole steps is left out.</param>
    /// <param name="how">How.</param>
    /// <remarks>
    /// Units with networks of their own each have the loss they would have alone; those that share one, its mean. Actors and critics have nothing in common and go side by side, and wait for one
    /// another in the end only: where other work keeps the processor busy, waiting at every step would cost more than a second thread gives.
    /// </remarks>
    protected void Follow(int size, Improvement how)
    {
        var valueLoss = 0.0;
        var losses = default(Losses);
        Share(2, (part, _) =>
        {
            for (var at = 0; at + size <= Rows.Length; at += size)
                if (part == 0)
                    losses = StepActors(Rows.Slice(at, size), how);
                else
                    valueLoss = StepCritics(Rows.Slice(at, size), how);
        });
        Measure("policy_loss", losses.Policy);
        Measure("clip_fraction", losses.Clipped);
        Measure("value_loss", valueLoss);
        Measure("entropy", -losses.LogProbability);
    }

    /// <summary>[critics, rows + lanes, length]: what critics see.</summary>
    private protected ReadOnlySpan<float> JudgedArray => _judged;

    /// <summary>[critics, rows + lanes]: normalised values when the rollout was played.</summary>
    private protected ReadOnlySpan<float> ValueArray => _values;

    /// <summary>[critics, rows]: advantages.</summary>
    private protected ReadOnlySpan<float> AdvantageArray => _advantages;

    /// <summary>[critics, rows]: what values should be.</summary>
    private protected ReadOnlySpan<float> TargetArray => _targets;

    /// <summary>The derivative of −min(ρA, clip(ρ, 1 − ε, 1 + ε)·A) with respect to log ρ: −ρA where ρ may still move with profit, else 0.</summary>
    internal static float SurrogateGradient(float ratio, float advantage, float clip) =>
        (advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip) ? 0 : -ratio * advantage;

    /// <summary>The derivative of half the squared error of a value, where it may move by the clip from what it was with profit only.</summary>
    internal static float ValueGradient(float value, float before, float target, float clip)
    {
        var (error, clipped) = (value - target, Math.Clamp(value, before - clip, before + clip) - target);
        // The greater error counts; that of a clipped value does not move.
        return Math.Abs(error) >= Math.Abs(clipped) ? error : 0;
    }

    /// <summary>How many of some that share a network are learnt from at a step: at least one.</summary>
    private static int Some(int all, int groups, int rows, Improvement how) => groups == all ? all : Math.Clamp(how.MostRows / rows, 1, all);

    /// <summary>Which they are: a run of them, the next one at the next step.</summary>
    internal static int Turn(long step, int k, int some, int all) => (int)((step % all * some + k) % all);

    /// <returns>Means over the rows.</returns>
    private Losses StepActors(ReadOnlySpan<long> rows, Improvement how)
    {
        _actorGradient.Clear();
        Array.Clear(_deviationGradient);
        var (losses, actors) = (default(Losses), Some(Units, Actor.Groups, rows.Length, how));
        for (var first = 0; first < rows.Length; first += MlpGradient.Chunk)
            for (var k = 0; k < actors; k++)
                ImproveActor(Turn(_actorAdam.Steps, k, actors, Units), rows.Slice(first, Math.Min(MlpGradient.Chunk, rows.Length - first)), how, (float)Actor.Groups / actors / rows.Length, ref losses);
        _actorAdam.Step([.. _actorGradient.Gradients, _deviationGradient], how.Rate, how.GradientNorm);
        var all = (double)rows.Length * actors;
        return new() { Policy = losses.Policy / all, Clipped = losses.Clipped / all, LogProbability = losses.LogProbability / all };
    }

    /// <returns>Mean of half the squared errors.</returns>
    private double StepCritics(ReadOnlySpan<long> rows, Improvement how)
    {
        _criticGradient.Clear();
        var (loss, critics) = (0.0, Some(Critics, Critic.Groups, rows.Length, how));
        for (var first = 0; first < rows.Length; first += MlpGradient.Chunk)
            for (var k = 0; k < critics; k++)
                loss += ImproveCritic(Turn(_criticAdam.Steps, k, critics, Critics), rows.Slice(first, Math.Min(MlpGradient.Chunk, rows.Length - first)), how.ValueClip, (float)Critic.Groups / critics / rows.Length);
        _criticAdam.Step(_criticGradient.Gradients, how.Rate, how.GradientNorm);
        return loss / ((double)rows.Length * critics);
    }

    private void ImproveActor(int unit, ReadOnlySpan<long> rows, Improvement how, float weight, ref Losses losses)
    {
        var (inputs, length, each) = (Actor.Inputs, ActionLength, StepsPerRollout * Lanes);
        var group = Actor.Groups == 1 ? 0 : unit;
        Gather(InputArray, unit * (each + Lanes), inputs, rows, _actorGradient.Inputs(rows.Length));
        var means = _actorGradient.Forward(group);
        var deviation = LogDeviation.Of(group);
        var ofDeviation = _deviationGradient.AsSpan(group * length, length);
        var gradient = _ofActions.AsSpan(0, rows.Length * length);
        gradient.Clear();
        var advantages = _advantages.AsSpan((Critics == 1 ? 0 : unit) * each, each);
        for (var k = 0; k < rows.Length; k++)
        {
            var row = unit * each + (int)rows[k];
            var mean = means.Slice(k * length, length);
            var raw = RawArray.AsSpan(row * length, length);
            var of = gradient.Slice(k * length, length);
            var log = SquashedGaussian.LogProbability(mean, deviation, raw);
            var (ratio, advantage) = (MathF.Exp(log - LogProbabilityArray[row]), advantages[(int)rows[k]]);
            SquashedGaussian.AddLogProbabilityGradient(mean, deviation, raw, weight * SurrogateGradient(ratio, advantage, (float)how.Clip), of, ofDeviation);
            SquashedGaussian.AddEntropyGradient(mean, deviation, -weight * (float)how.Entropy, of, ofDeviation);
            var bounded = Math.Clamp(ratio, 1 - (float)how.Clip, 1 + (float)how.Clip);
            losses.Policy -= Math.Min(ratio * advantage, bounded * advantage);
            losses.Clipped += bounded == ratio ? 0 : 1;
            losses.LogProbability += log;
        }

        _actorGradient.Backward(gradient);
    }

    /// <summary>Adds to the critics' gradient.</summary>
    /// <returns>Sum of half the squared errors.</returns>
    private double ImproveCritic(int critic, ReadOnlySpan<long> rows, double clip, float weight)
    {
        var each = StepsPerRollout * Lanes;
        Gather(_judged, critic * (each + Lanes), Critic.Inputs, rows, _criticGradient.Inputs(rows.Length));
        var values = _criticGradient.Forward(Critic.Groups == 1 ? 0 : critic);
        var gradient = _ofValues.AsSpan(0, rows.Length);
        var before = _values.AsSpan(critic * (each + Lanes));
        var targets = _targets.AsSpan(critic * each);
        var sum = 0.0;
        for (var k = 0; k < rows.Length; k++)
        {
            var (value, target) = (values[k], targets[(int)rows[k]]);
            gradient[k] = weight * ValueGradient(value, before[(int)rows[k]], target, (float)clip);
            sum += 0.5 * (value - target) * (value - target);
        }

        _criticGradient.Backward(gradient);
        return sum;
    }

    private struct Losses
    {
        public double Policy, Clipped, LogProbability;
    }
}
