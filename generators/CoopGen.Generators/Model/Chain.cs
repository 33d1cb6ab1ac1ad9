namespace CoopGen.Generators.Model;

/// <summary>An environment with all classes it derives from, most derived first; the base class Spec is not among them.</summary>
internal sealed class Chain(IReadOnlyList<SpecClass> classes)
{
    public IReadOnlyList<SpecClass> Classes { get; } = classes;

    public SpecClass Environment => Classes[0];

    /// <summary>The member a virtual call reaches, with the class that states it; null if only Spec has it or nobody.</summary>
    public (SpecClass Owner, Member Member)? Find(string name, int parameters) => FindFrom(0, name, parameters);

    /// <summary>The member that <c>base.</c> reaches from a class of the chain.</summary>
    public (SpecClass Owner, Member Member)? FindBase(SpecClass from, string name, int parameters)
    {
        for (var k = 0; k < Classes.Count; k++)
            if (ReferenceEquals(Classes[k], from))
                return FindFrom(k + 1, name, parameters);
        return null;
    }

    /// <summary>Every member that is in force, mechanisms first, in the order in which names first appear.</summary>
    public IEnumerable<(SpecClass Owner, Member Member)> InForce()
    {
        var seen = new HashSet<string>();
        for (var k = Classes.Count - 1; k >= 0; k--)
            foreach (var member in Classes[k].Members)
                if (seen.Add(member.Name + "/" + member.Parameters.Count) && Find(member.Name, member.Parameters.Count) is { } found)
                    yield return found;
    }

    private (SpecClass, Member)? FindFrom(int level, string name, int parameters)
    {
        for (var k = level; k < Classes.Count; k++)
            foreach (var member in Classes[k].Members)
                if (member.Name == name && member.Parameters.Count == parameters && !member.IsAbstract)
                    return (Classes[k], member);
        return null;
    }
}
