using System.Globalization;
using System.Text.Json;

namespace CoopGen.Specs.Tests;

/// <summary>Every step of every reference episode, compiled and interpreted.</summary>
public class ParityTests
{
    /// <summary>The reference computes in single precision, whose error some hundred steps enlarge; relative, absolute below 1.</summary>
    private const double Tolerance = 2e-5;

    public static TheoryData<string, int, Form> Cases()
    {
        var cases = new TheoryData<string, int, Form>();
        foreach (var id in Trajectory.Ids)
            for (var k = 0; k < Trajectory.Of(id).Length; k++)
                foreach (var form in Enum.GetValues<Form>())
                    cases.Add(id, k, form);
        return cases;
    }

    [Fact]
    public void Every_reference_environment_is_there() =>
        Assert.Equal([], Trajectory.Ids.Except(TestEnvironments.All.Select(e => e.Id)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_agrees(string environment, int number, Form form)
    {
        var given = Trajectory.Of(environment)[number];
        var game = TestEnvironments.Make(environment, form, given.Parameters);
        var compare = new Comparison(given.Title);
        game.Reset(seed: 1, clear: true);
        compare.Observation(given.InitialObservation, game);
        compare.Info(given.InitialInfo, game);
        var rewards = new double[game.AgentCount];
        // Interpreted, a step of a cooperative game takes n⁴ terms: with many agents the first few steps must do.
        var steps = form != Form.Interpreted || game.AgentCount <= 9 ? given.Actions.Length : game.AgentCount <= 20 ? 4 : 2;
        for (var step = 0; step < steps; step++)
        {
            compare.Step = step;
            var result = game.Step(given.Actions[step], rewards);
            var report = RecordedReport.Of(game);
            compare.Same("rewards", given.Rewards[step], rewards);
            compare.Same("mean_trust", given.MeanTrust[step], report["mean_trust"]);
            compare.Same("mean_reputation_damage", given.MeanDamage[step], report["mean_reputation_damage"]);
            compare.Same("terminated", step == given.TerminatedAt, result.Terminated);
            compare.Same("truncated", step == given.TruncatedAt, result.Truncated);
            compare.Observation(given.Observation(step), game);
            if (given.Info(step) is { } info)
                compare.Info(info, game);
        }
    }

    private sealed class Comparison(string title)
    {
        public int? Step { get; set; }

        public void Observation(double[]? expected, GameEnvironment game)
        {
            if (expected is null)
                return;
            var observation = new float[game.ObservationLength];
            game.Observe(observation);
            Same("observation", expected, Array.ConvertAll(observation, x => (double)x));
        }

        public void Info(JsonElement expected, GameEnvironment game)
        {
            var report = RecordedReport.Of(game);
            foreach (var entry in expected.EnumerateObject())
            {
                if (!report.TryGetValue(entry.Name, out var got))
                    Fail(entry.Name, entry.Value.GetRawText(), "no such key");
                Same(entry.Name, Plain(entry.Value), got!);
            }
        }

        public void Same(string key, object expected, object got)
        {
            switch (expected, got)
            {
                case (double x, double y):
                    if (!(Math.Abs(x - y) <= Tolerance * Math.Max(1, Math.Abs(x))))
                        Fail(key, Text(x), Text(y));
                    break;
                case (double[] x, double[] y):
                    if (x.Length != y.Length)
                        Fail(key, $"{x.Length} numbers", $"{y.Length}");
                    for (var k = 0; k < x.Length; k++)
                        Same($"{key}[{k}]", x[k], y[k]);
                    break;
                case (string[] x, string[] y):
                    if (!x.SequenceEqual(y))
                        Fail(key, string.Join(",", x), string.Join(",", y));
                    break;
                case (Dictionary<string, double> x, Dictionary<string, double> y):
                    if (!x.Keys.Order(StringComparer.Ordinal).SequenceEqual(y.Keys.Order(StringComparer.Ordinal)))
                        Fail(key, string.Join(",", x.Keys), string.Join(",", y.Keys));
                    foreach (var (pair, value) in x)
                        Same($"{key}[{pair}]", value, y[pair]);
                    break;
                case (double[] { Length: 0 }, string[] { Length: 0 }):
                    break;
                default:
                    if (!expected.Equals(got))
                        Fail(key, $"{expected}", $"{got}");
                    break;
            }
        }

        private static object Plain(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Object => value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble()),
            JsonValueKind.Array when value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.String => value.EnumerateArray().Select(x => x.GetString()!).ToArray(),
            JsonValueKind.Array => value.EnumerateArray().Select(x => x.GetDouble()).ToArray(),
            _ => value.GetBoolean(),
        };

        private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        private void Fail(string key, string expected, string got) =>
            Assert.Fail($"{title}, {(Step is { } step ? $"step {step}" : "reset")}, {key}: expected {expected}, got {got}");
    }
}
