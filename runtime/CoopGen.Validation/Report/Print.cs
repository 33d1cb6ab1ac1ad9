using System.Globalization;

namespace CoopGen.Validation;

/// <summary>Whether what is printed comes out.</summary>
public enum Reproduced
{
    /// <summary>As shipped, to the last digit that is printed.</summary>
    AsShipped,

    /// <summary>By the exact solution alone.</summary>
    Exactly,

    /// <summary>Neither way.</summary>
    No,

    /// <summary>There is nothing public that computes it.</summary>
    NothingComputes,
}

/// <summary>Compares what is printed with what is computed.</summary>
public static class Print
{
    /// <summary>Whether a finding's printed figure comes out; null if nothing is printed.</summary>
    public static Reproduced? Check(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding.Printed is not { } printed)
            return null;
        if (finding.AsShipped is null && finding.Exact is null)
            return Reproduced.NothingComputes;
        return Same(printed, finding.AsShipped) ? Reproduced.AsShipped : Same(printed, finding.Exact) ? Reproduced.Exactly : Reproduced.No;
    }

    /// <summary>In words.</summary>
    public static string Words(Reproduced reproduced) => reproduced switch
    {
        Reproduced.AsShipped => "yes",
        Reproduced.Exactly => "only exactly",
        Reproduced.No => "no",
        _ => "nothing computes it",
    };

    /// <summary>For people: six digits.</summary>
    public static string Short(Quantity? quantity) => quantity is not { } value ? ""
        : value.Number is { } number ? (number == Math.Round(number) && Math.Abs(number) < 1e9 ? number.ToString("F0", CultureInfo.InvariantCulture) : number.ToString("G6", CultureInfo.InvariantCulture))
        : value.ToString();

    /// <summary>A number agrees if it rounds to what is printed, be it down or up: half a unit of the last printed place.</summary>
    private static bool Same(Quantity printed, Quantity? computed)
    {
        if (computed is not { } value)
            return false;
        if (printed.Number is not { } number || value.Number is not { } other)
            return printed == value;
        var digits = number.ToString("R", CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (digits.Contains('E', StringComparison.Ordinal))
            return Math.Abs(other - number) <= 1e-3 * Math.Abs(number);
        var places = point < 0 ? 0 : digits.Length - point - 1;
        // What is half-way to the last bit may have been rounded either way.
        return Math.Abs(other - number) <= 0.5 * Math.Pow(10, -places) * (1 + 1e-9);
    }
}
