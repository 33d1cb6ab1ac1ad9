using FsCheck;
using FsCheck.Fluent;

namespace CoopGen.Runtime.Tests;

/// <summary>Windows and lists against simple models of them.</summary>
public class MemoryTests
{
    [Fact]
    public void A_window_is_a_list_of_the_last_profiles() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var (n, capacity) = (1 + random.Next(4), 1 + random.Next(5));
        var (window, model) = (new double[WindowOps.Size(n, capacity)], new List<double[]>());
        WindowOps.Clear(window);
        for (var step = 0; step < 12; step++)
        {
            Assert.Equal(model.Count, WindowOps.Count(window));
            for (var i = 0; i < n; i++)
            {
                for (var age = -1; age < capacity + 2; age++)
                    Assert.Equal(age >= 0 && age < model.Count ? model[age][i] : 0, WindowOps.At(window, n, capacity, i, age));
                for (var last = 0; last < capacity + 2; last++)
                    Assert.Equal(model.Take(last).Select(p => p[i]).DefaultIfEmpty(0).Average(), WindowOps.Mean(window, n, capacity, i, last), 1e-12);
            }

            var profile = Enumerable.Range(0, n).Select(_ => random.NextDouble()).ToArray();
            WindowOps.Push(window, profile, capacity);
            model.Insert(0, profile);
            if (model.Count > capacity)
                model.RemoveAt(capacity);
        }
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_list_keeps_members_in_order_and_timers_of_the_rest() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var n = 1 + random.Next(6);
        var roster = new double[RosterOps.Size(n)];
        RosterOps.Fill(roster, n);
        var (members, left, timers) = (Enumerable.Range(0, n).ToList(), new List<int>(), new double[n]);
        for (var step = 0; step < 20; step++)
        {
            var flags = Enumerable.Range(0, n).Select(_ => (double)random.Next(2)).ToArray();
            switch (random.Next(3))
            {
                case 0:
                    var keep = random.Next(n);
                    RosterOps.Remove(roster, flags, keep, 4);
                    foreach (var i in members.ToList())
                    {
                        if (flags[i] == 0 || members.Count <= keep)
                            continue;
                        members.Remove(i);
                        left.Add(i);
                        timers[i] = 4;
                    }

                    break;
                case 1:
                    RosterOps.Tick(roster, n);
                    foreach (var i in left)
                        timers[i]--;
                    break;
                default:
                    RosterOps.Admit(roster, flags);
                    foreach (var i in left.ToList())
                    {
                        if (flags[i] == 0)
                            continue;
                        left.Remove(i);
                        members.Add(i);
                        timers[i] = 0;
                    }

                    break;
            }

            var listed = new double[n];
            Assert.Equal(members.Count, RosterOps.Members(roster, listed));
            Assert.Equal(members.Select(i => (double)i), listed.Take(members.Count));
            for (var i = 0; i < n; i++)
            {
                Assert.Equal(members.Contains(i), RosterOps.Has(roster, n, i));
                Assert.Equal(timers[i], RosterOps.Timer(roster, n, i));
            }
        }
    }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(0)]
    [InlineData(1e-12)]
    [InlineData(-0.5)]
    [InlineData(100)]
    public void Log1p_keeps_small_arguments(double x)
    {
        // ln(1 + x) by its series where 1 + x would lose x.
        var expected = Math.Abs(x) < 1e-6 ? x - x * x / 2 : Math.Log(1 + x);
        Assert.Equal(expected, MathOps.Log1p(x), 1e-15 * Math.Max(1, Math.Abs(expected)));
        Assert.Equal(double.NegativeInfinity, MathOps.Log1p(-1));
    }

    [Fact]
    public void Boxes_refuse_bounds_that_are_none()
    {
        Assert.Throws<ArgumentException>(() => new Box([0], [1, 2]));
        Assert.Throws<ArgumentException>(() => new Box([2], [1]));
        Assert.Throws<ArgumentException>(() => new Box([double.NaN], [1]));
        var box = new Box([0, 0], [1, 2]);
        Assert.True(box.Contains([1.0, 2]));
        Assert.False(box.Contains([1.0, 2.1]));
        Assert.False(box.Contains([1.0]));
        Assert.False(box.Contains([1.0, double.NaN]));
    }
}
