using CoopGen.Generators.Ir;
using Microsoft.CodeAnalysis.CSharp;

namespace CoopGen.Generators.Emit;

/// <summary>Gives out the names of one generated class, each once.</summary>
internal sealed class Names(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken];

    public string Take(string wanted)
    {
        var name = wanted;
        for (var k = 2; !_taken.Add(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None; k++)
            name = wanted + k;
        return name;
    }

    /// <summary>What generated functions call by name: a local must not stand before it.</summary>
    private static readonly HashSet<string> Called =
    [
        "i", "j", "k", "m", "n", "at", "N", "Memory", "Random", "Episode", "StepCount", "Mode", "Horizon", "Math", "MathOps", "WindowOps", "RosterOps", "ReportOps", "Require", "RewardMode",
        "DrawPhase", "Interval", "IntervalMean", "Truth", "Box", "ActionSpace", "RewardRange", "ActionsOffset", "CheckProfile", "ObservationLength", "Parameter", "Allocate", "ArgumentNullException",
    ];

    /// <summary>A name for a local: never that of a loop index or of something that the function calls.</summary>
    public string Local(string wanted) => Take(Called.Contains(wanted) || wanted.StartsWith("At", StringComparison.Ordinal) ? wanted + "_" : wanted);

    /// <summary>A name that is free again when the block it stands in ends.</summary>
    public void Release(string name) => _taken.Remove(name);

    /// <summary>What an expression is called when no member of the spec gives it a name.</summary>
    public static string Plain(Expr expr) => expr.Op switch
    {
        Op.Sum => "sum",
        Op.Product => "product",
        Op.Mean => "mean",
        Op.Least => "least",
        Op.Greatest => "greatest",
        Op.Any => "any",
        Op.Every => "every",
        Op.Log or Op.Log1p => "log",
        Op.Exp => "exp",
        Op.Tanh => "tanh",
        Op.Sqrt => "root",
        Op.Single => "single",
        Op.Pow => "power",
        Op.Lt or Op.Le or Op.Eq or Op.And or Op.Or or Op.Not => "holds",
        Op.DrawUniform or Op.DrawNormal => "drawn",
        Op.Div => "ratio",
        Op.Min => "min",
        Op.Max => "max",
        Op.Select => "choice",
        _ => "x",
    };
}
