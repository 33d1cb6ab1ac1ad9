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

        // What is rectified is the same otherwise, and what is no number stays none.
        x[^1] = float.NaN;
        Dense.Apply(x, Rows, weights, biases, whole);
        var rectified = new float[Rows * outputs];
        Dense.Apply(x, Rows, weights, biases, rectified, rectified: true);
        Assert.Equal(Array.ConvertAll(whole, y => Math.Max(0, y)), rectified);
        Assert.Equal(outputs, rectified.Count(float.IsNaN));
        Assert.Contains(whole, y => y < 0);

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

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    public void Products_of_many_terms_sum_as_one_by_one(int outputs)
    {
        // More terms than are gone through at a time, rows that are no multiple of four; whole numbers are exact in whatever order.
        const int Rows = 6, Inputs = 300;
        var random = new Random(1);
        float[] Whole(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-9, 10))];
        float[] x = Whole(Rows * Inputs), weights = Whole(Inputs * outputs), biases = Whole(outputs), y = new float[Rows * outputs], back = new float[Rows * Inputs];
        Dense.Apply(x, Rows, weights, biases, y);
        for (var row = 0; row < Rows; row++)
            for (var k = 0; k < outputs; k++)
                Assert.Equal(biases[k] + Enumerable.Range(0, Inputs).Sum(i => x[row * Inputs + i] * weights[i * outputs + k]), y[row * outputs + k]);
        float[] transposed = new float[weights.Length], some = Whole(Rows * outputs);
        Dense.Transpose(weights, Inputs, outputs, transposed);
        Dense.Back(some, Rows, transposed, back);
        for (var row = 0; row < Rows; row++)
            for (var i = 0; i < Inputs; i++)
                Assert.Equal(Enumerable.Range(0, outputs).Sum(k => some[row * outputs + k] * weights[i * outputs + k]), back[row * Inputs + i]);
    }

    [Fact]
    public void A_step_of_Adam_is_the_same_group_by_group()
    {
        const int Groups = 3, Length = 37;
        var random = new RandomStream(11, "test");
        Parameter[] together = [new("a", Groups, Length), new("b", Groups, 2)], apart = [new("a", Groups, Length), new("b", Groups, 2)];
        var (all, each) = (new Adam(together, null), new Adam(apart, null));
        Assert.Throws<InvalidOperationException>(() => each.Step(0, [new float[Groups * Length], new float[Groups * 2]], 0.1));
        for (var step = 0; step < 3; step++)
        {
            // A bound that is met.
            float[][] gradients = [Normal(random, Groups * Length), Normal(random, Groups * 2)];
            all.Step(gradients, 0.1, bound: 1);
            each.Begin();
            for (var group = Groups - 1; group >= 0; group--)
                each.Step(group, gradients, 0.1, bound: 1);
        }

        foreach (var (one, other) in together.Zip(apart))
        {
            Assert.Equal(one.Values, other.Values);
            Assert.DoesNotContain(0, one.Values);
        }

        // Of a group whose gradient is no number nothing changes.
        float[] before = [.. apart[0].Values], bad = [.. Enumerable.Repeat(float.NaN, Groups * Length)];
        each.Begin();
        Assert.Throws<ArithmeticException>(() => each.Step(1, [bad, new float[Groups * 2]], 0.1));
        Assert.Equal(before, apart[0].Values);
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
