using FsCheck;
using FsCheck.Fluent;

namespace CoopGen.Compiled.Tests;

/// <summary>The spec run as plain C# and the compiled class are the same game.</summary>
public class SpecEqualsCompiledTests
{
    /// <summary>The two add in different orders; over an episode rounding stays below this, relative or absolute below 1.</summary>
    private const double Tolerance = 1e-12;

    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void Episodes_agree(string id)
    {
        var info = Games.Find(id);
        var (played, large) = (0, 0);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            played += Play(info, seed, ref large) ? 1 : 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
        Assert.True(played >= 10, $"Only {played} of the random parameter sets were allowed.");
    }

    /// <summary>Plays two episodes of each; false if the parameters are not allowed. The plain one takes time of the order of n⁴ and more, so few large games are played, briefly, and none in the cooperative mode, where it is n⁵.</summary>
    private static bool Play(EnvironmentInfo info, int seed, ref int large)
    {
        var random = new Random(seed);
        var parameters = Games.RandomParameters(info, random);
        GameEnvironment compiled;
        try
        {
            compiled = info.Create(parameters);
        }
        catch (ArgumentException)
        {
            return false;
        }

        var isLarge = compiled.AgentCount > 10;
        if (isLarge && (++large > 4 || info.Interpret!(parameters).Mode == RewardMode.Cooperative))
            return true;
        var plain = info.Interpret!(parameters);
        Assert.Equal(plain.AgentCount, compiled.AgentCount);
        Assert.Equal(plain.ObservationLength, compiled.ObservationLength);
        Assert.Equal(plain.StateLength, compiled.StateLength);
        Assert.Equal(plain.ActionSpace.High.ToArray(), compiled.ActionSpace.High.ToArray());
        for (var episode = 0; episode < 2; episode++)
        {
            plain.Reset(episode == 0 ? (ulong)seed : null);
            compiled.Reset(episode == 0 ? (ulong)seed : null);
            Compare(info, plain, compiled, "reset");
            var actions = new double[plain.ProfileLength];
            var (expected, got) = (new double[plain.AgentCount], new double[plain.AgentCount]);
            for (var step = 1; ; step++)
            {
                Games.RandomActions(plain, random, actions);
                var a = plain.Step(actions, expected);
                var b = compiled.Step(actions, got);
                Assert.Equal(a, b);
                Near(expected, got, $"{info.Id} step {step} rewards");
                Compare(info, plain, compiled, $"step {step}");
                Payoffs(info, plain, compiled, random);
                if (a.Ended || isLarge && step == 2)
                    break;
            }
        }

        return true;
    }

    private static void Payoffs(EnvironmentInfo info, GameEnvironment plain, GameEnvironment compiled, Random random)
    {
        var actions = new double[plain.ProfileLength];
        Games.RandomActions(plain, random, actions, 0);
        var (expected, got) = (new double[plain.AgentCount], new double[plain.AgentCount]);
        ((IOneShotGame)plain).Payoffs(actions, expected);
        ((IOneShotGame)compiled).Payoffs(actions, got);
        Near(expected, got, $"{info.Id} payoffs");
    }

    private static void Compare(EnvironmentInfo info, GameEnvironment plain, GameEnvironment compiled, string when)
    {
        var (expected, got) = (new double[plain.StateLength], new double[plain.StateLength]);
        plain.SaveState(expected);
        compiled.SaveState(got);
        Near(expected, got, $"{info.Id} {when} state");

        var (seen, written) = (new float[plain.ObservationLength], new float[plain.ObservationLength]);
        plain.Observe(seen);
        compiled.Observe(written);
        Near(seen, written, $"{info.Id} {when} observation");
        foreach (var mask in new[] { ObservationConfig.Minimal.Mask(info.AgentParts), ObservationConfig.Realistic.Mask(info.AgentParts), ulong.MaxValue })
        {
            for (var i = 0; i < Math.Min(plain.AgentCount, 4); i++)
            {
                var (own, ownWritten) = (new float[4096], new float[4096]);
                var length = plain.Observe(i, mask, own);
                Assert.Equal(length, compiled.Observe(i, mask, ownWritten));
                Assert.Equal(length, compiled.AgentObservationLength(mask));
                Near(own.AsSpan(0, length).ToArray(), ownWritten.AsSpan(0, length).ToArray(), $"{info.Id} {when} observation of agent {i}");
            }
        }

        var (told, retold) = (new RecordingWriter(), new RecordingWriter());
        plain.Report(told);
        compiled.Report(retold);
        Assert.Equal(told.Entries.Select(e => e.Name), retold.Entries.Select(e => e.Name));
        foreach (var (a, b) in told.Entries.Zip(retold.Entries))
        {
            Assert.Equal(a.Words, b.Words);
            Near(a.Numbers, b.Numbers, $"{info.Id} {when} report {a.Name}");
        }
    }

    private static void Near(double[] expected, double[] got, string what)
    {
        Assert.Equal(expected.Length, got.Length);
        for (var k = 0; k < expected.Length; k++)
            if (!(Math.Abs(expected[k] - got[k]) <= Tolerance * Math.Max(1, Math.Abs(expected[k]))) && !expected[k].Equals(got[k]))
                Assert.Fail($"{what} [{k}]: spec {expected[k]:R}, compiled {got[k]:R}");
    }

    private static void Near(float[] expected, float[] got, string what)
    {
        // Rounding to single precision turns the last bit of a double into at most one step of a float.
        for (var k = 0; k < expected.Length; k++)
            if (!(Math.Abs(expected[k] - got[k]) <= 2.4e-7f * Math.Max(1, Math.Abs(expected[k]))))
                Assert.Fail($"{what} [{k}]: spec {expected[k]:R}, compiled {got[k]:R}");
    }
}

/// <summary>Keeps what a report says.</summary>
public sealed class RecordingWriter : IReportWriter
{
    public List<(string Name, double[] Numbers, string Words)> Entries { get; } = [];

    public void Number(string name, double value) => Entries.Add((name, [value], "number"));

    public void Flag(string name, bool value) => Entries.Add((name, [], value ? "true" : "false"));

    public void Numbers(string name, ReadOnlySpan<double> values) => Entries.Add((name, values.ToArray(), "numbers"));

    public void Pairs(string name, int n, ReadOnlySpan<double> values)
    {
        var copy = values.ToArray();
        for (var i = 0; i < n; i++)
            copy[i * n + i] = 0;
        Entries.Add((name, copy, "pairs"));
    }

    public void Agents(string name, ReadOnlySpan<double> agents) => Entries.Add((name, agents.ToArray(), "agents"));

    public void Label(string name, string label) => Entries.Add((name, [], label));

    public void Labels(string name, ReadOnlySpan<string> labels) => Entries.Add((name, [], string.Join("|", labels.ToArray())));
}
