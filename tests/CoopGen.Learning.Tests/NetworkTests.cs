using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

public class NetworkTests
{
    [Theory]
    [InlineData(Activation.Tanh, Initialisation.Orthogonal, 1, 15, 64, 1)]
    [InlineData(Activation.Tanh, Initialisation.Uniform, 3, 5, 37, 2)]
    [InlineData(Activation.Relu, Initialisation.Uniform, 2, 130, 128, 11)]
    [InlineData(Activation.Relu, Initialisation.Orthogonal, 1, 1, 16, 16)]
    public void Our_inference_says_what_TorchSharp_says(Activation activation, Initialisation initialisation, int groups, int inputs, int width, int outputs)
    {
        const int Rows = 71;
        var networks = new Mlp("net", groups, [inputs, width, width, outputs], activation);
        var random = new RandomStream(1, "test");
        networks.Initialise(random, initialisation);
        var x = Normal(random, groups * Rows * inputs);
        var y = new float[groups * Rows * outputs];
        networks.Forward(x, y);
        using var scope = NewDisposeScope();
        var expected = new StackedMlp(networks).Forward(x.AsTensor(groups, Rows, inputs)).data<float>().ToArray();
        // Single precision in another order of summation.
        Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Max(1, Math.Abs(pair.First))));
        Assert.Contains(expected, value => Math.Abs(value) > 0.1f);
    }

    [Theory]
    [InlineData(80, 16)]
    [InlineData(75, 15)]
    [InlineData(91, 13)]
    [InlineData(25, 5)]
    public void Wide_and_narrow_products_sum_alike(int outputs, int narrow)
    {
        const int Rows = 21, Inputs = 137;
        var random = new RandomStream(5, "test");
        float[] x = Normal(random, Rows * Inputs), weights = Normal(random, Inputs * outputs), biases = Normal(random, outputs);
        var whole = new float[Rows * outputs];
        Dense.Apply(x, Rows, weights, biases, whole);
        for (var first = 0; first < outputs; first += narrow)
        {
            var part = new float[Rows * narrow];
            float[] columns = [.. Enumerable.Range(0, Inputs).SelectMany(k => weights.Skip(k * outputs + first).Take(narrow))];
            Dense.Apply(x, Rows, columns, biases.AsSpan(first, narrow), part);
            for (var row = 0; row < Rows; row++)
                Assert.Equal(whole.AsSpan(row * outputs + first, narrow), part.AsSpan(row * narrow, narrow));
        }

        // Nor does a row's result depend on how many are beside it.
        foreach (var count in new[] { 1, 3, 4, 8, 12 })
        {
            var some = new float[count * outputs];
            Dense.Apply(x.AsSpan(0, count * Inputs), count, weights, biases, some);
            Assert.Equal(whole[..some.Length], some);
        }

        var transposed = new float[Inputs * outputs];
        Dense.Transpose(weights, Inputs, outputs, transposed);
        for (var row = 0; row < Inputs; row++)
            for (var column = 0; column < outputs; column++)
                Assert.Equal(weights[row * outputs + column], transposed[column * Inputs + row]);
    }

    [Fact]
    public void Orthogonal_weights_are_orthogonal_and_of_the_gain_wanted()
    {
        var networks = new Mlp("net", 2, [20, 50, 7], Activation.Tanh);
        networks.Initialise(new(3, "weights"), Initialisation.Orthogonal, outputGain: 0.01f);
        foreach (var (layer, gain) in new[] { (0, Math.Sqrt(2)), (1, 0.01) })
        {
            var (rows, columns, w) = (networks.Sizes[layer], networks.Sizes[layer + 1], networks.Weights[layer].Of(1).ToArray());
            for (var a = 0; a < Math.Min(rows, columns); a++)
                for (var b = 0; b <= a; b++)
                {
                    var dot = rows < columns
                        ? Enumerable.Range(0, columns).Sum(k => (double)w[a * columns + k] * w[b * columns + k])
                        : Enumerable.Range(0, rows).Sum(k => (double)w[k * columns + a] * w[k * columns + b]);
                    // Weights are rounded to single precision.
                    Assert.Equal(a == b ? gain * gain : 0, dot, 1e-6 * gain * gain);
                }
        }

        Assert.NotEqual(networks.Weights[0].Of(0).ToArray(), networks.Weights[0].Of(1).ToArray());
    }

    [Fact]
    public void Networks_of_a_stack_learn_as_if_alone()
    {
        const int Rows = 33;
        var random = new RandomStream(5, "test");
        var together = new Mlp("net", 2, [3, 16, 1], Activation.Tanh);
        together.Initialise(random, Initialisation.Uniform);
        var alone = new Mlp("net", 1, [3, 16, 1], Activation.Tanh);
        foreach (var (to, from) in alone.Parameters.Zip(together.Parameters))
            from.Of(1).CopyTo(to.Values);
        var (x, y) = (Normal(random, 2 * Rows * 3), Normal(random, 2 * Rows));
        Learn(together, x, y);
        Learn(alone, x.AsSpan(Rows * 3), y.AsSpan(Rows));
        foreach (var (one, both) in alone.Parameters.Zip(together.Parameters))
            Assert.All(one.Values.Zip(both.Of(1).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        static void Learn(Mlp networks, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets)
        {
            var (x, y) = (inputs.ToArray(), targets.ToArray());
            var net = new StackedMlp(networks);
            // A bound that is met: each group's gradient has a norm of its own.
            var adam = new Adam(networks.Parameters, net.Tensors);
            for (var step = 0; step < 20; step++)
            {
                using var scope = NewDisposeScope();
                var loss = (net.Forward(tensor(x).view(networks.Groups, Rows, 3)) - tensor(y).view(networks.Groups, Rows, 1)).square().mean([1, 2]).sum();
                adam.Step(loss, 1e-2, bound: 0.1);
            }
        }
    }

    [Fact]
    public void Our_Adam_goes_where_TorchSharps_goes()
    {
        var random = new RandomStream(7, "test");
        var ours = new Parameter("p", 1, 19);
        random.FillNormal(ours.Values);
        using var scope = NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(tensor(ours.Values));
        var optimiser = optim.Adam([parameter], lr: 3e-3);
        var tensors = ours.AsTensor(19);
        var adam = new Adam([ours], [tensors]);
        for (var step = 0; step < 200; step++)
        {
            var target = Normal(random, 19);
            optimiser.zero_grad();
            (parameter - tensor(target)).square().sum().backward();
            optimiser.step();
            adam.Step((tensors - tensor(target)).square().sum(), 3e-3);
        }

        // 200 steps in single precision.
        Assert.All(parameter.data<float>().ToArray().Zip(ours.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static float[] Normal(RandomStream random, int length)
    {
        var values = GC.AllocateArray<float>(length, pinned: true);
        random.FillNormal(values);
        return values;
    }
}
