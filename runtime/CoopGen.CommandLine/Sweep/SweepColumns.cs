using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace CoopGen.Cli;

/// <summary>A column of the rows of a sweep.</summary>
/// <param name="Field">Its name and type.</param>
internal abstract record Column(DataField Field)
{
    public string Name => Field.Name;

    /// <summary>The entry of a row, in a culture of no country; empty if there is none.</summary>
    public abstract string Text(SweepRow row);

    /// <summary>Writes the entry of a row, or null.</summary>
    public abstract void Write(Utf8JsonWriter json, SweepRow row);

    /// <summary>Writes the entries of a group of rows.</summary>
    public abstract Task Write(ParquetRowGroupWriter group, SweepRow[] rows);
}

/// <summary>A column of words.</summary>
internal sealed record WordColumn(string Called, Func<SweepRow, string> Value) : Column(new DataField(Called, typeof(string), false))
{
    public override string Text(SweepRow row) => Value(row);

    public override void Write(Utf8JsonWriter json, SweepRow row) => json.WriteString(Name, Value(row));

    public override Task Write(ParquetRowGroupWriter group, SweepRow[] rows) => group.WriteAsync(Field, Array.ConvertAll(rows, row => Value(row)));
}

/// <summary>A column of numbers or of true and false.</summary>
internal sealed record NumberColumn<T>(string Called, Func<SweepRow, T?> Value, bool IsNullable = false) : Column(new DataField(Called, typeof(T), IsNullable)) where T : struct, IFormattable
{
    public override string Text(SweepRow row) => Value(row)?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    public override void Write(Utf8JsonWriter json, SweepRow row)
    {
        json.WritePropertyName(Name);
        JsonSerializer.Serialize(json, Value(row));
    }

    public override Task Write(ParquetRowGroupWriter group, SweepRow[] rows) => IsNullable
        ? group.WriteAsync<T>(Field, new ReadOnlyMemory<T?>(Array.ConvertAll(rows, row => Value(row))))
        : group.WriteAsync<T>(Field, new ReadOnlyMemory<T>(Array.ConvertAll(rows, row => Value(row)!.Value)));
}

/// <summary>A column of true and false.</summary>
internal sealed record FlagColumn(string Called, Func<SweepRow, bool> Value) : Column(new DataField(Called, typeof(bool), false))
{
    public override string Text(SweepRow row) => Value(row) ? "true" : "false";

    public override void Write(Utf8JsonWriter json, SweepRow row) => json.WriteBoolean(Name, Value(row));

    public override Task Write(ParquetRowGroupWriter group, SweepRow[] rows) => group.WriteAsync<bool>(Field, new ReadOnlyMemory<bool>(Array.ConvertAll(rows, row => Value(row))));
}

/// <summary>The columns of a sweep.</summary>
internal static class SweepColumns
{
    private static readonly (string Watched, string Mean, string? Final)[] _numbers = [("cooperation_rate", "cooperation", null), ("mean_trust", "mean_trust", "final_trust")];

    /// <summary>What was played, then how it went. A parameter that is called like another column is written <c>parameter_</c> and its name.</summary>
    public static IReadOnlyList<Column> Of(SweepPlan plan)
    {
        List<Column> before = [new WordColumn("environment", _ => plan.Info.Id)];
        List<Column> after =
        [
            new WordColumn("reward_type", row => plan.ModeOf(row.Index).ToString().ToLowerInvariant()),
            new WordColumn("policy", row => plan.ProfileOf(row.Index).Name),
            new NumberColumn<int>("episode", row => plan.EpisodeOf(row.Index)),
            new NumberColumn<ulong>("seed", _ => plan.Seed),
        ];
        for (var k = 0; k < plan.MostAgents; k++)
        {
            var agent = k;
            after.Add(new NumberColumn<double>(FormattableString.Invariant($"return_{agent}"), row => agent < row.Returns.Length ? row.Returns[agent] : null, agent >= plan.FewestAgents));
        }

        after.AddRange(
        [
            new NumberColumn<double>("team_return", row => row.Returns.Sum()),
            new NumberColumn<int>("steps", row => row.Steps),
            new FlagColumn("terminated", row => row.Ending.HasFlag(Ending.Terminated)),
            new FlagColumn("truncated", row => row.Ending.HasFlag(Ending.Truncated)),
        ]);
        foreach (var (watched, mean, final) in _numbers)
        {
            if (Array.IndexOf(plan.Watched, watched) is not (>= 0 and var number))
                continue;
            after.Add(new NumberColumn<double>(mean, row => row.Means[number]));
            if (final is not null)
                after.Add(new NumberColumn<double>(final, row => row.Finals[number]));
        }

        for (var k = 0; k < plan.Axes.Count; k++)
        {
            var (axis, parameter) = (k, plan.Axes[k].Parameter);
            var name = before.Concat(after).Any(c => c.Name == parameter.Name) ? "parameter_" + parameter.Name : parameter.Name;
            before.Add(parameter.Kind switch
            {
                ParameterKind.Number => new NumberColumn<double>(name, row => plan.ValueOf(axis, row.Index).Number),
                ParameterKind.Integer => new NumberColumn<long>(name, row => (long)plan.ValueOf(axis, row.Index).Number),
                ParameterKind.Switch => new FlagColumn(name, row => plan.ValueOf(axis, row.Index).Flag),
                _ => new WordColumn(name, row => parameter.Format(plan.ValueOf(axis, row.Index))),
            });
        }

        return [.. before, .. after];
    }
}
