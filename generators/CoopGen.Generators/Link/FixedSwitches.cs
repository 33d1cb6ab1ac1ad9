using System.Runtime.CompilerServices;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Link;

/// <summary>
/// Leaves out of an environment what its fixed switches rule out. A member <c>bool X => true;</c> chooses between variants of a game; the
/// formulas and the state that only the other variant needs are no part of this one. Parameters stay, so that one nothing reads is told.
/// </summary>
internal static class FixedSwitches
{
    /// <summary>What Spec itself calls: name and number of parameters.</summary>
    private static readonly (string Name, int Parameters)[] Roots =
    [
        ("n", 0), ("Actions", 0), ("Reset", 0), ("Update", 0), ("Reward", 1), ("Settle", 0), ("Terminated", 0), ("Observe", 1), ("Observe", 2), ("Report", 1),
    ];

    /// <summary>The chain without what is ruled out; the same if nothing is.</summary>
    public static Chain Resolve(Chain chain)
    {
        var switches = chain.InForce().Select(m => m.Member).Where(m => m is { Type: "bool", Parameters.Count: 0, Body.Op: "flag" }).ToDictionary(m => m.Name, m => m.Body!);
        if (switches.Count == 0)
            return chain;
        var chosen = new Chain([.. chain.Classes.Select(c => c.With([.. c.Members.Select(m => Choose(m, switches)).OfType<Member>()]))]);
        var (all, left) = (Reached(chain), Reached(chosen));
        var gone = new HashSet<string>(all.Where(key => !left.Contains(key)));
        if (gone.Count == 0)
            return chosen;
        // What nothing reads may still be written down and shown; not if it needs what is gone.
        var others = chosen.InForce().Select(m => m.Member).Where(m => !left.Contains(Key(m))).ToList();
        for (var before = 0; before < gone.Count;)
        {
            before = gone.Count;
            gone.UnionWith(others.Where(m => Mentions(m).Any(x => gone.Contains(Key(x)))).Select(Key).ToList());
        }

        return new Chain([.. chosen.Classes.Select(c => c.With([.. c.Members.Where(m => m.Body is { Op: "dsl", Text: "Parameter" } || !gone.Contains(Key(m)))]))]);
    }

    /// <summary>A member with the branches that are taken; null if it has become what its base class says.</summary>
    private static Member? Choose(Member member, IReadOnlyDictionary<string, Node> switches)
    {
        if (member.Body is not { } body || Choose(body, switches) is var chosen && ReferenceEquals(chosen, body))
            return member;
        var isBase = member.IsOverride && chosen.Is("base", member.Name) && chosen.Args.Select(a => a.Is("var") ? a.Text : "").SequenceEqual(member.Parameters.Select(p => p.Name));
        return isBase ? null : member.With(chosen);
    }

    private static Node Choose(Node node, IReadOnlyDictionary<string, Node> switches)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node.Op == "member" && node.Args.Count == 0 && switches.TryGetValue(node.Text, out var value))
            return value;
        var args = node.Args.Select(a => Choose(a, switches)).ToArray();
        if (args.SequenceEqual(node.Args))
            return node;
        bool? Flag(int k) => args[k].Op == "flag" ? args[k].Text == "true" : null;
        return (node.Op, node.Text) switch
        {
            ("if" or "when", _) when Flag(0) is { } taken => args[taken ? 1 : 2],
            ("op", "!") when Flag(0) is { } inner => new Node("flag", inner ? "false" : "true", node.At),
            ("op", "&&") when Flag(0) is { } left => left ? args[1] : args[0],
            ("op", "&&") when Flag(1) is { } right => right ? args[0] : args[1],
            ("op", "||") when Flag(0) is { } left => left ? args[0] : args[1],
            ("op", "||") when Flag(1) is { } right => right ? args[1] : args[0],
            _ => new Node(node.Op, node.Text, args, node.At),
        };
    }

    /// <summary>All that a step, an observation or a report may come upon.</summary>
    private static HashSet<string> Reached(Chain chain)
    {
        var (keys, seen, open) = (new HashSet<string>(), new HashSet<Member>(), new Stack<(SpecClass Owner, Member Member)>());
        void Visit((SpecClass, Member Member)? found)
        {
            if (found is not { } next || !seen.Add(next.Member))
                return;
            keys.Add(Key(next.Member));
            open.Push(next);
        }

        foreach (var (name, parameters) in Roots)
            Visit(chain.Find(name, parameters));
        while (open.Count > 0)
        {
            var (owner, member) = open.Pop();
            foreach (var mention in Mentions(member))
                Visit(mention.Op == "base" ? chain.FindBase(owner, mention.Text, mention.Args.Count) : chain.Find(mention.Text, mention.Args.Count));
            foreach (var limit in new[] { member.Min, member.Max })
                if (limit is not null)
                    Visit(chain.Find(limit, 0));
        }

        return keys;
    }

    private static IEnumerable<Node> Mentions(Member member)
    {
        var open = new Stack<Node>();
        if (member.Body is { } body)
            open.Push(body);
        while (open.Count > 0)
        {
            var node = open.Pop();
            if (node.Op is "member" or "base")
                yield return node;
            foreach (var arg in node.Args)
                open.Push(arg);
        }
    }

    private static string Key(Member member) => $"{member.Name}/{member.Parameters.Count}";

    private static string Key(Node mention) => $"{mention.Text}/{mention.Args.Count}";
}
