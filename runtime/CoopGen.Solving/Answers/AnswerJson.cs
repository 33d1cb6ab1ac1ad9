using System.Text.Json;

namespace CoopGen.Solving;

/// <summary>Answers as JSON; the command line and the native library write the same. A bound or an eigenvalue that is infinite is null.</summary>
public static class AnswerJson
{
    /// <summary>Writes an answer as an object.</summary>
    public static void Write(Utf8JsonWriter json, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(answer);
        var question = answer.Question;
        json.WriteStartObject();
        json.WriteString("environment", question.Environment.Info.Id);
        json.WriteString("oracle", question.Oracle);
        json.WriteString("reward_type", question.RewardType);
        json.WriteStartObject("parameters");
        foreach (var (parameter, value) in question.Given)
            ManifestJson.Value(json, parameter.Name, parameter, value);
        json.WriteEndObject();
        json.WriteNumber("seed", question.Seed);
        if (answer is PlannedAnswer planned)
            Write(json, planned);
        else
            Write(json, (OneShotAnswer)answer);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, OneShotAnswer answer)
    {
        if (answer.Game.Length > 0)
            json.WriteString("game", answer.Game);
        Profile(json, answer.Actions, answer.Payoffs, answer.Certificate);
        json.WriteNumber("seconds", Math.Round(answer.Seconds, 6));
        if (answer.Returns is { } returns)
            Numbers(json, "returns", returns);
        foreach (var (name, value) in answer.Facts)
            Number(json, name, value);
        if (answer.Equilibria is not { } solution)
            return;
        json.WriteStartArray("equilibria");
        foreach (var equilibrium in solution.Equilibria)
        {
            json.WriteStartObject();
            Profile(json, equilibrium.Actions, equilibrium.Payoffs, equilibrium.Certificate);
            Write(json, equilibrium.Stability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cycle");
        foreach (var profile in solution.Cycle)
            Numbers(json, profile);
        json.WriteEndArray();
        Bound(json, "dominance_over_box", solution.DominanceOverBox);
        json.WriteNumber("starts", solution.Starts);
    }

    private static void Write(Utf8JsonWriter json, PlannedAnswer answer)
    {
        json.WriteBoolean("interrupted", !answer.Complete);
        Numbers(json, "actions", answer.Actions);
        Numbers(json, "payoffs", answer.Payoffs);
        json.WriteNumber("residual", answer.Residual);
        Number(json, "largest_gain", answer.LargestGain);
        json.WriteBoolean("certified", answer.Certified);
        json.WriteNumber("seconds", Math.Round(answer.Seconds, 6));
        Numbers(json, "returns", answer.Returns!);
        if (answer.Optimum is { } found)
        {
            json.WriteNumber("lower_bound", found.Value);
            Bound(json, "upper_bound", found.UpperBound);
            Bound(json, "gap", found.Gap);
            json.WriteNumber("steps", found.Steps);
            json.WriteBoolean("terminated", found.Terminated);
            json.WriteString("found_from", found.Origin);
            json.WriteNumber("single_actions_tried", found.Checked);
            json.WriteStartObject("best_constant");
            json.WriteNumber("percent", found.BestConstant);
            json.WriteNumber("sum_of_returns", found.BestConstantValue);
            json.WriteEndObject();
            json.WriteStartObject("best_constant_profile");
            Numbers(json, "actions", found.ConstantProfile);
            json.WriteNumber("sum_of_returns", found.ConstantProfileValue);
            json.WriteEndObject();
        }
        else
        {
            json.WriteBoolean("settled", answer.Settled);
            json.WriteNumber("rounds", answer.Turns);
        }

        var d = answer.Question.Environment.ActionDimensions;
        json.WriteStartArray("plan");
        for (var t = 0; t < answer.Plan[0].Length / d; t++)
            Numbers(json, [.. answer.Plan.SelectMany(actions => actions.AsSpan(t * d, d).ToArray())]);
        json.WriteEndArray();
    }

    private static void Profile(Utf8JsonWriter json, double[] actions, double[] payoffs, Certificate? certificate)
    {
        Numbers(json, "actions", actions);
        Numbers(json, "payoffs", payoffs);
        Number(json, "residual", certificate?.Residual);
        Number(json, "largest_gain", certificate?.LargestGain);
        Number(json, "payoff_scale", certificate?.Scale);
        json.WriteBoolean("certified", certificate is { IsCertified: true });
        json.WriteStartArray("edges");
        foreach (var entry in certificate?.Edges ?? [])
            json.WriteNumberValue(entry);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Stability stability)
    {
        json.WriteStartObject("stability");
        json.WriteBoolean("stable", stability.IsStable);
        json.WriteBoolean("isolated", stability.IsIsolated);
        Bound(json, "spectral_radius", stability.SpectralRadius);
        Bound(json, "dominance", stability.Dominance);
        Bound(json, "gradient_rate", stability.GradientRate);
        json.WriteStartArray("eigenvalues");
        foreach (var value in stability.Eigenvalues)
        {
            if (double.IsFinite(value.Real))
                Numbers(json, [value.Real, value.Imaginary]);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A number, or null. The writer refuses what is no number: every solver does before it comes to that.</summary>
    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void Bound(Utf8JsonWriter json, string name, double value) => Number(json, name, double.IsInfinity(value) ? null : value);

    private static void Numbers(Utf8JsonWriter json, string name, double[] values)
    {
        json.WritePropertyName(name);
        Numbers(json, values);
    }

    private static void Numbers(Utf8JsonWriter json, double[] values)
    {
        json.WriteStartArray();
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
