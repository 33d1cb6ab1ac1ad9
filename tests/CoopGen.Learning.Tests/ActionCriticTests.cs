using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

/// <summary>Steps of actors with bins and of critics of actions against those that TorchSharp derives.</summary>
public class ActionCriticTests
{
    // Differences of values in single precision, over what they spread: up to 1.3e-5 of the greatest.
    private const float OfValues = 5e-5f;

    [Theory]
    [InlineData(0)]
    [InlineData(1e-30)]
    [InlineData(0.3)]
    public void Gradients_of_bins_are_TorchSharps(double exploration)
    {
        // Some bins are so unlikely that their probability is nothing in single precision; more numbers than a vector takes.
        const int BinCount = 5;
        float[] logits = [0.3f, -2, 1.1f, 0, 4, -150, 3, 0, 20, 1, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, -200, 100, 0, 0, 0], advantages = [1.5f, -2, 0.7f, 3];
        int[] bins = [2, 4, 0, 1];
        float[] logs = [.. logits], probabilities = new float[logits.Length], mixed = new float[logits.Length], found = new float[logits.Length];
        Categorical.LogSoftmax(logs, BinCount, probabilities);
        Categorical.Mix(logs, BinCount, exploration, mixed);
        var entropy = 0f;
        for (var row = 0; row < bins.Length; row++)
        {
            var at = row * BinCount;
            entropy += Categorical.Gradient(logs.AsSpan(at, BinCount), probabilities.AsSpan(at, BinCount), mixed.AsSpan(at, BinCount), bins[row], exploration, advantages[row], 0.2f, found.AsSpan(at, BinCount));
        }

        using var scope = NewDisposeScope();
        // Double precision, in which TorchSharp does not lose what is unlikely.
        var z = tensor(Array.ConvertAll(logits, x => (double)x), requires_grad: true);
        var log = Mixed(z.view(-1, BinCount), exploration);
        var entropies = -(log.exp() * log).sum(-1);
        var gain = log.gather(-1, tensor(Array.ConvertAll(bins, b => (long)b)).unsqueeze(-1)).squeeze(-1) * tensor(advantages);
        var expected = autograd.grad([(gain + 0.2 * entropies).sum()], [z])[0].data<double>().ToArray();
        // Single precision of numbers around 1, and of logarithms around 100 in exponents.
        Assert.Equal(entropies.sum().item<double>(), entropy, 1e-5);
        Assert.All(log.view(-1).data<double>().ToArray().Zip(mixed), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    [Theory]
    [InlineData("COMA", false)]
    [InlineData("COMA", true)]
    [InlineData("MeanFieldAC", false)]
    [InlineData("MeanFieldAC", true)]
    public void The_gradients_of_a_rollout_are_TorchSharps(string name, bool shared)
    {
        // Three agents with two dimensions each; more rows than are looked at together, and not a multiple of them; one step of critics and actors; no bound on gradients.
        var given = new Dictionary<string, double> { ["rollout"] = 300, ["environments"] = 4, ["minibatch"] = 1000, ["hidden_width"] = 16, ["bins"] = 5, ["gradient_norm"] = 1e9, ["entropy"] = 0.3, ["share_parameters"] = shared ? 1 : 0 };
        var setup = new TrainingSetup(new TestSpecs.CommonsEnvironment(), new(AlgorithmInfo.All.Single(a => a.Name == name), given), 1, 1000);
        using var scope = NewDisposeScope();
        using ActionCriticLearner learner = name == "COMA" ? new CentralProbe(setup) : new MeanFieldProbe(setup);
        using var before = SteppedGradients.Saved(learner);
        learner.Train(1);
        var expectations = ((IProbe)learner).Noted;
        Assert.Equal(["actor", "critic"], expectations.Keys.Select(key => key.Split('.')[0]).Distinct().Order());
        using var after = SteppedGradients.Saved(learner);
        Assert.All(expectations, pair => SteppedGradients.Same(pair.Value, SteppedGradients.Last(before, after, pair.Key, pair.Value.Length)));
    }

    [Theory]
    [InlineData("COMA", "target_interval", 1, false)]
    [InlineData("COMA", "target_interval", 5, true)]
    [InlineData("MeanFieldAC", "target_rate", 0.05, false)]
    [InlineData("MeanFieldAC", "target_rate", 0.4, true)]
    public void Critics_learn_what_an_older_one_makes_of_what_was_paid(string name, string follows, double how, bool shared)
    {
        // Rollouts of several episodes and four steps of the critic, fast enough to leave the older one behind. The probes check targets, and how the older one follows.
        var given = new Dictionary<string, double> { ["rollout"] = 300, ["environments"] = 4, ["minibatch"] = 100, ["epochs"] = 2, ["hidden_width"] = 16, ["bins"] = 5, ["critic_learning_rate"] = 0.01, ["share_parameters"] = shared ? 1 : 0, [follows] = how };
        var setup = new TrainingSetup(new TestSpecs.CommonsEnvironment(), new(AlgorithmInfo.All.Single(a => a.Name == name), given), 1, 10_000);
        using var scope = NewDisposeScope();
        using ActionCriticLearner learner = name == "COMA" ? new CentralProbe(setup) : new MeanFieldProbe(setup);
        learner.Train(700);
        var apart = ((IProbe)learner).Apart;
        Assert.True(apart.Count >= 3);
        Assert.Equal(0, apart[0]);
        // What the present critic would make of it lies far beyond the tolerance of targets, unless there is no other.
        Assert.All(apart.Skip(1), distance => Assert.True(how == 1 ? distance == 0 : distance > 0.01));
    }

    private static Tensor Mixed(Tensor logits, double exploration)
    {
        var logs = logits.log_softmax(-1);
        return exploration == 0 ? logs : (logs + Math.Log(1 - exploration)).logaddexp(tensor(Math.Log(exploration / logits.shape[^1]), dtype: logs.dtype));
    }

    /// <summary>[groups, rows, outputs] by weights and biases, layer by layer.</summary>
    private static Tensor Answers(Tensor x, IEnumerable<Tensor> layers)
    {
        foreach (var (layer, pair) in layers.Chunk(2).Index())
            x = (layer == 0 ? x : x.tanh()).matmul(pair[0]) + pair[1].unsqueeze(1);
        return x;
    }

    /// <summary>Copies of parameters as they are now.</summary>
    private static (string Name, Tensor Tensor)[] Copies(IEnumerable<Parameter> parameters) =>
        [.. parameters.Select(p => (p.Name, tensor(p.Values).reshape([.. p.Shape.Select(length => (long)length)]).requires_grad_()))];

    /// <summary>[heads, rows, bins] of [units, rows, dimensions · bins].</summary>
    private static Tensor ByHead(Tensor outputs, int heads, int bins) =>
        outputs.view(outputs.shape[0], outputs.shape[1], -1, bins).permute(0, 2, 1, 3).reshape(heads, -1, bins);

    /// <summary>[heads, rows that are picked] of [heads, all rows].</summary>
    private static Tensor Picked(Tensor ofHeads, int heads, Tensor rows) => ofHeads.view(heads, -1).index_select(1, rows);

    private static void Note(Dictionary<string, float[]> expected, string optimizer, Tensor loss, (string Name, Tensor Tensor)[] parameters)
    {
        foreach (var ((name, _), gradient) in parameters.Zip(autograd.grad([loss], [.. parameters.Select(p => p.Tensor)])))
            expected[$"{optimizer}.{name}"] = gradient.contiguous().data<float>().ToArray();
    }

    /// <summary>Half the mean squared error, summed over heads with networks of their own.</summary>
    private static Tensor ValueLoss(Tensor values, Tensor bins, Tensor targets, int groups) =>
        (values.gather(-1, bins.unsqueeze(-1)).squeeze(-1) - targets).square().mean([1]).sum() * (0.5 * groups / values.shape[0]);

    /// <summary>Advantages over their root mean square, and the actors' loss.</summary>
    private static (Tensor Advantages, Tensor Loss) PolicyLoss(Tensor logits, Tensor values, Tensor bins, double exploration, double entropy, int groups)
    {
        var logs = Mixed(logits, exploration);
        var advantages = (values.gather(-1, bins.unsqueeze(-1)).squeeze(-1) - (logs.exp() * values).sum(-1)).detach();
        advantages /= advantages.square().mean([1], keepdim: true).sqrt() + 1e-8;
        return (advantages, -((logs.gather(-1, bins.unsqueeze(-1)).squeeze(-1) * advantages).mean() - entropy * (logs.exp() * logs).sum(-1).mean()) * groups);
    }

    /// <summary>The older critic's parameters.</summary>
    private static Parameter[] Older(Learner learner, IEnumerable<Parameter> like)
    {
        using var saved = SteppedGradients.Saved(learner);
        Parameter[] older = [.. like.Select(p => new Parameter(p.Name, [.. p.Shape]))];
        saved.Within("old").Exchange(older);
        return older;
    }

    /// <summary>λ-returns Gₜ = rₜ + γ·((1 − λ)·V(sₜ₊₁) + λ·Gₜ₊₁), of which nothing follows an end, in the units that values have once these are taken into account: [heads, rows].</summary>
    /// <param name="learner">The learner before it learns from the rollout.</param>
    /// <param name="groups">Number of units of values.</param>
    /// <param name="worth">[heads, rows + lanes]: V in the units before.</param>
    /// <param name="paid">Per head, of all rows.</param>
    /// <param name="endings">Of all rows.</param>
    /// <param name="rows">Those that were played.</param>
    private static float[] Targets(Learner learner, int groups, Tensor worth, float[][] paid, Ending[] endings, long[] rows)
    {
        var (hyper, heads, each, values) = (learner.Setup.Hyperparameters, paid.Length, endings.Length, worth.contiguous().data<float>().ToArray());
        var (mean, square, updates, all, lanes) = (new double[groups], new double[groups], new long[groups], values.Length / heads, values.Length / heads - each);
        using (var saved = SteppedGradients.Saved(learner))
        {
            var units = saved.Within("old.values");
            units.Exchange("mean", mean.AsSpan());
            units.Exchange("square", square.AsSpan());
            units.Exchange("updates", updates.AsSpan());
        }

        var (returns, targets) = (new double[heads][], new float[heads * each]);
        foreach (var heading in Enumerable.Range(0, heads).GroupBy(head => head * groups / heads))
        {
            var (group, deviation) = (heading.Key, Math.Sqrt(square[heading.Key] - mean[heading.Key] * mean[heading.Key]));
            foreach (var head in heading)
            {
                var value = values.AsSpan(head * all, all).ToArray().Select(v => v * deviation + mean[group]).ToArray();
                returns[head] = [.. value];
                for (var at = each - 1; at >= 0; at--)
                {
                    var next = (endings[at] & (Ending.Terminated | Ending.Truncated)) != 0 ? 0 : (1 - hyper["td_lambda"]) * value[at + lanes] + hyper["td_lambda"] * returns[head][at + lanes];
                    returns[head][at] = paid[head][at] + hyper["discount"] * next;
                }
            }

            double[] played = [.. from head in heading from row in rows select returns[head][row]];
            var weight = Math.Max(hyper["value_rate"], 1.0 / (updates[group] + 1));
            mean[group] += weight * (played.Average() - mean[group]);
            square[group] += weight * (played.Average(x => x * x) - square[group]);
            foreach (var head in heading)
                for (var at = 0; at < each; at++)
                    targets[head * each + at] = (float)((returns[head][at] - mean[group]) / Math.Sqrt(square[group] - mean[group] * mean[group]));
        }

        return targets;
    }

    /// <summary>Checks the critic's targets, and notes the gradient of its step.</summary>
    private static double CheckedCriticStep(IProbe probe, (string Name, Tensor Tensor)[] critic, Tensor values, Tensor bins, Tensor expected, Tensor targets, int groups, Func<double> step)
    {
        SteppedGradients.Same(expected.contiguous().data<float>().ToArray(), targets.contiguous().data<float>().ToArray(), OfValues);
        var loss = ValueLoss(values, bins, targets, groups);
        Note(probe.Noted, "critic.adam", loss, critic);
        var told = step();
        Assert.Equal(loss.item<float>(), told, 1e-5 * told);
        return told;
    }

    /// <summary>Notes the gradient of the actors' step, and checks the advantages.</summary>
    private static void CheckedActorStep(IProbe probe, (string Name, Tensor Tensor)[] actor, (Tensor Advantages, Tensor Loss) policy, Tensor advantages, Func<double> step)
    {
        Note(probe.Noted, "actor.adam", policy.Loss, actor);
        SteppedGradients.Same(policy.Advantages.contiguous().data<float>().ToArray(), advantages.contiguous().data<float>().ToArray(), OfValues);
        // A mean of products with advantages.
        Assert.Equal(policy.Loss.item<float>(), step(), OfValues);
    }

    private interface IProbe
    {
        Dictionary<string, float[]> Noted { get; }

        /// <summary>Per rollout the greatest difference that the present critic in place of the older one would make to a target.</summary>
        List<float> Apart { get; }
    }

    /// <summary>Notes what TorchSharp says of the step of the critic and of the actors, and checks the critic's targets and how the older critic follows.</summary>
    private sealed class CentralProbe(TrainingSetup setup) : COMA(setup), IProbe
    {
        private float[] _targets = [];
        private int _steps;

        public Dictionary<string, float[]> Noted { get; } = [];

        public List<float> Apart { get; } = [];

        protected override void Learn()
        {
            float[][] paid = [.. Enumerable.Range(0, Heads).Select(head => Enumerable.Range(0, StepsPerRollout * Lanes).Select(row => Enumerable.Range(0, Units).Sum(unit => Rewards(unit)[row])).ToArray())];
            _targets = By(Older(this, CriticParameters));
            Apart.Add(By(CriticParameters).Zip(_targets, (a, b) => Math.Abs(a - b)).Max());
            base.Learn();

            float[] By(IEnumerable<Parameter> critic) => Targets(this, 1, Worth(Copies(critic), arange((StepsPerRollout + 1) * Lanes)), paid, Endings(0).ToArray(), Rows.ToArray());
        }

        private protected override double StepCritic(int first, int size)
        {
            var (critic, rows) = (Copies(CriticParameters), tensor(Rows.Slice(first, size).ToArray()));
            return CheckedCriticStep(this, critic, Values(critic, rows), DrawnBins(rows), Picked(tensor(_targets), Heads, rows), Picked(tensor(TargetArray.ToArray()), Heads, rows), 1, () => base.StepCritic(first, size));
        }

        private protected override void Follow()
        {
            var before = Older(this, CriticParameters);
            base.Follow();
            var expected = ++_steps % Setup.Hyperparameters.Count("target_interval") == 0 ? CriticParameters : before;
            Assert.All(expected.Zip(Older(this, CriticParameters)), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
        }

        private protected override void StepActors()
        {
            var (actor, rows) = (Copies(Actor.Parameters), tensor(Rows.ToArray()));
            var logits = Answers(tensor(InputArray).view(Units, -1, Actor.Inputs).index_select(1, rows).view(Actor.Groups, -1, Actor.Inputs), actor.Select(p => p.Tensor));
            Assert.InRange(Exploration, 0.1, 0.9);
            var policy = PolicyLoss(ByHead(logits.view(Units, -1, Actor.Outputs), Heads, BinCount), Values(Copies(CriticParameters), rows), DrawnBins(rows), Exploration, Setup.Hyperparameters["entropy"], Actor.Groups);
            CheckedActorStep(this, actor, policy, Picked(tensor(AdvantageArray.ToArray()), Heads, rows), () =>
            {
                base.StepActors();
                return Metrics["policy_loss"];
            });
        }

        private Tensor Worth((string Name, Tensor Tensor)[] critic, Tensor rows) => Values(critic, rows).gather(-1, DrawnBins(rows).unsqueeze(-1)).squeeze(-1);

        private Tensor DrawnBins(Tensor rows) => Picked(tensor(BinArray), Heads, rows);

        /// <summary>By the whole input laid out: the state, all bins but one's own, and which decision it is.</summary>
        private Tensor Values((string Name, Tensor Tensor)[] critic, Tensor rows)
        {
            var state = tensor(JointArray).view(-1, Batch.JointLength).index_select(0, rows);
            var chosen = nn.functional.one_hot(DrawnBins(rows), BinCount).to(ScalarType.Float32);
            var values = new List<Tensor>();
            for (var head = 0; head < Heads; head++)
            {
                var others = chosen.clone();
                others[head].zero_();
                var which = zeros(state.shape[0], Heads);
                which.select(1, head).fill_(1);
                var first = cat([state, others.permute(1, 0, 2).reshape(state.shape[0], -1), which], -1).matmul(cat([.. critic.Take(3).Select(p => p.Tensor[0])], 0));
                values.Add(Answers(first.tanh().unsqueeze(0), critic.Skip(3).Select(p => p.Tensor)));
            }

            return cat(values, 0);
        }
    }

    /// <summary>The same.</summary>
    private sealed class MeanFieldProbe(TrainingSetup setup) : MeanFieldAC(setup), IProbe
    {
        private float[] _targets = [];

        public Dictionary<string, float[]> Noted { get; } = [];

        public List<float> Apart { get; } = [];

        protected override void Learn()
        {
            float[][] paid = [.. Enumerable.Range(0, Heads).Select(head => Rewards(head / ActionLength).ToArray())];
            _targets = By(Older(this, CriticParameters));
            Apart.Add(By(CriticParameters).Zip(_targets, (a, b) => Math.Abs(a - b)).Max());
            base.Learn();

            float[] By(IEnumerable<Parameter> critic) => Targets(this, Actor.Groups, Worth(Copies(critic), arange((StepsPerRollout + 1) * Lanes)), paid, Endings(0).ToArray(), Rows.ToArray());
        }

        private protected override double StepCritic(int first, int size)
        {
            var (critic, rows) = (Copies(CriticParameters), tensor(Rows.Slice(first, size).ToArray()));
            return CheckedCriticStep(this, critic, Values(critic, rows), DrawnBins(rows), Picked(tensor(_targets), Heads, rows), Picked(tensor(TargetArray.ToArray()), Heads, rows), Actor.Groups, () => base.StepCritic(first, size));
        }

        private protected override void Follow()
        {
            var before = Older(this, CriticParameters);
            base.Follow();
            var rate = (float)Setup.Hyperparameters["target_rate"];
            foreach (var ((was, present), found) in before.Zip(CriticParameters).Zip(Older(this, CriticParameters)))
                Assert.All(was.Values.Zip(present.Values, (a, b) => a + rate * (b - a)).Zip(found.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }

        private protected override void StepActors()
        {
            var (actor, rows) = (Copies(Actor.Parameters), tensor(Rows.ToArray()));
            var policy = PolicyLoss(ByHead(Logits(actor, rows), Heads, BinCount), Values(Copies(CriticParameters), rows), DrawnBins(rows), 0, Setup.Hyperparameters["entropy"], Actor.Groups);
            CheckedActorStep(this, actor, policy, Picked(tensor(AdvantageArray.ToArray()), Heads, rows), () =>
            {
                base.StepActors();
                return Metrics["policy_loss"];
            });
        }

        private Tensor Worth((string Name, Tensor Tensor)[] critic, Tensor rows) => (ByHead(Logits(Copies(Actor.Parameters), rows), Heads, BinCount).softmax(-1) * Values(critic, rows)).sum(-1);

        private Tensor Logits((string Name, Tensor Tensor)[] actor, Tensor rows) => Answers(Seen(rows).view(Actor.Groups, -1, Actor.Inputs), actor.Select(p => p.Tensor)).view(Units, -1, Actor.Outputs);

        private Tensor DrawnBins(Tensor rows) => Picked(tensor(BinArray), Heads, rows);

        private Tensor Seen(Tensor rows) => tensor(InputArray).view(Units, -1, Actor.Inputs).index_select(1, rows);

        private Tensor Values((string Name, Tensor Tensor)[] critic, Tensor rows)
        {
            var chosen = nn.functional.one_hot(DrawnBins(rows), BinCount).to(ScalarType.Float32).view(Units, ActionLength, -1, BinCount).permute(0, 2, 1, 3).reshape(Units, -1, ActionLength * BinCount);
            var inputs = cat([Seen(rows), (chosen.sum(0, keepdim: true) - chosen) / (Units - 1)], -1);
            return ByHead(Answers(inputs.view(Actor.Groups, -1, inputs.shape[^1]), critic.Select(p => p.Tensor)).view(Units, -1, ActionLength * BinCount), Heads, BinCount);
        }
    }
}
