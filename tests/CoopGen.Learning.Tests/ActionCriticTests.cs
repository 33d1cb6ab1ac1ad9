using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

/// <summary>Steps of actors with bins and of critics of actions against those that TorchSharp derives.</summary>
public class ActionCriticTests
{
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
        using ActionCriticLearner learner = name == "COMA" ? new CentralProbe(setup) : new MeanFieldProbe(setup);
        learner.Train(1);
        var expectations = ((IProbe)learner).Noted;
        Assert.Equal(["actor", "critic"], expectations.Keys.Select(key => key.Split('.')[0]).Distinct().Order());
        var path = Path.GetTempFileName();
        learner.Save(path);
        using var archive = Archive.Load(path);
        File.Delete(path);
        foreach (var (parameter, expected) in expectations)
        {
            var found = new float[expected.Length];
            // After one step Adam's first moment is a tenth of the gradient.
            archive.Exchange($"{parameter}.first", found);
            Same(expected, Array.ConvertAll(found, moment => 10 * moment), 1e-4f);
        }
    }

    /// <summary>Single precision in another order of summation, relative to the greatest.</summary>
    private static void Same(float[] expected, float[] found, float tolerance)
    {
        tolerance *= Math.Max(0.01f, expected.Max(Math.Abs));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.Contains(expected, value => value != 0);
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

    private interface IProbe
    {
        Dictionary<string, float[]> Noted { get; }
    }

    /// <summary>Notes what TorchSharp says of the step of the critic and of the actors.</summary>
    private sealed class CentralProbe(TrainingSetup setup) : COMA(setup), IProbe
    {
        public Dictionary<string, float[]> Noted { get; } = [];

        private protected override double StepCritic(int first, int size)
        {
            var critic = Copies(CriticParameters);
            var loss = ValueLoss(Values(critic), DrawnBins(), tensor(TargetArray.ToArray()).view(Heads, -1).index_select(1, RowsPlayed()), 1);
            Note(Noted, "critic.adam", loss, critic);
            var told = base.StepCritic(first, size);
            Assert.Equal(loss.item<float>(), told, 1e-5 * told);
            return told;
        }

        private protected override void StepActors()
        {
            var actor = Copies(Actor.Parameters);
            var logits = Answers(tensor(InputArray).view(Units, -1, Actor.Inputs).index_select(1, RowsPlayed()).view(Actor.Groups, -1, Actor.Inputs), actor.Select(p => p.Tensor));
            Assert.InRange(Exploration, 0.1, 0.9);
            var (advantages, loss) = PolicyLoss(ByHead(logits.view(Units, -1, Actor.Outputs), Heads, BinCount), Values(Copies(CriticParameters)), DrawnBins(), Exploration, Setup.Hyperparameters["entropy"], Actor.Groups);
            Note(Noted, "actor.adam", loss, actor);
            // Differences of values, which are larger.
            Same(advantages.contiguous().data<float>().ToArray(), tensor(AdvantageArray.ToArray()).view(Heads, -1).index_select(1, RowsPlayed()).contiguous().data<float>().ToArray(), 1e-3f);
            base.StepActors();
            Assert.Equal(loss.item<float>(), Metrics["policy_loss"], 1e-5);
        }

        private Tensor RowsPlayed() => tensor(Rows.ToArray());

        private Tensor DrawnBins() => tensor(BinArray).view(Heads, -1).index_select(1, RowsPlayed());

        /// <summary>By the whole input laid out: the state, all bins but one's own, and which decision it is.</summary>
        private Tensor Values((string Name, Tensor Tensor)[] critic)
        {
            var state = tensor(JointArray).view(-1, Batch.JointLength).index_select(0, RowsPlayed());
            var chosen = nn.functional.one_hot(DrawnBins(), BinCount).to(ScalarType.Float32);
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
        public Dictionary<string, float[]> Noted { get; } = [];

        private protected override double StepCritic(int first, int size)
        {
            var critic = Copies(CriticParameters);
            var loss = ValueLoss(Values(critic), DrawnBins(), tensor(TargetArray.ToArray()).view(Heads, -1).index_select(1, RowsPlayed()), Actor.Groups);
            Note(Noted, "critic.adam", loss, critic);
            var told = base.StepCritic(first, size);
            Assert.Equal(loss.item<float>(), told, 1e-5 * told);
            return told;
        }

        private protected override void StepActors()
        {
            var actor = Copies(Actor.Parameters);
            var logits = Answers(Seen().view(Actor.Groups, -1, Actor.Inputs), actor.Select(p => p.Tensor)).view(Units, -1, Actor.Outputs);
            var (advantages, loss) = PolicyLoss(ByHead(logits, Heads, BinCount), Values(Copies(CriticParameters)), DrawnBins(), 0, Setup.Hyperparameters["entropy"], Actor.Groups);
            Note(Noted, "actor.adam", loss, actor);
            // Differences of values, which are larger.
            Same(advantages.contiguous().data<float>().ToArray(), tensor(AdvantageArray.ToArray()).view(Heads, -1).index_select(1, RowsPlayed()).contiguous().data<float>().ToArray(), 1e-3f);
            base.StepActors();
            Assert.Equal(loss.item<float>(), Metrics["policy_loss"], 1e-5);
        }

        private Tensor RowsPlayed() => tensor(Rows.ToArray());

        private Tensor DrawnBins() => tensor(BinArray).view(Heads, -1).index_select(1, RowsPlayed());

        private Tensor Seen() => tensor(InputArray).view(Units, -1, Actor.Inputs).index_select(1, RowsPlayed());

        private Tensor Values((string Name, Tensor Tensor)[] critic)
        {
            var chosen = nn.functional.one_hot(DrawnBins(), BinCount).to(ScalarType.Float32).view(Units, ActionLength, -1, BinCount).permute(0, 2, 1, 3).reshape(Units, -1, ActionLength * BinCount);
            var inputs = cat([Seen(), (chosen.sum(0, keepdim: true) - chosen) / (Units - 1)], -1);
            return ByHead(Answers(inputs.view(Actor.Groups, -1, inputs.shape[^1]), critic.Select(p => p.Tensor)).view(Units, -1, ActionLength * BinCount), Heads, BinCount);
        }
    }
}
