using System.Globalization;

namespace CoopGen.Validation;

/// <summary>Evaluates what a rubric measures of a course: functions of series and phases, numbers, and + − × ÷ between them, such as <c>end(trust, 'Recovery') / start(trust, 'Crisis')</c>.</summary>
internal sealed class Measure
{
    /// <summary>What the functions mean.</summary>
    public static IReadOnlyList<(string Function, string Meaning)> Functions { get; } =
    [
        ("start(series, 'phase')", "the value at the state at which a phase begins"),
        ("end(series, 'phase')", "the value at the state at which it ends"),
        ("change(series, 'phase')", "end less start"),
        ("jump(series, 'phase')", "the value one period after a phase begins less that one period before"),
        ("mean(series), mean(series, 'phase')", "mean over all states, or over those of a phase from its begin up to and without its end"),
        ("least(series), least(series, 'phase')", "the least of them"),
        ("greatest(series), greatest(series, 'phase')", "the greatest of them"),
        ("at(series, state)", "the value at a state; 0 is before the first period"),
        ("first(series), last(series)", "the value at the first and the last state"),
        ("signal('phase')", "mean signal of all agents in a phase: above 0 where they do more than is expected"),
        ("fall_rate(series), rise_rate(series)", "mean size of the change per period over the phases with a signal below, above 0"),
        ("recovery(series, limit)", "of the first phase with a signal below −limit that is followed by one above it: the value at the follower's end over that one period before the violation began"),
        ("transitions(series, size)", "how many phases but the first begin with a jump of more than that size"),
        ("abs(measure)", "the size of a measure"),
    ];

    /// <summary>Most brackets, signs and functions within one another.</summary>
    private const int Deepest = 100;

    private readonly Course _course;
    private readonly string _text;
    private int _at, _depth;

    private Measure(Course course, string text) => (_course, _text) = (course, text);

    /// <summary>The value of a measure.</summary>
    /// <exception cref="CaseException">It cannot be read, or has no finite value.</exception>
    public static double Of(Course course, string text)
    {
        var measure = new Measure(course, text);
        double value;
        try
        {
            value = measure.Sum();
            measure.Blank();
            if (measure._at < text.Length)
                throw measure.Unexpected();
        }
        catch (CaseException exception)
        {
            throw new CaseException($"measure '{text}': {exception.Message}");
        }

        return double.IsFinite(value) ? value : throw new CaseException(string.Create(CultureInfo.InvariantCulture, $"measure '{text}' is {value} for this case; a measure must have a finite value."));
    }

    private double Sum()
    {
        var value = Product();
        while (true)
        {
            if (Take('+'))
                value += Product();
            else if (Take('-'))
                value -= Product();
            else
                return value;
        }
    }

    private double Product()
    {
        var value = Factor();
        while (true)
        {
            if (Take('*'))
                value *= Factor();
            else if (Take('/'))
                value /= Factor();
            else
                return value;
        }
    }

    private double Factor()
    {
        if (++_depth > Deepest)
            throw new CaseException($"it nests deeper than {Deepest} levels.");
        var value = Inner();
        _depth--;
        return value;
    }

    private double Inner()
    {
        if (Take('-'))
            return -Factor();
        if (Take('('))
        {
            var inner = Sum();
            Demand(')');
            return inner;
        }

        Blank();
        if (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            return Number();
        var name = Name();
        if (name.Length == 0)
            throw Unexpected();
        Demand('(');
        var value = Call(name);
        Demand(')');
        return value;
    }

    private double Call(string function)
    {
        if (function == "abs")
            return Math.Abs(Sum());
        if (function == "signal")
            return _course.Signals[Phase()];
        if (!Functions.SelectMany(f => f.Function.Split(", ")).Any(f => f.StartsWith(function + "(", StringComparison.Ordinal)))
            throw new CaseException($"there is no function '{function}'; there are {string.Join("; ", Functions.Select(f => f.Function))}.");
        var series = _course.Series(Series());
        switch (function)
        {
            case "first":
                return series[0];
            case "last":
                return series[^1];
            case "fall_rate":
                return Rate(series, signal => signal < 0, function, "below");
            case "rise_rate":
                return Rate(series, signal => signal > 0, function, "above");
            case "mean":
                return Stretch(series).Average();
            case "least":
                return Stretch(series).Min();
            case "greatest":
                return Stretch(series).Max();
        }

        Demand(',');
        switch (function)
        {
            case "start":
                return series[_course.Phases[Phase()].Start];
            case "end":
                return series[_course.Phases[Phase()].End];
            case "change":
                return Change(series, _course.Phases[Phase()]);
            case "jump":
                return Jump(series, Phase());
            case "at":
                var state = Number();
                return state == Math.Floor(state) && state < series.Length ? series[(int)state]
                    : throw new CaseException(string.Create(CultureInfo.InvariantCulture, $"there is no state {state}; states are 0 to {series.Length - 1}."));
            case "transitions":
                var size = Number();
                return Enumerable.Range(1, _course.Phases.Count - 1).Count(k => Math.Abs(Jump(series, k)) > size);
            case "recovery":
                return Recovery(series, Number());
            default:
                throw new InvalidOperationException($"{function} is listed and not evaluated.");
        }
    }

    private static double Change(double[] series, Phase phase) => series[phase.End] - series[phase.Start];

    private double Jump(double[] series, int phase)
    {
        var begin = _course.Phases[phase].Start;
        return begin > 0 ? series[begin + 1] - series[begin - 1] : throw new CaseException($"the phase '{_course.Phases[phase].Name}' begins the case; nothing jumps there.");
    }

    private double Rate(double[] series, Func<double, bool> which, string function, string where)
    {
        var rates = _course.Phases.Where((_, k) => which(_course.Signals[k])).Select(p => Math.Abs(Change(series, p)) / p.Periods).ToList();
        return rates.Count > 0 ? rates.Average() : throw new CaseException($"{function} has no meaning: no phase has a signal {where} 0.");
    }

    private double Recovery(double[] series, double limit)
    {
        for (var k = 0; k + 1 < _course.Phases.Count; k++)
            if (_course.Signals[k] < -limit && _course.Signals[k + 1] > limit)
                return series[_course.Phases[k + 1].End] / series[Math.Max(0, _course.Phases[k].Start - 1)];
        throw new CaseException(string.Create(CultureInfo.InvariantCulture, $"recovery has no meaning: no phase with a signal below {-limit} is followed by one above {limit}."));
    }

    private double[] Stretch(double[] series)
    {
        if (!Take(','))
            return series;
        var phase = _course.Phases[Phase()];
        return series[phase.Start..phase.End];
    }

    private string Series()
    {
        Blank();
        var begin = _at;
        Name();
        if (Take('['))
            while (_at < _text.Length && _text[_at++] != ']')
            {
            }

        return begin < _at ? _text[begin.._at].Trim() : throw Unexpected();
    }

    private int Phase()
    {
        Demand('\'');
        var end = _text.IndexOf('\'', _at);
        if (end < 0)
            throw new CaseException("a phase's name is not closed by '.");
        var name = _text[_at..end];
        _at = end + 1;
        return _course.Phase(name);
    }

    private double Number()
    {
        Blank();
        var begin = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            _at++;
        return double.TryParse(_text.AsSpan(begin, _at - begin), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : throw Unexpected();
    }

    private string Name()
    {
        var begin = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        return _text[begin.._at];
    }

    private bool Take(char c)
    {
        Blank();
        if (_at >= _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private void Demand(char c)
    {
        if (!Take(c))
            throw new CaseException(_at < _text.Length ? $"'{c}' is missing before '{_text[_at..]}'." : $"'{c}' is missing at the end.");
    }

    private void Blank()
    {
        while (_at < _text.Length && _text[_at] == ' ')
            _at++;
    }

    private CaseException Unexpected() => new(_at < _text.Length ? $"'{_text[_at..]}' has no meaning there." : "it ends too early.");
}
