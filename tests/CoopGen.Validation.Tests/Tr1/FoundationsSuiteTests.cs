using System.Text.Json;
using CoopGen.Validation.Tr1;

namespace CoopGen.Validation.Tests.Tr1;

/// <summary>TR-1's suite against its published figures.</summary>
public sealed class FoundationsSuiteTests
{
    /// <summary>A literal search differs from the suite's by the last digits of library functions only; those move its answers by 3.7e-8 at most.</summary>
    private const double SearchTolerance = 1e-7;

    /// <summary>The reference's exact roots have nine digits.</summary>
    private const double ExactTolerance = 1e-8;

    private static readonly Lazy<Ran> _ran = new(() => new(FoundationsSuite.Make()));

    private static Ran Ran => _ran.Value;

    [Fact]
    public void All_72_equilibria_agree()
    {
        var equilibria = Reference.Tr1.GetProperty("equilibria").EnumerateArray().ToArray();
        Assert.Equal(72, equilibria.Length);
        foreach (var e in equilibria)
        {
            var id = e.GetProperty("id").GetString()!;
            var (actions, exact) = (e.GetProperty("actions").Numbers(), e.GetProperty("exact").Numbers());
            for (var i = 0; i < actions.Length; i++)
            {
                Near.Absolute(actions[i], Ran.Number("equilibria", $"{id}.actions[{i}]"), SearchTolerance, id);
                Near.Relative(exact[i], Ran.Exact("equilibria", $"{id}.actions[{i}]"), ExactTolerance, id);
            }

            Assert.Equal(e.GetProperty("converged").GetBoolean(), Ran["equilibria", $"{id}.converged"].AsShipped!.Value.Verdict);
            Assert.Equal(e.GetProperty("sweeps").GetInt32(), Ran.Number("equilibria", $"{id}.sweeps"));
            Assert.True(Ran.Exact("equilibria", $"{id}.residual") < 1e-9, id);
            Assert.True(Ran.Exact("equilibria", $"{id}.largest_gain") < 1e-9, id);
        }
    }

    [Fact]
    public void All_scores_agree_item_by_item()
    {
        var order = Reference.Tr1.GetProperty("item_order").EnumerateArray().Select(x => x.GetString()!).ToArray();
        var metrics = Reference.Tr1.GetProperty("metric_order").EnumerateArray().Select(x => x.GetString()!).ToArray();
        var scored = Reference.Tr1.GetProperty("equilibria").EnumerateArray().Where(e => e.TryGetProperty("score", out var s) && s.ValueKind == JsonValueKind.Number).ToArray();
        Assert.Equal(66, scored.Length);
        foreach (var e in scored)
        {
            var id = e.GetProperty("id").GetString()!;
            Assert.Equal(e.GetProperty("score").GetDouble(), Ran.Number("equilibria", $"{id}.score"));
            Assert.Equal(e.GetProperty("exact_solver_score").GetDouble(), Ran.Exact("equilibria", $"{id}.score"));
            var (items, categories, values, baseline) = (e.GetProperty("items").Numbers(), e.GetProperty("cat").Numbers(), e.GetProperty("metrics").Numbers(), e.GetProperty("baseline").Numbers());
            for (var k = 0; k < order.Length; k++)
                Assert.Equal(items[k], Ran.Number("equilibria", $"{id}.{order[k]}"));
            for (var k = 0; k < categories.Length; k++)
                Assert.Equal(categories[k], Ran.Number("equilibria", $"{id}.cat[{k}]"));
            for (var k = 0; k < metrics.Length; k++)
                // Percentages move a hundred times as far as actions, and near 0 their digits are the search's noise.
                Near.Absolute(values[k], Ran.Number("equilibria", $"{id}.{metrics[k]}"), 100 * SearchTolerance + 5e-9 * Math.Abs(values[k]), $"{id} {metrics[k]}");
            for (var k = 0; k < baseline.Length; k++)
                Near.Absolute(baseline[k], Ran.Number("equilibria", $"{id}.baseline[{k}]"), SearchTolerance, id);
        }
    }

    [Theory]
    [InlineData("case", "exp1.logarithmic")]
    [InlineData("case-power", "exp1.power")]
    public void The_case_is_scored_item_by_item(string experiment, string id)
    {
        var e = Reference.Tr1.GetProperty("equilibria").EnumerateArray().Single(x => x.GetProperty("id").GetString() == id);
        var order = Reference.Tr1.GetProperty("item_order").EnumerateArray().Select(x => x.GetString()!).ToArray();
        var points = e.GetProperty("items").Numbers();
        for (var k = 0; k < order.Length; k++)
            Assert.Equal(points[k], Ran[experiment, order[k]].Points);
        var items = order.Select(item => Ran[experiment, item]).ToArray();
        Assert.Equal(60, items.Sum(i => i.Max));
        Assert.Equal(e.GetProperty("score").GetDouble(), Ran.Number(experiment, "total"));
        var constant = items.Where(i => i.Constant == true).ToArray();
        Assert.All(constant, i => Assert.Equal(i.Max, i.Points));
        Assert.Equal(e.GetProperty("score").GetDouble() - constant.Sum(i => i.Max)!.Value, Ran.Number(experiment, "total_without_constants"));
        Assert.Equal(60 - constant.Sum(i => i.Max)!.Value, Ran.Number(experiment, "max_without_constants"));
    }

    [Theory]
    [InlineData("exp2_monte_carlo")]
    [InlineData("exp3_statistics")]
    public void The_trials_with_noise_agree(string experiment)
    {
        var reference = Reference.Tr1.GetProperty(experiment);
        foreach (var spec in new[] { "power", "log" })
        {
            var scores = reference.GetProperty($"{spec}_scores").Numbers();
            Assert.Equal(500, scores.Length);
            for (var k = 0; k < scores.Length; k++)
                Assert.Equal(scores[k], Ran.Number(experiment, $"{spec}_scores[{k}]"));
            foreach (var bin in reference.GetProperty($"{spec}_hist").EnumerateObject())
                Assert.Equal(bin.Value.GetDouble(), Ran.Number(experiment, $"{spec}_hist[{bin.Name}]"));
            var (ends, rises) = (reference.GetProperty($"{spec}_ci").Numbers(), reference.GetProperty($"{spec}_coop_min_med_max").Numbers());
            Assert.Equal(ends, new[] { Ran.Number(experiment, $"{spec}_ci[0]"), Ran.Number(experiment, $"{spec}_ci[1]") });
            foreach (var (which, rise) in new[] { "min", "median", "max" }.Zip(rises))
                Near.Absolute(rise, Ran.Number(experiment, $"{spec}_coop[{which}]"), 100 * SearchTolerance, $"{spec} {which}");
            Statistic($"{spec}_mean");
            Statistic($"{spec}_std");
            Assert.Equal(reference.GetProperty($"{spec}_in_range").GetDouble(), Ran.Number(experiment, $"{spec}_in_range"));
        }

        foreach (var bin in reference.GetProperty("diff_hist").EnumerateObject())
            Assert.Equal(bin.Value.GetDouble(), Ran.Number(experiment, $"diff_hist[{bin.Name}]"));
        foreach (var count in new[] { "wins", "losses", "ties" })
            Assert.Equal(reference.GetProperty(count).GetDouble(), Ran.Number(experiment, count));
        foreach (var item in new[] { "diff_mean", "diff_std", "t", "W", "wp", "cohen_d" })
            Statistic(item);
        foreach (var trial in reference.GetProperty("trials").EnumerateArray())
        {
            var k = trial.GetProperty("trial").GetInt32();
            var noise = trial.GetProperty("noise").Numbers();
            for (var i = 0; i < noise.Length; i++)
                Near.Digits(noise[i], Ran.Number(experiment, $"trials[{k}].noise[{i}]"));
            foreach (var spec in new[] { "power", "logarithmic" })
            {
                var actions = trial.GetProperty(spec).GetProperty("actions").Numbers();
                for (var i = 0; i < actions.Length; i++)
                    Near.Absolute(actions[i], Ran.Number(experiment, $"trials[{k}].{spec}.actions[{i}]"), SearchTolerance);
                Near.Absolute(trial.GetProperty(spec).GetProperty("coop_pct").GetDouble(), Ran.Number(experiment, $"trials[{k}].{spec}.coop_pct"), 100 * SearchTolerance);
            }
        }

        // Nine digits are given.
        void Statistic(string item) => Near.Relative(reference.GetProperty(item).GetDouble(), Ran.Number(experiment, item), 5.1e-9, item);
    }

    [Fact]
    public void All_starting_points_lead_to_one_equilibrium()
    {
        const string Experiment = "exp4_convergence";
        var reference = Reference.Tr1.GetProperty(Experiment);
        var k = 0;
        foreach (var start in reference.GetProperty("starts").EnumerateArray())
        {
            for (var i = 0; i < 2; i++)
            {
                Near.Digits(start.GetProperty("start").Numbers()[i], Ran.Number(Experiment, $"starts[{k}].start[{i}]"));
                foreach (var spec in new[] { "power", "log" })
                    Near.Absolute(start.GetProperty(spec).Numbers()[i], Ran.Number(Experiment, $"starts[{k}].{spec}[{i}]"), SearchTolerance);
            }

            foreach (var spec in new[] { "power", "log" })
                Assert.Equal(start.GetProperty($"{spec}_sweeps").GetInt32(), Ran.Number(Experiment, $"starts[{k}].{spec}_sweeps"));
            k++;
        }

        Assert.Equal(12, k);
        var (converged, spread) = (reference.GetProperty("conv").Numbers(), reference.GetProperty("spread").Numbers());
        foreach (var (s, spec) in new[] { "power", "log" }.Index())
        {
            var sweeps = reference.GetProperty($"{spec}_sweeps").Numbers();
            Assert.Equal(sweeps, new[] { Ran.Number(Experiment, $"{spec}_sweeps[min]"), Ran.Number(Experiment, $"{spec}_sweeps[max]") });
            Assert.Equal(converged[s], Ran.Number(Experiment, $"{spec}_converged"));
            // A difference of numbers near 30 that agree to their last digits.
            Near.Absolute(spread[s], Ran.Number(Experiment, $"{spec}_spread"), 1e-13, spec);
        }
    }

    [Fact]
    public void Random_games_score_as_the_documents_say()
    {
        var reference = Reference.Tr1.GetProperty("null_20000");
        var (printed, tolerance) = (reference.GetProperty("documented"), reference.GetProperty("tolerance"));
        foreach (var item in new[] { "log_mean", "power_mean" })
            Near.Absolute(printed.GetProperty(item).GetDouble(), Ran.Exact("null_20000", item), tolerance.GetProperty("mean").GetDouble(), item);
        Near.Absolute(printed.GetProperty("log_gt_power").GetDouble(), Ran.Exact("null_20000", "log_gt_power"), tolerance.GetProperty("rate").GetDouble());
    }

    [Fact]
    public void The_model_gives_the_published_values()
    {
        foreach (var row in Reference.Tr1.GetProperty("functions").EnumerateArray())
        {
            var a = row.GetProperty("a").GetDouble();
            foreach (var (value, name) in new[] { ("power", "power"), ("logarithmic", "log") })
            {
                // One agent with a partner that gives nothing: its payoff is e − a + f(a).
                var model = new Model(new Venture { Value = value, Gamma = 0, Endowments = [100, 100], Shares = [0.5, 0.5], Dependence = [[0, 0], [0, 0]] });
                var published = row.GetProperty(name).GetDouble();
                // Nine digits, and what taking 100 off costs.
                Near.Absolute(published, model.Play([a, 0]).Payoffs[0] - 100 + a, 5.1e-9 * published + 1e-13, $"{name}({a})");
            }
        }

        foreach (var row in Reference.Tr1.GetProperty("utility").EnumerateArray())
        {
            var model = new Model(new Venture
            {
                Value = row.GetProperty("spec").GetString()!,
                Gamma = row.GetProperty("gamma").GetDouble(),
                Endowments = row.GetProperty("e").Numbers(),
                Shares = row.GetProperty("alpha").Numbers(),
                Dependence = row.GetProperty("D").Rows(),
            });
            var actions = row.GetProperty("actions").Numbers();
            var (payoffs, total) = model.Play(actions);
            Near.Digits(row.GetProperty("V").GetDouble(), total);
            for (var i = 0; i < actions.Length; i++)
            {
                Near.Digits(row.GetProperty("pi").Numbers()[i], payoffs[i]);
                Near.Digits(row.GetProperty("U").Numbers()[i], model.Utility(i, actions));
            }
        }
    }

    [Fact]
    public void Items_marked_as_constant_never_fail()
    {
        var study = new StudyCase();
        var random = new Random(1);
        for (var k = 0; k < 200; k++)
        {
            var share = random.NextDouble();
            var venture = study.Of(k % 2 == 0 ? "power" : "logarithmic") with
            {
                Gamma = 1.5 * random.NextDouble(),
                Shares = [share, 1 - share],
                Dependence = [[0, random.NextDouble()], [random.NextDouble(), 0]],
            };
            foreach (var scored in new[] { study.Shipped(venture), study.Exact(venture) })
                for (var i = 0; i < study.Rubric.Items.Count; i++)
                    if (study.Rubric.Items[i].Constant is not null)
                        Assert.Equal(study.Rubric.Items[i].Max, scored.Scores[i].Points);
        }
    }
}
