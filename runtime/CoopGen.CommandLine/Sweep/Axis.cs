using System.Globalization;

namespace CoopGen.Cli;

/// <summary>A parameter and the values it takes in a sweep.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Values">Its values, each checked and different from the others.</param>
internal sealed record Axis(ParameterInfo Parameter, IReadOnlyList<ParameterValue> Values)
{
    /// <summary>Most values of one parameter.</summary>
    private const ulong MostValues = 1_000_000;

    /// <summary>Reads <c>lo:hi:count</c>, a list <c>a,b,c</c> or a single value; of a range, which is written lo,hi, a single value.</summary>
    /// <exception cref="UsageException">It is none of them, or a value is not allowed; the message says which and what is.</exception>
    public static Axis Read(ParameterInfo parameter, string text)
    {
        var given = $"--set {parameter.Name}={text}";
        var isNumber = parameter.Kind is ParameterKind.Number or ParameterKind.Integer;
        try
        {
            IReadOnlyList<ParameterValue> values = isNumber && text.Contains(':', StringComparison.Ordinal) ? Line(parameter, text, given)
                : parameter.Kind == ParameterKind.Range ? [parameter.Parse(text)]
                : [.. text.Split(',').Select(parameter.Parse)];
            for (var k = 0; k < values.Count; k++)
                if (k > 0 && values[k] == values[k - 1] || values.Count <= 1000 && values.Take(k).Contains(values[k]))
                    throw new UsageException($"{given}: the value {parameter.Format(values[k])} comes twice; a grid has every value once.");
            return new(parameter, values);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"{given}: {wrong.Message}");
        }
    }

    /// <summary>Evenly spaced values from lo to hi, both included; of a single one, lo.</summary>
    private static ParameterValue[] Line(ParameterInfo parameter, string text, string given)
    {
        var parts = text.Split(':');
        var (low, high) = (0.0, 0.0);
        if (parts.Length != 3 || !Number(parts[0], out low) || !Number(parts[1], out high))
            throw new UsageException($"{given}: a line of values is written lo:hi:count, such as {parameter.Name}=0:1:5.");
        var count = (int)Choose.Whole($"{given}: the count", parts[2], 1, MostValues);
        if (low > high)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{given}: lo is {low}, which is above hi, {high}; write the lesser first."));
        parameter.Check(low);
        parameter.Check(high);
        var values = new ParameterValue[count];
        for (var k = 0; k < count; k++)
            values[k] = parameter.Check(k == 0 ? low : k == count - 1 ? high : low + (high - low) * k / (count - 1));
        return values;
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
