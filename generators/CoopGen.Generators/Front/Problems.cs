using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Front;

/// <summary>What can be wrong with a spec, in one table. Every entry has a help page under its id.</summary>
internal static class Problems
{
    private const string Help = "https://github.com/coopgen/coopgen/blob/main/generators/diagnostics/";

    // The class.
    public static readonly DiagnosticDescriptor NotPartial = Error("CG001", "Spec is not partial", "'{0}' must be declared partial: the compiler adds the other half");
    public static readonly DiagnosticDescriptor NoSummary = Warning("CG002", "Missing documentation summary", "'{0}' has no documentation summary; say in a sentence what it means: /// <summary>…</summary>");
    public static readonly DiagnosticDescriptor NoEquation = Warning("CG003", "Missing equation reference", "Formula '{0}' of a mechanism has no equation reference; add [Equation(\"…\")] naming the published equation");
    public static readonly DiagnosticDescriptor DuplicateId = Error("CG004", "Duplicate id", "The id '{0}' is taken by '{1}'; give '{2}' another");
    public static readonly DiagnosticDescriptor BadId = Error("CG005", "Malformed id", "'{0}' is not an id; write a name and a version, such as 'TwoFarmers-v0'");
    public static readonly DiagnosticDescriptor BadHorizon = Error("CG006", "Horizon out of range", "The horizon {0} is not allowed; an episode has between 1 and 1000000000 steps");
    public static readonly DiagnosticDescriptor BadClass = Error("CG007", "Wrong kind of class", "'{0}' {1}");
    public static readonly DiagnosticDescriptor NameTaken = Error("CG008", "Name used twice", "'{0}' is already a member of '{1}'; override it or choose another name");
    public static readonly DiagnosticDescriptor NoCompiledSpec = Error("CG009", "Base class was not compiled as a spec", "The base class '{0}' comes from an assembly without a compiled spec; derive from Spec or from a class marked [Mechanism] or [Environment] that was built with CoopGen");

    // The subset of C#.
    public static readonly DiagnosticDescriptor Outside = Error("CG010", "Construct outside the spec language", "{0} is not part of the spec language; {1}");
    public static readonly DiagnosticDescriptor Unknown = Error("CG011", "Unknown symbol", "'{0}' is not known to the spec language; {1}");
    public static readonly DiagnosticDescriptor Allocation = Error("CG012", "Allocation in a formula", "A formula allocates nothing: '{0}' is not part of the spec language; {1}");
    public static readonly DiagnosticDescriptor Field = Error("CG013", "Field in a spec", "'{0}' is a field; {1}");
    public static readonly DiagnosticDescriptor Recursion = Error("CG014", "Recursion", "'{0}' refers to itself ({1}); a formula must be finite: use state to look back in time");
    public static readonly DiagnosticDescriptor Reassigned = Error("CG015", "Local assigned twice", "A local has one value: '{0}' is assigned again; declare another local");
    public static readonly DiagnosticDescriptor DeclarationInside = Error("CG016", "Declaration inside a formula", "'{0}' declares something and must be the whole body of a property: {1}");
    public static readonly DiagnosticDescriptor NotConstant = Error("CG017", "Value must be constant", "{0} must be a constant");
    public static readonly DiagnosticDescriptor IntegerDivision = Error("CG018", "Division of whole numbers", "'{0}' divides whole numbers and drops the remainder; make one of them a double, such as '(double)x / y'");

    // Shapes and values.
    public static readonly DiagnosticDescriptor DuplicateParameter = Error("CG020", "Parameter declared twice", "The parameter '{0}' is declared by '{1}' already; give it another name");
    public static readonly DiagnosticDescriptor DefaultOutside = Error("CG021", "Default outside its range", "The default {0} of '{1}' lies outside its range {2} to {3}");
    public static readonly DiagnosticDescriptor EmptyRange = Error("CG022", "Empty range", "The range of '{0}' is empty: {1} is above {2}");
    public static readonly DiagnosticDescriptor WrongLength = Error("CG023", "Wrong length", "{0} values are given for {1} agents; give one per agent");
    public static readonly DiagnosticDescriptor WrongShape = Error("CG024", "Wrong shape", "The matrix has {0}; give {1} rows of {1} numbers");
    public static readonly DiagnosticDescriptor WrongSum = Error("CG025", "Entries do not add up", "The entries of '{0}' add up to {1} with default parameters; they must add up to {2}");
    public static readonly DiagnosticDescriptor OutsideRange = Error("CG026", "Value outside its range", "'{0}'{1} is {2} with default parameters; it must be between {3} and {4}");
    public static readonly DiagnosticDescriptor AboveOther = Error("CG027", "Value outside limits set by another member", "'{0}'{1} is {2} with default parameters; '{3}' limits it to {4}");
    public static readonly DiagnosticDescriptor Diagonal = Error("CG028", "Diagonal is not zero", "'{0}[{1}, {1}]' is {2} with default parameters; the diagonal must be 0");
    public static readonly DiagnosticDescriptor AgentCount = Error("CG029", "Number of agents out of range", "The number of agents is {0} with default parameters; it must be between 1 and 1024");
    public static readonly DiagnosticDescriptor TooManyNames = Error("CG030", "More names than agents", "{0} agents are named but there are {1}; name at most as many");
    public static readonly DiagnosticDescriptor BadActions = Error("CG031", "Malformed action", "The action '{0}' {1}");
    public static readonly DiagnosticDescriptor NoSuchAgent = Error("CG032", "No such agent", "There is no agent {0}: the agents are 0 to {1}");
    public static readonly DiagnosticDescriptor MissingAgent = Error("CG033", "Agent may be missing", "There may be no agent {0}, for there can be as few as {1} agents; allow no fewer than {2}, or write 'Sum(j => j == {0}, j => …)'");

    // What depends on what.
    public static readonly DiagnosticDescriptor UnusedParameter = Warning("CG040", "Unused parameter", "The parameter '{0}' is used nowhere; use it or remove it");
    public static readonly DiagnosticDescriptor UnusedState = Warning("CG041", "Unused state", "The state '{0}' is {1}; use it or remove it");
    public static readonly DiagnosticDescriptor StaleRead = Error("CG042", "Read of a state already overwritten", "'{0}' was overwritten earlier in this step; write '{0}.Now' if the new value is meant, or read it before");
    public static readonly DiagnosticDescriptor NotInductive = Error("CG043", "State may leave its range", "'{0}' can become {1} here, outside its declared range {2} to {3}; clip it or declare a wider range");
    public static readonly DiagnosticDescriptor InitialOutside = Error("CG044", "Initial value outside the range of the state", "The initial value {0} of '{1}' lies outside its declared range {2} to {3}");
    public static readonly DiagnosticDescriptor SetTwiceDrawn = Error("CG045", "Random state set twice", "'{0}' is set twice in the same phase with draws, which would repeat them; draw into two states");
    public static readonly DiagnosticDescriptor NotFixed = Error("CG046", "Value must be fixed at construction", "{0} must be fixed at construction, but it reads {1}");
    public static readonly DiagnosticDescriptor WrongPlace = Error("CG047", "Change of state in the wrong place", "'{0}' changes state, which only Reset, Update and Settle may do");
    public static readonly DiagnosticDescriptor RewardConstant = Warning("CG048", "Reward depends on no action", "The reward depends on no action in reward mode {0}; nothing can be learned from it");
    public static readonly DiagnosticDescriptor EarlyPaid = Error("CG049", "Reward read before it is paid", "'Paid' is known only in Settle and after");

    // Domains.
    public static readonly DiagnosticDescriptor LogDomain = Error("CG050", "Logarithm may leave its domain", "The argument of '{0}' lies in {1}; it must be above {2}: use Max(x, ε) or a condition");
    public static readonly DiagnosticDescriptor DivisionDomain = Error("CG051", "Division by zero possible", "The divisor lies in {1}; it must not contain 0: use Max(x, ε), a condition, or a parameter range above 0");
    public static readonly DiagnosticDescriptor PowDomain = Error("CG052", "Power may leave its domain", "The base of the power lies in {1}; it must not be below 0, nor 0 where the exponent can be negative");
    public static readonly DiagnosticDescriptor SqrtDomain = Error("CG053", "Square root may leave its domain", "The argument of the square root lies in {1}; it must not be below 0");

    // Draws.
    public static readonly DiagnosticDescriptor DrawInPayoff = Error("CG060", "Draw where nothing may be random", "{0} is not random: draw into a state with Set and read the state");
    public static readonly DiagnosticDescriptor DrawInBranch = Error("CG061", "Draw under a condition or in a sum", "A draw must happen always and once per element; take it out of the {0}, for instance into a local");

    // What is told.
    public static readonly DiagnosticDescriptor Leak = Error("CG070", "Observation leaks hidden state", "'{0}' is hidden: agent '{1}' may see row '{1}' alone, but this reads another agent's");
    public static readonly DiagnosticDescriptor LayoutNotFixed = Error("CG071", "Observation layout must be fixed", "What an observation contains must be fixed at construction; the condition reads {0}");
    public static readonly DiagnosticDescriptor DuplicatePart = Error("CG072", "Part named twice", "There is a part '{0}' already; give this one another name");
    public static readonly DiagnosticDescriptor TooManyParts = Error("CG073", "Too many parts", "An agent's observation has at most 64 parts; this one has {0}");

    // The compiler itself.
    public static readonly DiagnosticDescriptor TooLarge = Error("CG080", "Spec too large", "'{0}' {1}; split it into several formulas or states");
    public static readonly DiagnosticDescriptor Internal = Error("CG081", "Compiler error", "The compiler failed on '{0}' ({1}: {2}); please report the spec");

    /// <summary>All of the above, in order of id.</summary>
    public static readonly IReadOnlyList<DiagnosticDescriptor> All =
    [
        NotPartial, NoSummary, NoEquation, DuplicateId, BadId, BadHorizon, BadClass, NameTaken, NoCompiledSpec,
        Outside, Unknown, Allocation, Field, Recursion, Reassigned, DeclarationInside, NotConstant, IntegerDivision,
        DuplicateParameter, DefaultOutside, EmptyRange, WrongLength, WrongShape, WrongSum, OutsideRange, AboveOther, Diagonal, AgentCount, TooManyNames, BadActions, NoSuchAgent, MissingAgent,
        UnusedParameter, UnusedState, StaleRead, NotInductive, InitialOutside, SetTwiceDrawn, NotFixed, WrongPlace, RewardConstant, EarlyPaid,
        LogDomain, DivisionDomain, PowDomain, SqrtDomain, DrawInPayoff, DrawInBranch, Leak, LayoutNotFixed, DuplicatePart, TooManyParts, TooLarge, Internal,
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Make(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, "CoopGen", severity, isEnabledByDefault: true, helpLinkUri: Help + id + ".md");
}

/// <summary>Something wrong, and where. A place of null means it came with an assembly: it is reported at the environment.</summary>
internal sealed record Problem(DiagnosticDescriptor What, Location? At, params object[] Arguments)
{
    public bool IsError => What.DefaultSeverity == DiagnosticSeverity.Error;
}
