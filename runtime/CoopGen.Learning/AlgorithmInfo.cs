using System.Globalization;
using System.Reflection;

namespace CoopGen.Learning;

/// <summary>A number that an algorithm can be tuned by.</summary>
/// <param name="Name">Its name, such as <c>learning_rate</c>.</param>
/// <param name="Default">Its default.</param>
/// <param name="Min">Least value allowed.</param>
/// <param name="Max">Greatest value allowed.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
/// <param name="Whole">Whether only whole numbers are allowed.</param>
public sealed record Hyperparameter(string Name, double Default, double Min, double Max, string Meaning, bool Whole = false)
{
    /// <summary>A yes (1) or no (0).</summary>
    public static Hyperparameter Switch(string name, bool byDefault, string meaning) => new(name, byDefault ? 1 : 0, 0, 1, meaning, Whole: true);

    /// <summary>A whole number.</summary>
    public static Hyperparameter Count(string name, long byDefault, long min, long max, string meaning) => new(name, byDefault, min, max, meaning, Whole: true);

    /// <summary>The value that a text stands for: a number; for a switch <c>true</c> and <c>false</c> too.</summary>
    /// <exception cref="ArgumentException">It stands for none that is allowed.</exception>
    public double Parse(string text)
    {
        var value = double.NaN;
        if (bool.TryParse(text, out var flag) && this is { Min: 0, Max: 1, Whole: true })
            value = flag ? 1 : 0;
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            value = number;
        return Check(value, text);
    }

    /// <summary>The value, if it is allowed.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public double Check(double value, string? text = null) =>
        value >= Min && value <= Max && (!Whole || Math.Floor(value) == value) ? value
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Name} is {text ?? value.ToString(CultureInfo.InvariantCulture)}; it must be a {(Whole ? "whole " : "")}number between {Min} and {Max}."));
}

/// <summary>Values of an algorithm's hyperparameters: the defaults, and what was given.</summary>
public sealed class Hyperparameters
{
    private readonly Dictionary<string, double> _values = [];

    /// <param name="algorithm">The algorithm.</param>
    /// <param name="given">Values that differ from the defaults.</param>
    /// <exception cref="ArgumentException">There is no such hyperparameter, or its value is not allowed.</exception>
    public Hyperparameters(AlgorithmInfo algorithm, IReadOnlyDictionary<string, double>? given = null)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        foreach (var parameter in algorithm.Hyperparameters)
            _values.Add(parameter.Name, parameter.Default);
        foreach (var (name, value) in given ?? new Dictionary<string, double>())
            _values[name] = algorithm.Find(name).Check(value);
    }

    /// <summary>All values, in the order of the algorithm's list.</summary>
    public IReadOnlyDictionary<string, double> Values => _values;

    /// <summary>A value.</summary>
    public double this[string name] => _values[name];

    /// <summary>A whole number.</summary>
    public int Count(string name) => (int)_values[name];

    /// <summary>A yes or no.</summary>
    public bool Is(string name) => _values[name] != 0;
}

/// <summary>What a run trains on and with.</summary>
/// <param name="Environment">A compiled environment with the parameters wanted; it is not played.</param>
/// <param name="Hyperparameters">Values for the algorithm.</param>
/// <param name="Seed">What every draw follows.</param>
/// <param name="Timesteps">Environment steps that the run is meant to take: schedules end there.</param>
public sealed record TrainingSetup(GameEnvironment Environment, Hyperparameters Hyperparameters, ulong Seed, long Timesteps);

/// <summary>What is known of an algorithm without running it.</summary>
public sealed record AlgorithmInfo
{
    /// <summary>Its name in the benchmark.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Where it is published.</summary>
    public required string Paper { get; init; }

    /// <summary><c>independent</c>, <c>centralised training</c> or <c>joint</c>.</summary>
    public required string Family { get; init; }

    /// <summary>What it can be tuned by.</summary>
    public required IReadOnlyList<Hyperparameter> Hyperparameters { get; init; }

    /// <summary>Why it cannot learn an environment; null if it can.</summary>
    public Func<GameEnvironment, string?> Refuses { get; init; } = static _ => null;

    /// <summary>Makes a learner.</summary>
    public required Func<TrainingSetup, Learner> Create { get; init; }

    /// <summary>All algorithms, in alphabetical order: those that classes derived from <see cref="Learner"/> declare in a static property <c>Algorithm</c>.</summary>
    public static IReadOnlyList<AlgorithmInfo> All { get; } =
    [
        .. typeof(Learner).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Learner)))
            .Select(type => type.GetProperty("Algorithm", BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .OfType<PropertyInfo>().Select(property => (AlgorithmInfo)property.GetValue(null)!).OrderBy(info => info.Name, StringComparer.Ordinal),
    ];

    /// <summary>The hyperparameter of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says which there are.</exception>
    public Hyperparameter Find(string name) =>
        Hyperparameters.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"{Name} has no hyperparameter '{name}'; it has {string.Join(", ", Hyperparameters.Select(p => p.Name))}.", nameof(name));

    /// <summary>Makes a learner for an environment.</summary>
    /// <param name="environment">A compiled environment.</param>
    /// <param name="seed">What every draw follows.</param>
    /// <param name="timesteps">Environment steps that the run is meant to take.</param>
    /// <param name="given">Hyperparameters that differ from the defaults.</param>
    /// <exception cref="ArgumentException">The algorithm cannot learn the environment, or a hyperparameter is unknown or not allowed.</exception>
    public Learner Start(GameEnvironment environment, ulong seed, long timesteps, IReadOnlyDictionary<string, double>? given = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(timesteps, 1);
        if (Refuses(environment) is { } reason)
            throw new ArgumentException($"{Name} cannot learn {environment.Info.Id}: {reason}");
        return Create(new(environment, new(this, given), seed, timesteps));
    }
}
