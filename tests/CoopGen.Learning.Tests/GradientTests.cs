using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

/// <summary>Gradients written out against those that TorchSharp derives.</summary>
public class GradientTests
{
    [Theory]
    [InlineData(Activation.Tanh, 1, 15, 64, 1)]
    [InlineData(Activation.Tanh, 3, 5, 37, 2)]
    [InlineData(Activation.Relu, 2, 130, 128, 18)]
    [InlineData(Activation.Relu, 1, 1, 16, 16)]
    public void Gradients_of_networks_are_TorchSharps(Activation activation, int groups, int inputs, int width, int outputs)
    {
        const int Rows = 71, Chunk = 30;
        var networks = new Mlp("net", groups, [inputs, width, width, outputs], activation);
        // With these draws no rectified unit lies so near to 0 that rounding decides on which side.
        var random = new RandomStream(2, "test");
        networks.Initialise(random, Initialisation.Uniform);
        float[] x = Normal(random, groups * Rows * inputs), ofOutputs = Normal(random, groups * Rows * outputs);
        var gradient = new MlpGradient(networks);
        var ofInputs = new float[x.Length];
        // What was computed for other weights is forgotten; chunks add up.
        for (var pass = 0; pass < 2; pass++)
        {
            gradient.Clear();
            for (var group = 0; group < groups; group++)
                for (var first = 0; first < Rows; first += Chunk)
                {
                    var (at, count) = (group * Rows + first, Math.Min(Chunk, Rows - first));
                    x.AsSpan(at * inputs, count * inputs).CopyTo(gradient.Inputs(count));
                    gradient.Forward(group);
                    gradient.Backward(ofOutputs.AsSpan(at * outputs, count * outputs));
                    gradient.Slopes(ofOutputs.AsSpan(at * outputs, count * outputs), 0, ofInputs.AsSpan(at * inputs, count * inputs));
                }

            if (pass == 0)
                networks.Initialise(random, Initialisation.Uniform);
        }

        using var scope = NewDisposeScope();
        var stack = new StackedMlp(networks);
        var rows = tensor(x, requires_grad: true);
        var loss = (stack.Forward(rows.view(groups, Rows, inputs)) * tensor(ofOutputs).view(groups, Rows, outputs)).sum();
        foreach (var (ours, theirs) in gradient.Gradients.Append(ofInputs).Zip(autograd.grad([loss], [.. stack.Tensors, rows])))
        {
            var expected = theirs.contiguous().data<float>().ToArray();
            // Single precision in another order of summation, of numbers as large as the greatest.
            var tolerance = 2e-5f * Math.Max(1, expected.Max(Math.Abs));
            Assert.All(expected.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, tolerance));
            Assert.Contains(expected, value => Math.Abs(value) > 0.1f);
        }
    }

    [Fact]
    public void Gradients_of_squashed_actions_are_TorchSharps()
    {
        float[] mean = [0.3f, -2, 1.1f], deviation = [-0.5f, 0.2f, -3], raw = [0.9f, -3.5f, 1.05f];
        float[] ofMean = new float[3], ofDeviation = new float[3], entropyMean = new float[3], entropyDeviation = new float[3];
        SquashedGaussian.AddLogProbabilityGradient(mean, deviation, raw, 2, ofMean, ofDeviation);
        SquashedGaussian.AddEntropyGradient(mean, deviation, 3, entropyMean, entropyDeviation);
        using var scope = NewDisposeScope();
        var (mu, sigma) = (tensor(mean, requires_grad: true), tensor(deviation, requires_grad: true));
        var log = SquashedGaussian.LogProbability(mu, sigma, tensor(raw));
        Assert.Equal(log.item<float>(), SquashedGaussian.LogProbability(mean, deviation, raw), 1e-5f);
        Same(2 * log, ofMean, ofDeviation);
        Same(3 * SquashedGaussian.Entropy(mu, sigma), entropyMean, entropyDeviation);

        void Same(Tensor value, float[] byMean, float[] byDeviation)
        {
            foreach (var (theirs, ours) in autograd.grad([value], [mu, sigma]).Zip(new[] { byMean, byDeviation }))
                // Relative precision of single numbers, the exponential of log σ being known to a few units in the last place.
                Assert.All(theirs.data<float>().ToArray().Zip(ours), pair => Assert.Equal(pair.First, pair.Second, 2e-5f * Math.Max(1, Math.Abs(pair.First))));
        }
    }

    [Theory]
    [InlineData(40, 8)]
    [InlineData(7, 3)]
    [InlineData(5, 5)]
    [InlineData(3, 1)]
    public void Agents_that_share_a_network_take_turns(int agents, int some)
    {
        var turns = new int[agents];
        for (var step = 0L; step < agents; step++)
        {
            int[] taken = [.. Enumerable.Range(0, some).Select(k => OnPolicyLearner.Turn(step, k, some, agents))];
            Assert.Equal(some, taken.Distinct().Count());
            foreach (var agent in taken)
                turns[agent]++;
        }

        Assert.All(turns, count => Assert.Equal(some, count));
    }

    [Fact]
    public void Slopes_of_drawn_actions_are_TorchSharps()
    {
        const float Temperature = 0.3f, Weight = 0.25f;
        // The last deviation lies beyond what is allowed and does not move.
        float[] mean = [0.3f, -2, 1.1f, 0], deviation = [-0.5f, 0.2f, -3, 2.5f], normal = [0.9f, -1.5f, 1.05f, 0.1f], slopes = [1.5f, -0.2f, 3, 1];
        var bounded = deviation.ToArray();
        SquashedGaussian.Bound(bounded);
        float[] raw = new float[4], action = new float[4], ofMean = new float[4], ofDeviation = new float[4];
        SquashedGaussian.Sample(mean, bounded, normal, raw, action);
        SquashedGaussian.SlopesOfDraw(deviation, normal, action, slopes, Temperature, Weight, ofMean, ofDeviation);
        using var scope = NewDisposeScope();
        var (mu, sigma) = (tensor(mean, requires_grad: true), tensor(deviation, requires_grad: true));
        var u = mu + SquashedGaussian.Bound(sigma).exp() * tensor(normal);
        var loss = Weight * (Temperature * SquashedGaussian.LogProbability(mu, SquashedGaussian.Bound(sigma), u) - (tensor(slopes) * u.tanh()).sum());
        var expected = autograd.grad([loss], [mu, sigma]);
        // Single precision, of numbers around 1.
        Assert.All(expected[0].data<float>().ToArray().Zip(ofMean), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.All(expected[1].data<float>().ToArray().Zip(ofDeviation), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(0, ofDeviation[3]);
    }

    [Fact]
    public void Gradients_of_clipped_losses_are_TorchSharps()
    {
        foreach (var ratio in new[] { 0.5f, 0.79f, 0.9f, 1, 1.1f, 1.21f, 2 })
            foreach (var advantage in new[] { -1.5f, 0.7f })
            {
                using var scope = NewDisposeScope();
                var log = tensor(MathF.Log(ratio), requires_grad: true);
                var loss = -minimum(log.exp() * advantage, log.exp().clamp(0.8, 1.2) * advantage);
                Assert.Equal(autograd.grad([loss], [log]).Single().item<float>(), OnPolicyLearner.SurrogateGradient(ratio, advantage, 0.2f), 1e-5f);
                Assert.Equal(-ratio * advantage, OnPolicyLearner.SurrogateGradient(ratio, advantage, float.PositiveInfinity));
            }

        foreach (var number in new[] { -1f, -0.1f, 0.05f, 0.4f, 1.3f })
            foreach (var target in new[] { -0.7f, 0.02f, 1.1f })
            {
                using var scope = NewDisposeScope();
                var value = tensor(number, requires_grad: true);
                var loss = 0.5 * maximum((value - target).square(), (0.1f + (value - 0.1f).clamp(-0.2, 0.2) - target).square());
                Assert.Equal(autograd.grad([loss], [value]).Single().item<float>(), OnPolicyLearner.ValueGradient(number, 0.1f, target, 0.2f), 1e-6f);
                Assert.Equal(number - target, OnPolicyLearner.ValueGradient(number, 0.1f, target, float.PositiveInfinity));
            }
    }

    [Theory]
    [InlineData(OnPolicyScheme.Independent, "IPPO")]
    [InlineData(OnPolicyScheme.Centralised, "MAPPO")]
    [InlineData(OnPolicyScheme.Joint, "JointPPO")]
    public void The_gradient_of_a_whole_step_is_TorchSharps(OnPolicyScheme scheme, string name)
    {
        var algorithm = AlgorithmInfo.All.Single(a => a.Name == name);
        var given = new Dictionary<string, double> { ["rollout"] = 200, ["environments"] = 4, ["hidden_width"] = 16 };
        var environment = CoopGen.EnvironmentRegistry.All.Single(e => e.Id == "PartnerHoldUp-v0").Create(new() { ["max_steps"] = 20 });
        using var probe = new Probe(new(environment, new(algorithm, given), 1, 1000), scheme);
        probe.Train(1);
        // Some probability ratios have moved beyond the clip, some have not.
        Assert.InRange(probe.Metrics["clip_fraction"], 0.05, 0.95);
        var path = Path.GetTempFileName();
        probe.Save(path);
        using var archive = Archive.Load(path);
        foreach (var (parameter, expected) in probe.Expected)
        {
            var found = new float[expected.Length];
            // Without decay Adam's first moment is the last gradient.
            archive.Exchange($"{parameter}.first", found);
            var tolerance = 5e-5f * Math.Max(0.01f, expected.Max(Math.Abs));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
            Assert.Contains(expected, value => value != 0);
        }

        File.Delete(path);
    }

    [Theory]
    [InlineData("ISAC", true, false)]
    [InlineData("MASAC", true, true)]
    [InlineData("JointSAC", false, true)]
    public void The_gradient_of_a_soft_actors_step_is_TorchSharps(string name, bool own, bool joint)
    {
        using var probe = new SoftProbe(OffPolicy(name), new(own, joint, Team: !own));
        SameMoments(probe, () => probe.Expected);
    }

    [Theory]
    [InlineData("MADDPG", 1)]
    [InlineData("MATD3", 2)]
    public void The_gradient_of_a_deterministic_actors_step_is_TorchSharps(string name, int twins)
    {
        using var probe = new DeterministicProbe(OffPolicy(name), twins);
        SameMoments(probe, () => probe.Expected);
    }

    [Theory]
    [InlineData("QMIX", 0)]
    [InlineData("QMIX", 1)]
    [InlineData("VDN", 0)]
    [InlineData("VDN", 1)]
    public void The_gradient_of_a_mixtures_step_is_TorchSharps(string name, int shared)
    {
        var (setup, step) = (OffPolicy(name, new() { ["share_parameters"] = shared, ["target_interval"] = 1000 }), new MixtureStep());
        using Learner probe = name == "QMIX" ? new MonotonicProbe(setup, step) : new SumProbe(setup, step);
        probe.Train(400);
        Assert.Equal(name == "QMIX" ? 12 : 6, step.Gradients.Count);
        foreach (var (expected, found) in step.Gradients)
        {
            var tolerance = 5e-5f * Math.Max(0.01f, expected.Max(Math.Abs));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
            Assert.Contains(expected, value => value != 0);
        }
    }

    private static TrainingSetup OffPolicy(string name, Dictionary<string, double>? more = null)
    {
        // More rows than are looked at together, and not a multiple of them; no bound on gradients.
        var given = new Dictionary<string, double> { ["environments"] = 4, ["learning_starts"] = 200, ["batch"] = 150, ["hidden_width"] = 16, ["gradient_norm"] = 1e9 };
        var environment = CoopGen.EnvironmentRegistry.All.Single(e => e.Id == "PartnerHoldUp-v0").Create(new() { ["max_steps"] = 20 });
        return new(environment, new(AlgorithmInfo.All.Single(a => a.Name == name), given.Concat(more ?? []).ToDictionary()), 1, 1000);
    }

    private static void SameMoments(Learner probe, Func<Dictionary<string, float[]>> expectations)
    {
        probe.Train(400);
        Assert.NotEmpty(expectations());
        using var archive = Saved(probe);
        foreach (var (parameter, expected) in expectations())
        {
            var found = new float[expected.Length];
            // After one step Adam's first moment is a tenth of the gradient.
            archive.Exchange($"actor.adam.{parameter}.first", found);
            var tolerance = 5e-5f * Math.Max(0.01f, expected.Max(Math.Abs));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, 10 * pair.Second, tolerance));
            Assert.Contains(expected, value => value != 0);
        }
    }

    private static Archive Saved(Learner learner)
    {
        var path = Path.GetTempFileName();
        learner.Save(path);
        var archive = Archive.Load(path);
        File.Delete(path);
        return archive;
    }

    /// <summary>A learner's critics as they are now.</summary>
    private static StackedMlp CriticsOf(Learner learner, int groups, int inputs)
    {
        var critics = new Mlp("critic", groups, [inputs, 16, 16, 1], Activation.Relu);
        using var archive = Saved(learner);
        archive.Exchange(critics.Parameters);
        return new(critics);
    }

    private static Mlp Copied(Mlp networks)
    {
        var copy = new Mlp("actor", networks.Groups, networks.Sizes, networks.Activation);
        copy.CopyFrom(networks);
        return copy;
    }

    /// <summary>[groups, rows]: what critics say of [rows, seen] and [rows, actions].</summary>
    private static Tensor Said(StackedMlp critics, Tensor seen, Tensor actions) =>
        critics.Forward(cat([seen, actions], -1).unsqueeze(0).expand(critics.Networks.Groups, -1, -1)).squeeze(-1);

    private static Dictionary<string, float[]> Gradients(Tensor loss, StackedMlp actor) =>
        actor.Networks.Parameters.Zip(autograd.grad([loss], [.. actor.Tensors])).ToDictionary(p => p.First.Name, p => p.Second.contiguous().data<float>().ToArray());

    /// <summary>Takes one step, and notes what TorchSharp says of its actors' gradient.</summary>
    private sealed class SoftProbe(TrainingSetup setup, OffPolicyScheme scheme) : SacLearner(setup, scheme)
    {
        private readonly bool _central = scheme is { Own: true, Joint: true };

        public Dictionary<string, float[]> Expected { get; private set; } = [];

        protected override void Learn(bool measure)
        {
            if (Expected.Count > 0)
                return;
            var (before, temperatures) = (Copied(Actor), Temperatures);
            base.Learn(measure);
            var (actor, length, judgedActions) = (new StackedMlp(before), ActionLength, (_central ? Units : 1) * ActionLength);
            var critics = CriticsOf(this, 2 * Units, JudgedLength + judgedActions);
            // The first numbers drawn were for the next step's actions.
            var (samples, noise) = (Random("samples"), new float[Units * Draws * length]);
            samples.FillNormal(noise);
            samples.FillNormal(noise);
            var outputs = actor.Forward(tensor(SeenByAll().ToArray()).view(Units, Draws, Inputs));
            var (mean, deviation) = (outputs.narrow(2, 0, length), SquashedGaussian.Bound(outputs.narrow(2, length, length)));
            var raw = mean + deviation.exp() * tensor(noise).view(Units, Draws, length);
            var (actions, logs, loss) = (raw.tanh(), SquashedGaussian.LogProbability(mean, deviation, raw), zeros(1));
            for (var unit = 0; unit < Units; unit++)
            {
                var all = !_central ? actions[unit] : cat([.. Enumerable.Range(0, Units).Select(other => other == unit ? actions[other] : actions[other].detach())], -1);
                var said = Said(critics, tensor(JudgedBy(unit).ToArray()).view(Draws, JudgedLength), all);
                // In the units that values have after the critics' step.
                var temperature = temperatures[unit] / Unit(unit);
                loss += (temperature * logs[unit] - minimum(said[unit], said[Units + unit])).mean();
            }

            Expected = Gradients(loss, actor);
        }
    }

    /// <summary>As <see cref="SoftProbe"/>.</summary>
    private sealed class DeterministicProbe(TrainingSetup setup, int twins) : DdpgLearner(setup, twins)
    {
        private readonly int _twins = twins;

        public Dictionary<string, float[]> Expected { get; private set; } = [];

        protected override void Learn(bool measure)
        {
            if (Expected.Count > 0)
                return;
            var before = Copied(Actor);
            base.Learn(measure);
            var (actor, loss) = (new StackedMlp(before), zeros(1));
            var critics = CriticsOf(this, _twins * Units, JudgedLength + Units * ActionLength);
            var raw = actor.Forward(tensor(SeenByAll().ToArray()).view(Units, Draws, Inputs));
            var played = tensor(PlayedArray.ToArray()).view(Units, Draws, ActionLength);
            var judged = tensor(JudgedBy(0).ToArray()).view(Draws, JudgedLength);
            for (var unit = 0; unit < Units; unit++)
            {
                var all = cat([.. Enumerable.Range(0, Units).Select(other => other == unit ? raw[other].tanh() : played[other])], -1);
                loss += Setup.Hyperparameters["saturation_penalty"] * raw[unit].square().mean() - Said(critics, judged, all)[unit].mean();
            }

            Expected = Gradients(loss, actor);
        }
    }

    private sealed class MonotonicProbe(TrainingSetup setup, MixtureStep step) : QMIX(setup)
    {
        protected override void Learn(bool measure) =>
            step.Take(this, () => base.Learn(measure), () => Unit(0), () => new([.. SeenByAll()], [.. SeenByAll(after: true)], [.. JudgedBy(0)], [.. JudgedBy(0, after: true)], [.. PlayedArray], [.. RewardArray], [.. ContinueArray]));
    }

    private sealed class SumProbe(TrainingSetup setup, MixtureStep step) : VDN(setup)
    {
        protected override void Learn(bool measure) =>
            step.Take(this, () => base.Learn(measure), () => Unit(0), () => new([.. SeenByAll()], [.. SeenByAll(after: true)], [], [], [.. PlayedArray], [.. RewardArray], [.. ContinueArray]));
    }

    private sealed record MixtureDraw(float[] Seen, float[] SeenAfter, float[] Judged, float[] JudgedAfter, float[] Played, float[] Rewards, float[] Continues);

    /// <summary>The fourth step, which begins with weights that are not their targets; none follows. TorchSharp's gradient of every parameter beside ours.</summary>
    private sealed class MixtureStep
    {
        private int _steps;

        public List<(float[] Expected, float[] Found)> Gradients { get; } = [];

        public void Take(Learner learner, Action learn, Func<double> unit, Func<MixtureDraw> draw)
        {
            if (++_steps > 4)
                return;
            using var before = Saved(learner);
            var unitBefore = unit();
            learn();
            if (_steps < 4)
                return;
            using var after = Saved(learner);
            Compare(learner, before, after, (float)(unitBefore / unit()), draw());
        }

        private void Compare(Learner learner, Archive before, Archive after, float factor, MixtureDraw draw)
        {
            var (environment, networks, draws) = (learner.Setup.Environment, learner.Policy().Networks, draw.Rewards.Length);
            var (n, d, width) = (environment.AgentCount, environment.ActionDimensions, (int)learner.Setup.Hyperparameters.Values.GetValueOrDefault("mixer_width"));
            var (own, target, mixers) = (Named("utilities", networks.Groups, networks.Sizes), Named("target_utilities", networks.Groups, networks.Sizes), new List<StackedMlp>());
            foreach (var name in width > 0 ? ["mixer", "target_mixer"] : Array.Empty<string>())
                mixers.AddRange([Named($"{name}.weights", 1, [draw.Judged.Length / draws, (n * d + 2) * width]), Named($"{name}.offset", 1, [draw.Judged.Length / draws, width, 1])]);
            var played = tensor(draw.Played).to(ScalarType.Int64).view(n, draws, d, 1);
            Tensor goals;
            using (no_grad())
            {
                var best = Said(own, draw.SeenAfter).argmax(-1, keepdim: true);
                goals = factor * (tensor(draw.Rewards) + learner.Setup.Hyperparameters["discount"] * tensor(draw.Continues) * Mixed(Said(target, draw.SeenAfter).gather(-1, best), draw.JudgedAfter, 2));
                // In the units that values have from now on.
                for (var group = 0; width == 0 && group < networks.Groups; group++)
                    own.Networks.Rescale(group, factor);
                foreach (var weights in mixers.Take(1).SelectMany(m => m.Tensors))
                    weights.narrow(-1, (n * d + 1) * width, width).mul_(factor);
                foreach (var offset in mixers.Skip(1).Take(1))
                    offset.Networks.Rescale(0, factor);
            }

            var loss = (Mixed(Said(own, draw.Seen).gather(-1, played), draw.Judged, 0) - goals).square().mean();
            StackedMlp[] learnt = [own, .. mixers.Take(2)];
            foreach (var (parameter, gradient) in learnt.SelectMany(l => l.Networks.Parameters).Zip(autograd.grad([loss], [.. learnt.SelectMany(l => l.Tensors)])))
            {
                var (first, last, adam) = (new float[parameter.Values.Length], new float[parameter.Values.Length], parameter.Name[0] == 'u' ? "adam" : "mixer.adam");
                before.Within(adam).Exchange($"{parameter.Name}.first", first);
                after.Within(adam).Exchange($"{parameter.Name}.first", last);
                // Adam's first moment keeps nine tenths of what it was.
                Gradients.Add(([.. gradient.contiguous().data<float>()], [.. last.Zip(first, (l, f) => 10 * l - 9 * f)]));
            }

            StackedMlp Named(string name, int groups, IReadOnlyList<int> sizes)
            {
                var named = new Mlp(name, groups, sizes, Activation.Relu);
                before.Exchange(named.Parameters);
                return new(named);
            }

            Tensor Said(StackedMlp by, float[] seen) => by.Forward(tensor(seen).view(networks.Groups, -1, networks.Inputs)).view(n, draws, d, -1);

            Tensor Mixed(Tensor utilities, float[] judged, int by)
            {
                var listed = utilities.squeeze(-1).permute(1, 0, 2).reshape(draws, -1);
                if (width == 0)
                    return listed.sum(-1);
                var state = tensor(judged).view(1, draws, -1);
                var given = mixers[by].Forward(state)[0];
                var hidden = listed.unsqueeze(1).matmul(given.narrow(1, 0, n * d * width).abs().view(draws, n * d, width)).squeeze(1) + given.narrow(1, n * d * width, width);
                return (nn.functional.elu(hidden, 1) * given.narrow(1, (n * d + 1) * width, width).abs()).sum(1) + mixers[by + 1].Forward(state)[0].squeeze(-1);
            }
        }
    }

    /// <summary>Takes two steps after each rollout, and notes what TorchSharp says of the second one's gradient.</summary>
    private sealed class Probe(TrainingSetup setup, OnPolicyScheme scheme) : OnPolicyLearner(setup, scheme, beta1: 0)
    {
        public Dictionary<string, float[]> Expected { get; } = [];

        protected override void Improve()
        {
            var how = new Improvement(0.02, 0.2, 0.2, 0.05, 1e9);
            Follow(Rows.Length, how);
            Expect();
            Follow(Rows.Length, how);
        }

        private void Expect()
        {
            var (rows, actor, logDeviation) = (tensor(Rows.ToArray()), new StackedMlp(Actor), LogDeviation.AsTensor(Actor.Groups, 1, ActionLength));
            var (mean, deviation) = (actor.ForUnits(tensor(InputArray).view(Units, -1, Actor.Inputs).index_select(1, rows)), logDeviation.expand(Units, 1, ActionLength));
            var (raw, before) = (tensor(RawArray).view(Units, -1, ActionLength), tensor(LogProbabilityArray.ToArray()).view(Units, -1));
            var ratio = (SquashedGaussian.LogProbability(mean, deviation, raw.index_select(1, rows)) - before.index_select(1, rows)).exp();
            var advantages = tensor(AdvantageArray.ToArray()).view(Critics, -1).index_select(1, rows);
            var gain = minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages) + 0.05 * SquashedGaussian.Entropy(mean, deviation);
            Note("actor.adam", gain.mean([1]).sum() * -((double)Actor.Groups / Units), Actor.Parameters.Append(LogDeviation), actor.Tensors.Append(logDeviation));
            var network = new StackedMlp(Critic);
            var seen = tensor(JudgedArray.ToArray()).view(Critics, -1, Critic.Inputs).index_select(1, rows);
            var (values, valuesBefore) = (network.ForUnits(seen).squeeze(-1), tensor(ValueArray.ToArray()).view(Critics, -1).index_select(1, rows));
            var targets = tensor(TargetArray.ToArray()).view(Critics, -1).index_select(1, rows);
            var error = maximum((values - targets).square(), (valuesBefore + (values - valuesBefore).clamp(-0.2, 0.2) - targets).square());
            Note("critic.adam", error.mean([1]).sum() * (0.5 * Critic.Groups / Critics), Critic.Parameters, network.Tensors);
        }

        private void Note(string optimizer, Tensor loss, IEnumerable<Parameter> parameters, IEnumerable<Tensor> tensors)
        {
            foreach (var (parameter, gradient) in parameters.Zip(autograd.grad([loss], [.. tensors])))
                Expected[$"{optimizer}.{parameter.Name}"] = gradient.contiguous().data<float>().ToArray();
        }
    }

    private static float[] Normal(RandomStream random, int length)
    {
        var values = new float[length];
        random.FillNormal(values);
        return values;
    }
}
