namespace CoopGen;

/// <summary>Marks a partial class derived from <see cref="Spec"/> as a playable environment.</summary>
/// <param name="id">Unique id, such as <c>TrustDilemma-v0</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EnvironmentAttribute(string id) : Attribute
{
    /// <summary>Unique id, such as <c>TrustDilemma-v0</c>.</summary>
    public string Id { get; } = id;

    /// <summary>Default number of steps of an episode, at least 1; overridden by the parameter <c>max_steps</c>.</summary>
    public int Horizon { get; set; } = 100;

    /// <summary>Mechanism class the environment belongs to, such as <c>TR-2</c>.</summary>
    public string Class { get; set; } = "";

    /// <summary>Where the environment is published, such as <c>arXiv:2510.24909</c>.</summary>
    public string Report { get; set; } = "";

    /// <summary>Names of the agents in order; agents beyond the last name repeat it with a number.</summary>
    public string[] Agents { get; set; } = [];
}

/// <summary>Marks an abstract partial class derived from <see cref="Spec"/> as a mechanism that environments are composed of.</summary>
/// <param name="name">Name of the mechanism, such as <c>TR-2</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MechanismAttribute(string name) : Attribute
{
    /// <summary>Name of the mechanism, such as <c>TR-2</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Where the mechanism is published, such as <c>arXiv:2510.24909</c>.</summary>
    public string Report { get; set; } = "";
}

/// <summary>Names the published equation that a formula states. Every formula of a mechanism has one.</summary>
/// <param name="reference">Reference such as <c>TR-2 eq. 6</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class EquationAttribute(string reference) : Attribute
{
    /// <summary>Reference such as <c>TR-2 eq. 6</c>.</summary>
    public string Reference { get; } = reference;
}

/// <summary>Gives a member the symbol it has in the paper, as LaTeX. Greek letters need none: their LaTeX is known.</summary>
/// <param name="latex">LaTeX such as <c>\bar{a}</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class SymbolAttribute(string latex) : Attribute
{
    /// <summary>LaTeX such as <c>\bar{a}</c>.</summary>
    public string Latex { get; } = latex;
}

/// <summary>Every entry of the member lies in a closed range. Checked while compiling with the default parameters and at construction with the given ones.</summary>
/// <param name="min">Least value: a number, or the name of a member with the same indices (or none).</param>
/// <param name="max">Greatest value: a number, or the name of a member with the same indices (or none).</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class WithinAttribute(object min, object max) : Attribute
{
    /// <summary>Least value: a number or the name of a member.</summary>
    public object Min { get; } = min;

    /// <summary>Greatest value: a number or the name of a member.</summary>
    public object Max { get; } = max;
}

/// <summary>The entries of the vector add up to a number, to within 1e-9. Checked like <see cref="WithinAttribute"/>.</summary>
/// <param name="total">What the entries add up to.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SumsToAttribute(double total) : Attribute
{
    /// <summary>What the entries add up to.</summary>
    public double Total { get; } = total;
}

/// <summary>The diagonal of the matrix is zero. Checked like <see cref="WithinAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ZeroDiagonalAttribute : Attribute;

/// <summary>The state belongs to the agent alone that owns its row: observations of other agents may not contain it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HiddenAttribute : Attribute;

/// <summary>Holds the checked representation of a spec class; written by the compiler, read back when another project derives from the class.</summary>
/// <param name="text">The representation.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CompiledSpecAttribute(string text) : Attribute
{
    /// <summary>The representation.</summary>
    public string Text { get; } = text;
}
