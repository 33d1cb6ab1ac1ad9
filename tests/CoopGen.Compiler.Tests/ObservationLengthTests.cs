using System.Text;
using CoopGen.Batch.Tests;

namespace CoopGen.Compiler.Tests;

/// <summary>
/// Rows are written eight columns at a time, each batch kernel in its own way: games that observe nothing, one column, and a column less and more
/// than a multiple of eight are the same in a batch as alone, in blocks of eight environments and in those that are not full.
/// </summary>
public class ObservationLengthTests
{
    private static readonly int[] Lengths = [0, 1, 7, 8, 9, 16, 17];

    /// <summary>
    /// Games whose kernels write rows each in their own way: reset within the written-out step, written out with computed columns, with draws at reset,
    /// with parts that a parameter chooses, and in loops because the number of agents is a parameter.
    /// </summary>
    private static readonly string[] Kernels = ["Restarted", "Computed", "Drawn", "Guarded", "Looped"];

    private static readonly Lazy<IReadOnlyList<EnvironmentInfo>> Games = new(() =>
        SmallSpecTests.Load("using CoopGen;\nnamespace Outside;\n" + string.Concat(Kernels.SelectMany(kernel => Lengths.Select(length => Source(kernel, length))))));

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var kernel in Kernels)
                foreach (var length in Lengths)
                    cases.Add(kernel, length);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_of_every_length_are_those_of_scalar_environments(string kernel, int length)
    {
        var info = Find(kernel, length);
        var variants = Enum.GetValues<RewardMode>().Select(mode => info.Create(Parameters(mode))).ToList();
        Assert.Equal(length, variants[0].ObservationLength);
        foreach (var mode in Enum.GetValues<AutoReset>())
        {
            foreach (var keepsFinals in new[] { true, false })
            {
                // Only a block that is not full, only full ones, both.
                foreach (var count in new[] { 1, 16, 21 })
                {
                    var ended = EpisodeCheck.Run(variants, [.. Enumerable.Range(0, count).Select(k => k % variants.Count)], mode, 40, new Random(count), keepsFinals);
                    Assert.True(ended > 2 * count, $"{mode}, {count} environments: {ended} episodes ended");
                }
            }
        }

        // The default number of agents has a kernel with places known at compile time; the one with loops plays the others.
        ParameterSet Parameters(RewardMode mode)
        {
            var set = new ParameterSet { ["reward_type"] = mode, ["max_steps"] = 4 + 2 * (int)mode };
            if (kernel == "Looped")
                set["n_agents"] = 2;
            return set;
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    public void Parts_that_differ_do_not_share_a_batch(int length)
    {
        var info = Find("Guarded", length);
        GameEnvironment[] variants = [info.Create(null), info.Create(new() { ["doubled"] = true })];
        Assert.Equal(variants[0].ObservationLength, variants[1].ObservationLength);
        var refused = Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create(variants, [0, 1]));
        Assert.Contains("observe the same parts", refused.Message, StringComparison.Ordinal);
        // Each by itself is played.
        foreach (var variant in variants)
            Assert.True(EpisodeCheck.Run([variant], new int[11], AutoReset.SameStep, 20, new Random(1)) > 11);
    }

    private static EnvironmentInfo Find(string kernel, int length) => Games.Value.Single(g => g.Id == $"{kernel}{length}-v0");

    /// <summary>A game of two agents that observes so many columns: states as they lie in memory, what is computed of them, and what never changes.</summary>
    private static string Source(string kernel, int length)
    {
        var parts = new StringBuilder();
        for (var (left, k) = (length, 0); left > 0; k++)
        {
            var (columns, lambda, state, constant) = left >= 4 ? (4, "(i, j) => ", "P[i, j]", "D[i, j]") : left >= 2 ? (2, "i => ", "S[i]", "D[i, 1]") : (1, "", "Z", "D[0, 1]");
            var value = (k % 3) switch { 0 => state, 1 when kernel != "Restarted" => $"{state} * 2 + t", 1 => state, _ => constant };
            if (kernel == "Guarded")
                parts.Append($"        if (!Doubled)\n            o.Add(\"a{k}\", {lambda}{value});\n        if (Doubled)\n            o.Add(\"b{k}\", {lambda}2 * ({value}));\n");
            else
                parts.Append($"        o.Add(\"a{k}\", {lambda}{value});\n");
            left -= columns;
        }

        return $$"""

        /// <summary>A game of which {{length}} numbers are seen.</summary>
        [Environment("{{kernel}}{{length}}-v0", Horizon = 7)]
        public sealed partial class {{kernel}}{{length}} : Spec
        {
            /// <inheritdoc/>
            public override int n => {{(kernel == "Looped" ? "Parameter(\"n_agents\", 3, min: 2, max: 3)" : "2")}};

            {{(kernel == "Guarded" && length > 0 ? "/// <summary>Whether what is seen is doubled.</summary>\nprivate bool Doubled => Parameter(\"doubled\", false);" : "")}}

            /// <summary>How much agents depend on each other.</summary>
            private Matrix D => From((i, j) => i == j ? 0 : First(0.2, 0.7)[i] * First(1, 3)[j]);

            /// <summary>Hours of work.</summary>
            private ActionVar x => Continuous(0, i => 10);

            /// <inheritdoc/>
            public override ActionVar[] Actions => [x];

            /// <summary>Ties.</summary>
            private PairState P => PairState(initial: 0.25, diagonal: 1, min: 0, max: 10);

            /// <summary>Skill.</summary>
            private AgentState S => AgentState(0.5, min: 0, max: 10);

            /// <summary>Weather.</summary>
            private ScalarState Z => ScalarState(1, min: 0, max: 10);

        {{(kernel == "Drawn" ? "    /// <inheritdoc/>\n    protected override void Reset() => Z.Set(() => Uniform(0, 1));\n" : "")}}
            /// <inheritdoc/>
            protected override void Update()
            {
                P.Set((i, j) => Clip(0.5 * P[i, j] + 0.1 * x[i] + 0.2 * x[j], 0, 10));
                S.Set(i => Clip(0.5 * S[i] + 0.4 * x[i], 0, 10));
                Z.Set(() => Clip(0.5 * Z + 0.1 * x[0], 0, 10));
            }

            /// <inheritdoc/>
            protected override double Reward(Agent i) => x[i] * 0.5 - Sum(j => D[i, j] * P[j, i]) + S[i] * Z;

            /// <inheritdoc/>
            protected override bool Terminated => x[0] > 9;

            /// <inheritdoc/>
            protected override void Observe(Observation o)
            {
        {{parts}}    }
        }

        """;
    }
}
