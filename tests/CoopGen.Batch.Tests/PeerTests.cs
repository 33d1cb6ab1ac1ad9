using System.Runtime.CompilerServices;
using CoopGen.Benchmarking;

namespace CoopGen.Batch.Tests;

/// <summary>The hand-written C versions that speed is compared with play the same game.</summary>
public class PeerTests
{
    public static TheoryData<string> Ids => [.. CPeer.Ids];

    /// <summary>A test that needs gcc and the vector library of libm.</summary>
    public sealed class TheoryWithGccAttribute : TheoryAttribute
    {
        public TheoryWithGccAttribute()
        {
            using var peer = CPeer.TryCreate(CPeer.Ids[0], 1);
            Skip = peer is null ? "There is no gcc with libmvec here." : null;
        }
    }

    /// <summary>Single precision on either side, with functions of a few ulp, over a whole episode and a reset: 2e-4 relative, absolute below 1.</summary>
    [TheoryWithGcc]
    [MemberData(nameof(Ids))]
    public unsafe void They_pay_and_show_the_same(string id)
    {
        const int Count = 203;
        var environment = TestGames.Find(id).Create(null);
        using var batch = EnvironmentBatch.Create(environment, Count);
        using var peer = CPeer.TryCreate(id, Count)!;
        var (n, length, random) = (environment.AgentCount, environment.ObservationLength, new Random(4));
        using var actions = new AlignedBuffer<float>(Count * n);
        using var paid = new AlignedBuffer<float>(Count * n);
        using var rows = new AlignedBuffer<float>(Count * length);
        using var ended = new AlignedBuffer<byte>(Count);
        var (rewards, endings, observations) = (new float[Count * n], new Ending[Count], new float[Count * length]);
        batch.Reset(1);
        batch.Observe(observations);
        peer.Reset(rows.Pointer);
        Near(observations, rows.Span, 0);
        for (var step = 1; step <= environment.Horizon + 20; step++)
        {
            foreach (ref var action in actions.Span)
                action = random.NextSingle() * 1.1f * (float)environment.ActionSpace.High[0];
            var columns = step % 2 == 0 ? Columns.All : Columns.Changing;
            batch.Step(actions.Span, rewards, endings, observations, columns: columns);
            peer.Step(actions.Pointer, paid.Pointer, ended.Pointer, rows.Pointer, columns == Columns.All ? Rows.All : Rows.Changing);
            Near(rewards, paid.Span, step);
            Near(observations, rows.Span, step);
            Assert.Equal(endings, ended.Span.ToArray().Select(e => (Ending)e));
        }
    }

    /// <summary>Compiled for speed, a peer leaves the arithmetic of the thread that loads it alone, and of those which that thread starts.</summary>
    [TheoryWithGcc]
    [MemberData(nameof(Ids))]
    public void Subnormal_numbers_remain_where_a_peer_is_loaded(string id)
    {
        var (loaded, here, there) = (false, 0.0, 0.0);
        // A thread of its own: had the test failed, other tests on this one would compute otherwise.
        var loading = new Thread(() =>
        {
            // Loaded anew: what TryCreate returns may have been loaded on another thread before.
            loaded = CPeer.Compile(id) != 0;
            here = Scaled(double.Epsilon);
            var started = new Thread(() => there = Scaled(double.Epsilon));
            started.Start();
            started.Join();
        });
        loading.Start();
        loading.Join();
        Assert.Equal((true, double.Epsilon, double.Epsilon), (loaded, here, there));

        // Not inlined, so that it is computed then and there.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static double Scaled(double x) => x * 1.0000000001;
    }

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int step)
    {
        for (var k = 0; k < expected.Length; k++)
            if (!(Math.Abs(expected[k] - actual[k]) <= 2e-4f * Math.Max(1, Math.Abs(expected[k]))))
                Assert.Fail($"step {step}, number {k}: {expected[k]:R} and {actual[k]:R}");
    }
}
