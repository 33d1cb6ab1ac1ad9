using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

/// <summary>
/// A whole step of off-policy learners - goals, critics, policies, temperatures, targets - against what TorchSharp makes of the weights before it and of what was drawn from the buffer. It is the
/// fourth: weights are no longer their targets, nor are temperatures, or units of values, alike.
/// </summary>
public class OffPolicyStepTests
{
    private const float Discount = 0.99f;
    private const int Width = 16;

    [Theory]
    [InlineData("ISAC", false)]
    [InlineData("JointSAC", false)]
    [InlineData("MASAC", true)]
    public void A_soft_step_is_TorchSharps(string name, bool central)
    {
        using var step = new Step(name);
        using var scope = NewDisposeScope();
        var critics = new Judges(step, twins: 2, central);
        var (actor, samples, logTemperatures) = (step.Networks("actor", step.Before, step.Units, step.Seen().shape[2], 2 * step.Length), new RandomStream(step.Learner.Setup.Seed, "samples"), new Parameter("log_temperature", step.Units, 1));
        samples.Exchange(step.Before, "samples");
        step.Before.Exchange(logTemperatures);
        // The first numbers drawn are for the next step's actions.
        var (next, nextLogs) = Drawn(after: true);
        var (now, logs) = Drawn(after: false);
        critics.Check(unit => critics.Least(critics.Targets, unit, critics.Together(next, unit), after: true) - MathF.Exp(logTemperatures.Values[unit]) * nextLogs[unit]);
        var loss = zeros(1);
        for (var unit = 0; unit < step.Units; unit++)
        {
            // In the units that values have after the critics' step.
            var temperature = MathF.Exp(logTemperatures.Values[unit]) * step.Factor(unit);
            loss += (temperature * logs[unit] - critics.Least(critics.Present, unit, critics.Together(step.Alone(now, now, unit), unit), after: false)).mean();
        }

        step.SameGradients("actor.adam", loss, [actor]);
        float[] ofTemperatures = [.. logs.mean([1]).data<float>().ToArray().Select(log => -(log - step.Length))];
        SteppedGradients.Same(ofTemperatures, SteppedGradients.Last(step.Before, step.After, "temperature.adam.log_temperature", step.Units));
        critics.CheckTargets();

        (Tensor Actions, Tensor Logs) Drawn(bool after)
        {
            var noise = new float[step.Units * step.Draws * step.Length];
            samples.FillNormal(noise);
            var outputs = actor.Forward(step.Seen(after));
            var (mean, deviation) = (outputs.narrow(2, 0, step.Length), SquashedGaussian.Bound(outputs.narrow(2, step.Length, step.Length)));
            var raw = mean + deviation.exp() * tensor(noise).view(mean.shape);
            return (raw.tanh(), SquashedGaussian.LogProbability(mean, deviation, raw));
        }
    }

    [Theory]
    [InlineData("MADDPG", 1)]
    [InlineData("MATD3", 2)]
    [InlineData("M3DDPG", 1)]
    public void A_deterministic_step_is_TorchSharps(string name, int twins)
    {
        using var step = new Step(name);
        using var scope = NewDisposeScope();
        var (critics, inputs) = (new Judges(step, twins, central: true), step.Seen().shape[2]);
        StackedMlp actor = step.Networks("actor", step.Before, step.Units, inputs, step.Length), slow = step.Networks("target_actor", step.Before, step.Units, inputs, step.Length);
        var next = slow.Forward(step.Seen(after: true)).tanh();
        if (name == "MATD3")
        {
            var (stream, noise) = (new RandomStream(step.Learner.Setup.Seed, "smoothing"), new float[next.numel()]);
            stream.Exchange(step.Before, "smoothing");
            stream.FillNormal(noise);
            next = (next + (step.Hyper("target_noise") * tensor(noise).view(next.shape)).clamp(-step.Hyper("target_noise_clip"), step.Hyper("target_noise_clip"))).clamp(-1, 1);
            // Either bound matters.
            Assert.Contains(noise, normal => Math.Abs(step.Hyper("target_noise") * normal) > step.Hyper("target_noise_clip"));
            Assert.Contains(next.detach().contiguous().data<float>().ToArray(), action => Math.Abs(action) == 1);
        }

        critics.Check(unit => critics.Least(critics.Targets, unit, Worst(critics.Targets, unit, next, after: true), after: true));
        var (raw, loss) = (actor.Forward(step.Seen()), zeros(1));
        for (var unit = 0; unit < step.Units; unit++)
        {
            var said = critics.Said(critics.Present, unit, Worst(critics.Present, unit, step.Alone(raw.tanh(), step.Played, unit), after: false), after: false);
            loss += step.Hyper("saturation_penalty") * raw[unit].square().mean() - said[0].mean();
        }

        step.SameGradients("actor.adam", loss, [actor]);
        critics.CheckTargets();
        step.SameTargets("target_actor", slow, step.Networks("actor", step.After, step.Units, inputs, step.Length));

        // Others' actions a step of length ε down a unit's critic.
        Tensor Worst(StackedMlp by, int unit, Tensor actions, bool after)
        {
            var all = critics.Together(actions, unit);
            if (name != "M3DDPG")
                return all;
            var moved = all.detach().requires_grad_();
            var slopes = autograd.grad([critics.Said(by, unit, moved, after)[0].sum()], [moved])[0].view(step.Draws, step.Units, step.Length);
            var others = ones(1, step.Units, 1);
            others.select(1, unit).zero_();
            var down = step.Hyper("disturbance") * others * slopes / slopes.norm(-1, keepdim: true, 2);
            return (all - down.view(all.shape)).clamp(-1, 1);
        }
    }

    [Theory]
    [InlineData("QMIX", 0)]
    [InlineData("QMIX", 1)]
    [InlineData("VDN", 0)]
    [InlineData("VDN", 1)]
    public void A_mixtures_step_is_TorchSharps(string name, int shared)
    {
        using var step = new Step(name, new() { ["share_parameters"] = shared });
        using var scope = NewDisposeScope();
        var (n, draws, d, width, groups, bins) = (step.Units, step.Draws, step.Length, (int)step.Hyper("mixer_width"), shared == 1 ? 1 : step.Units, (int)step.Hyper("bins"));
        var (own, target, mixers) = (Utilities("utilities"), Utilities("target_utilities"), new List<StackedMlp>());
        foreach (var mixer in width > 0 ? ["mixer", "target_mixer"] : Array.Empty<string>())
            mixers.AddRange([Named($"{mixer}.weights", 1, step.Judged(0).shape[1], (n * d + 2) * width), Named($"{mixer}.offset", 1, step.Judged(0).shape[1], width, 1)]);
        Tensor goals;
        using (no_grad())
        {
            var best = Said(own, after: true).argmax(-1, keepdim: true);
            goals = step.Factor(0) * (step.Rewards[0] + Discount * step.Continues * Mixed(Said(target, after: true).gather(-1, best), after: true, 2));
            // In the units that values have from now on.
            for (var group = 0; width == 0 && group < groups; group++)
                own.Networks.Rescale(group, step.Factor(0));
            foreach (var weights in mixers.Take(1).SelectMany(m => m.Tensors))
                weights.narrow(-1, (n * d + 1) * width, width).mul_(step.Factor(0));
            foreach (var offset in mixers.Skip(1).Take(1))
                offset.Networks.Rescale(0, step.Factor(0));
        }

        var loss = (Mixed(Said(own, after: false).gather(-1, step.Played.to(ScalarType.Int64).unsqueeze(-1)), after: false, 0) - goals).square().mean();
        step.SameGradients("adam", loss, [own]);
        if (width > 0)
            step.SameGradients("mixer.adam", loss, mixers.Take(2));

        StackedMlp Utilities(string called) => Named(called, groups, step.Seen().shape[2], Width, Width, d * bins);

        StackedMlp Named(string called, int count, params long[] sizes)
        {
            var networks = new Mlp(called, count, Array.ConvertAll(sizes, size => (int)size), Activation.Relu);
            step.Before.Exchange(networks.Parameters);
            return new(networks);
        }

        Tensor Said(StackedMlp by, bool after) => by.Forward(step.Seen(after).view(groups, -1, by.Networks.Inputs)).view(n, draws, d, bins);

        Tensor Mixed(Tensor utilities, bool after, int by)
        {
            var listed = utilities.squeeze(-1).permute(1, 0, 2).reshape(draws, -1);
            if (width == 0)
                return listed.sum(-1);
            var state = step.Judged(0, after).unsqueeze(0);
            var given = mixers[by].Forward(state)[0];
            var hidden = listed.unsqueeze(1).matmul(given.narrow(1, 0, n * d * width).abs().view(draws, n * d, width)).squeeze(1) + given.narrow(1, n * d * width, width);
            return (nn.functional.elu(hidden, 1) * given.narrow(1, (n * d + 1) * width, width).abs()).sum(1) + mixers[by + 1].Forward(state)[0].squeeze(-1);
        }
    }

    /// <summary>The critics of a step, and what they judge.</summary>
    private sealed class Judges
    {
        private readonly Step _step;
        private readonly StackedMlp _before;
        private readonly int _twins;
        private readonly bool _central;

        public Judges(Step step, int twins, bool central)
        {
            (_step, _twins, _central) = (step, twins, central);
            var inputs = step.Judged(0).shape[1] + (central ? step.Units : 1) * step.Length;
            (_before, Targets, Present) = (Named("critic", step.Before), Named("target_critic", step.Before), Named("critic", step.After));

            StackedMlp Named(string name, Archive archive) => step.Networks(name, archive, twins * step.Units, inputs, 1);
        }

        /// <summary>The targets before the step.</summary>
        public StackedMlp Targets { get; }

        /// <summary>The critics after the step.</summary>
        public StackedMlp Present { get; }

        /// <summary>[draws, actions]: what the unit's critic judges of [units, draws, actions].</summary>
        public Tensor Together(Tensor actions, int unit) => _central ? actions.permute(1, 0, 2).reshape(_step.Draws, -1) : actions[unit];

        /// <summary>[twins, draws]: what the unit's critics say.</summary>
        public Tensor Said(StackedMlp by, int unit, Tensor actions, bool after)
        {
            var rows = cat([_step.Judged(unit, after), actions], -1).unsqueeze(0).expand(by.Networks.Groups, -1, -1);
            return by.Forward(rows).squeeze(-1).view(_twins, _step.Units, -1).select(1, unit);
        }

        /// <summary>[draws]: the lesser of what the unit's critics say.</summary>
        public Tensor Least(StackedMlp by, int unit, Tensor actions, bool after) => Said(by, unit, actions, after).amin([0]);

        /// <summary>Compares goals, and the critics' gradients towards them.</summary>
        /// <param name="following">[draws]: of a unit, what follows the step, in the units that values had.</param>
        public void Check(Func<int, Tensor> following)
        {
            var loss = zeros(1);
            Rescale(_before);
            for (var unit = 0; unit < _step.Units; unit++)
            {
                var goals = (_step.Factor(unit) * (_step.Rewards[unit] + Discount * _step.Continues * following(unit))).detach();
                // Numbers around 1, by sums of up to 25 products in single precision.
                Assert.All(goals.data<float>().ToArray().Zip(_step.GoalsOf(unit)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Max(1, Math.Abs(pair.First))));
                loss += (Said(_before, unit, Together(_step.Played, unit), after: false) - goals).square().mean([1]).sum();
            }

            _step.SameGradients("critic.adam", loss, [_before]);
        }

        /// <summary>Compares the targets after the step.</summary>
        public void CheckTargets()
        {
            Rescale(Targets);
            _step.SameTargets("target_critic", Targets, Present);
        }

        private void Rescale(StackedMlp networks)
        {
            for (var network = 0; network < networks.Networks.Groups; network++)
                networks.Networks.Rescale(network, _step.Factor(network % _step.Units));
        }
    }

    /// <summary>A learner that has taken its fourth step: what it was before, what it drew, and what it is after it.</summary>
    private sealed class Step : IDisposable
    {
        private readonly OffPolicyLearner _learner;
        private readonly double[] _factors;

        public Step(string name, Dictionary<string, double>? more = null)
        {
            var algorithm = AlgorithmInfo.All.Single(a => a.Name == name);
            // At most one step per iteration, of 128; more rows than are looked at together, and not a multiple of them; no bound on gradients; rates with which three steps go far.
            var given = new Dictionary<string, double>
            {
                ["environments"] = 4,
                ["update_ratio"] = 1.0 / 128,
                ["learning_starts"] = 200,
                ["buffer"] = 2000,
                ["batch"] = 150,
                ["hidden_width"] = Width,
                ["gradient_norm"] = 1e9,
                ["discount"] = Discount,
                ["learning_rate"] = 1e-2,
                ["critic_learning_rate"] = 1e-2,
                ["temperature_learning_rate"] = 0.1,
                ["final_target_entropy"] = -1,
                ["target_rate"] = 0.05,
                ["target_interval"] = 1000,
                ["disturbance"] = 0.1,
                ["target_noise"] = 0.6,
                ["target_noise_clip"] = 0.95,
            };
            var known = given.Where(p => algorithm.Hyperparameters.Any(h => h.Name == p.Key)).Concat(more ?? []).ToDictionary();
            // Three agents with two dimensions each.
            _learner = (OffPolicyLearner)algorithm.Start(new TestSpecs.CommonsEnvironment(), 1, 10_000, known);
            Before = SteppedGradients.Saved(_learner);
            for (var steps = 0; steps < 4; steps += _learner.Metrics.ContainsKey("value_loss") ? 1 : 0)
            {
                Before.Dispose();
                Before = SteppedGradients.Saved(_learner);
                _learner.Train(_learner.Steps + 1);
            }

            After = SteppedGradients.Saved(_learner);
            (Units, Draws) = (_learner.Policy().Shape.Joint ? 1 : 3, 150);
            Length = 3 * 2 / Units;
            (Played, Rewards, Continues) = (tensor(PlayedArray(_learner).ToArray()).view(Units, Draws, Length), tensor(RewardArray(_learner).ToArray()).view(-1, Draws), tensor(ContinueArray(_learner).ToArray()));
            Assert.InRange(Continues.mean().item<float>(), 0.2f, 0.98f);
            var (before, after) = (new double[Rewards.shape[0]], new double[Rewards.shape[0]]);
            Before.Within("rewards").Exchange("deviation", before);
            After.Within("rewards").Exchange("deviation", after);
            _factors = [.. before.Zip(after, (b, a) => b / a)];
        }

        public Learner Learner => _learner;

        public Archive Before { get; }

        public Archive After { get; }

        public int Units { get; }

        public int Draws { get; }

        /// <summary>Length of a unit's action.</summary>
        public int Length { get; }

        /// <summary>[units, draws, actions].</summary>
        public Tensor Played { get; }

        /// <summary>[streams, draws].</summary>
        public Tensor Rewards { get; }

        /// <summary>[draws].</summary>
        public Tensor Continues { get; }

        public float Hyper(string name) => (float)_learner.Setup.Hyperparameters.Values.GetValueOrDefault(name);

        /// <summary>What a stream's values are multiplied with in the step.</summary>
        public float Factor(int stream) => (float)_factors[stream];

        /// <summary>[units, draws, length].</summary>
        public Tensor Seen(bool after = false) => tensor(SeenByAll(_learner, after).ToArray()).view(Units, Draws, -1);

        /// <summary>[draws, length].</summary>
        public Tensor Judged(int unit, bool after = false) => tensor(JudgedBy(_learner, unit, after).ToArray()).view(Draws, -1);

        /// <summary>[draws]: what the learner took for a unit's goals.</summary>
        public float[] GoalsOf(int unit) => Goals((OffPolicyActorCritic)_learner).AsSpan(unit * Draws, Draws).ToArray();

        /// <summary>[units, draws, actions]: a unit's own beside others', which no gradient reaches.</summary>
        public Tensor Alone(Tensor own, Tensor others, int unit) => stack([.. Enumerable.Range(0, Units).Select(other => other == unit ? own[other] : others[other].detach())]);

        public StackedMlp Networks(string name, Archive archive, int groups, long inputs, int outputs)
        {
            var networks = new Mlp(name, groups, [(int)inputs, Width, Width, outputs], Activation.Relu);
            archive.Exchange(networks.Parameters);
            return new(networks);
        }

        /// <summary>Compares the gradient that an optimiser went against with that of a loss.</summary>
        public void SameGradients(string optimizer, Tensor loss, IEnumerable<StackedMlp> networks)
        {
            foreach (var (parameter, gradient) in networks.SelectMany(n => n.Networks.Parameters).Zip(autograd.grad([loss], [.. networks.SelectMany(n => n.Tensors)], retain_graph: true)))
                SteppedGradients.Same(gradient.contiguous().data<float>().ToArray(), SteppedGradients.Last(Before, After, $"{optimizer}.{parameter.Name}", parameter.Values.Length));
        }

        /// <summary>Compares targets after the step with what they were, in the units that values have after it, and what they follow.</summary>
        public void SameTargets(string name, StackedMlp before, StackedMlp followed)
        {
            var found = Networks(name, After, before.Networks.Groups, before.Networks.Inputs, before.Networks.Outputs);
            foreach (var ((from, to), target) in before.Networks.Parameters.Zip(followed.Networks.Parameters).Zip(found.Networks.Parameters))
                for (var k = 0; k < target.Values.Length; k++)
                    // Single precision of numbers below 1.
                    Assert.Equal(from.Values[k] + 0.05f * (to.Values[k] - from.Values[k]), target.Values[k], 1e-6f);
        }

        public void Dispose()
        {
            _learner.Dispose();
            Before.Dispose();
            After.Dispose();
        }

        // What a learner drew stays in it until the next draw, for nobody but learners to see.
        [UnsafeAccessor(UnsafeAccessorKind.Method)]
        private static extern ReadOnlySpan<float> SeenByAll(OffPolicyLearner learner, bool after);

        [UnsafeAccessor(UnsafeAccessorKind.Method)]
        private static extern ReadOnlySpan<float> JudgedBy(OffPolicyLearner learner, int unit, bool after);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_PlayedArray")]
        private static extern ReadOnlySpan<float> PlayedArray(OffPolicyLearner learner);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_RewardArray")]
        private static extern ReadOnlySpan<float> RewardArray(OffPolicyLearner learner);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ContinueArray")]
        private static extern ReadOnlySpan<float> ContinueArray(OffPolicyLearner learner);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Goals")]
        private static extern float[] Goals(OffPolicyActorCritic learner);
    }
}
