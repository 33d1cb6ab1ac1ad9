namespace CoopGen.Compiler.Tests;

/// <summary>One mistake: the source with the place of the diagnostic between «», and the same without the mistake.</summary>
public sealed record Mistake(string Id, string Says, string Wrong, string Right)
{
    public override string ToString() => Id + ": " + Says;
}

/// <summary>Every diagnostic, set off once and once just not.</summary>
public static partial class DiagnosticCases
{
    private const string Doc = "/// <summary>Meaning.</summary>\n";

    public static IReadOnlyList<Mistake> All { get; } = [.. Classes(), .. Language(), .. Values(), .. Dependencies(), .. Domains(), .. Told()];

    private static string Farm(string members = "", string reward = "x[i] * 0.5 - Sum(j => x[j]) / 4", string attribute = "[Environment(\"TwoFarmers-v0\", Horizon = 10)]", string n = "2") =>
        SpecCompilation.Farm(members, reward, attribute, n);

    private static Mistake Member(string id, string says, string wrong, string right, string? reward = null) => reward is null
        ? new(id, says, Farm(Doc + wrong), Farm(Doc + right)) : new(id, says, Farm(Doc + wrong, reward), Farm(Doc + right, reward));

    private static Mistake Reward(string id, string says, string wrong, string right, string members = "") => new(id, says, Farm(members, wrong), Farm(members, right));

    private static IEnumerable<Mistake> Classes()
    {
        yield return new("CG001", "'TwoFarmers' must be declared partial", Farm().Replace("partial class TwoFarmers", "class «TwoFarmers»"), Farm());
        yield return new("CG002", "'TwoFarmers' has no documentation summary", Farm().Replace("/// <summary>Farmers who work one field.</summary>", "").Replace("class TwoFarmers", "class «TwoFarmers»"), Farm());
        yield return new("CG002", "'half' has no documentation summary", Farm("double «half»(Agent i) => 0.5 * x[i];", "half(i)"), Farm(Doc + "double half(Agent i) => 0.5 * x[i];", "half(i)"));
        yield return new("CG003", "Formula 'cost' of a mechanism has no equation reference", Mechanism("double «cost»(Agent i) => 2;"), Mechanism("[Equation(\"eq. 1\")] double cost(Agent i) => 2;"));
        yield return new("CG004", "The id 'TwoFarmers-v0' is taken by 'TwoFarmers'", Twice("«OtherFarmers»", "TwoFarmers-v0"), Twice("OtherFarmers", "OtherFarmers-v0"));
        yield return new("CG005", "'two farmers' is not an id", Farm(attribute: "[Environment(«\"two farmers\"»)]"), Farm());
        yield return new("CG006", "The horizon 0 is not allowed", Farm(attribute: "[Environment(\"TwoFarmers-v0\", Horizon = «0»)]"), Farm(attribute: "[Environment(\"TwoFarmers-v0\", Horizon = 1)]"));
        yield return new("CG007", "'TwoFarmers' is abstract and cannot be played", Farm().Replace("sealed partial class TwoFarmers", "abstract partial class «TwoFarmers»"), Farm());
        yield return new("CG007", "'Lonely' is not a spec", "/// <summary>No spec.</summary>\n[CoopGen.Environment(\"Lonely-v0\")] public partial class «Lonely» { }", Farm());
        yield return new("CG008", "'e' is already a member of 'ValueGame'", Trusting("private double «e» => 1;"), Trusting("private double own => 1;"));
    }

    private static string Mechanism(string member) => $$"""
        using CoopGen;
        namespace Outside;
        /// <summary>A mechanism.</summary>
        [Mechanism("M-1")]
        public abstract partial class Costly : Spec
        {
            {{Doc}}{{member}}
        }
        """;

    private static string Twice(string name, string id) => Farm() + $$"""

        /// <summary>The same again.</summary>
        [Environment("{{id}}")]
        public sealed partial class {{name}} : Spec
        {
            /// <inheritdoc/>
            public override int n => 2;
            /// <summary>Hours.</summary>
            private ActionVar x => Continuous(0, i => 10);
            /// <inheritdoc/>
            public override ActionVar[] Actions => [x];
            /// <inheritdoc/>
            protected override double Reward(Agent i) => x[i];
        }
        """;

    /// <summary>A spec on a mechanism whose source is not in the compilation.</summary>
    private static string Trusting(string member) => $$"""
        using CoopGen;
        namespace Outside;
        /// <summary>A game on TR-2.</summary>
        [Environment("Lenders-v0")]
        public sealed partial class Lenders : CoopGen.Mechanisms.TrustGame
        {
            /// <inheritdoc/>
            public override int n => 2;
            /// <inheritdoc/>
            protected override Matrix D => Symmetric(0.5);
            /// <inheritdoc/>
            protected override double γ => 0.5;
            {{Doc}}{{member}}
        }
        """;

    private static IEnumerable<Mistake> Language()
    {
        yield return Member("CG010", "A loop is not part of the spec language; use Sum", "double s() { var t = 0.0; «for (var k = 0; k < 3; k++) { }» return t; }", "double s() { var t = 0.0; return t; }", "x[i] + s()");
        yield return Reward("CG010", "A pattern is not part of the spec language", "«x[i] is > 3» ? 1 : x[i]", "x[i] > 3 ? 1 : x[i]");
        yield return Reward("CG010", "The number of an agent is not part of the spec language", "x[i] * «i.Index»", "x[i] * (i == 1 ? 1 : 0)");
        yield return Reward("CG010", "A text is not part of the spec language", "x[i] + («$\"{1}\"» == \"1\" ? 1 : 0)", "x[i] + (1 == 1 ? 1 : 0)");
        yield return Reward("CG010", "A cast that drops the fraction", "«(int)x[i]»", "x[i]");
        yield return Reward("CG011", "'Math.Log' is not known to the spec language; write 'Log(…)' of Spec instead", "«Math.Log(1 + x[i])»", "Log(1 + x[i])");
        yield return Reward("CG011", "a formula depends on the game alone", "x[i] + «DateTime.Now».Ticks", "x[i] + t");
        yield return Reward("CG011", "'Console.Read' is not known to the spec language", "x[i] + «Console.Read()»", "x[i]");
        yield return Reward("CG011", "a formula depends on the game alone", "x[i] + «Environment.ExitCode»", "x[i]");
        yield return Reward("CG012", "A formula allocates nothing", "x[i] + «new object()».GetHashCode()", "x[i]");
        yield return Member("CG013", "'last' is a field; a spec has no memory of its own", "private double «last»;", "private const double last = 1;");
        yield return Member("CG013", "'Last' is a field", "private double «Last» { get; set; }", "private double Last => 1;");
        yield return Member("CG014", "'f' refers to itself (f → g → f)", "double f(Agent i) => g(i);\n" + Doc + "double g(Agent i) => 1 + «f(i)»;", "double f(Agent i) => g(i);\n" + Doc + "double g(Agent i) => 1 + x[i];", "f(i)");
        yield return Member("CG015", "A local has one value: 'y' is assigned again", "double f(Agent i) { var y = 1.0; «y = 2»; return y * x[i]; }", "double f(Agent i) { var y = 1.0; var z = 2 * y; return z * x[i]; }", "f(i)");
        yield return Reward("CG016", "'Parameter' declares something and must be the whole body of a property", "x[i] * «Parameter(\"wage\", 1.0)»", "x[i] * wage", Doc + "double wage => Parameter(\"wage\", 1.0);");
        yield return Member("CG017", "'max' of a parameter must be a constant", "double wage => Parameter(\"wage\", 1.0, min: 0, max: «other»);\n" + Doc + "double other => Parameter(\"other\", 1.0);", "double wage => Parameter(\"wage\", 1.0, min: 0, max: 2);\n" + Doc + "double other => Parameter(\"other\", 1.0);", "x[i] * wage * other");
        yield return Reward("CG018", "divides whole numbers", "x[i] * («t / n»)", "x[i] * ((double)t / n)");
    }

    private static IEnumerable<Mistake> Values()
    {
        // Parameters are read from the last class and member to the first.
        yield return Member("CG020", "The parameter 'wage' is declared by 'pay' already", "double wage => Parameter(«\"wage\"», 1.0);\n" + Doc + "double pay => Parameter(\"wage\", 2.0);", "double wage => Parameter(\"wage\", 1.0);\n" + Doc + "double pay => Parameter(\"pay\", 2.0);", "x[i] * wage * pay");
        yield return Member("CG021", "The default 3 of 'wage' lies outside its range 0 to 2", "double wage => Parameter(\"wage\", «3.0», min: 0, max: 2);", "double wage => Parameter(\"wage\", 2.0, min: 0, max: 2);", "x[i] * wage");
        yield return Member("CG022", "The range of 'wage' is empty: 3 is above 2", "double wage => Parameter(\"wage\", 2.0, min: «3», max: 2);", "double wage => Parameter(\"wage\", 2.0, min: 2, max: 2);", "x[i] * wage");
        yield return Member("CG023", "3 values are given for 2 agents", "Vector w => «Of(1, 2, 3)»;", "Vector w => Of(1, 2);", "x[i] * w[i]");
        yield return Member("CG024", "The matrix has 2 rows of 2, 1 numbers; give 2 rows of 2 numbers", "Matrix M => «Rows([0, 1], [1])»;", "Matrix M => Rows([0, 1], [1, 0]);", "x[i] * M[i, 0]");
        yield return Member("CG025", "The entries of 'w' add up to 1.1", "[SumsTo(1)] Vector «w» => Of(0.5, 0.6);", "[SumsTo(1)] Vector w => Of(0.5, 0.5);", "x[i] * w[i]");
        yield return Member("CG026", "'w'[1] is 2 with default parameters; it must be between 0 and 1", "[Within(0, 1)] Vector «w» => Of(0.5, 2);", "[Within(0, 1)] Vector w => Of(0.5, 1);", "x[i] * w[i]");
        yield return Member("CG027", "'b'[0] is 60 with default parameters; 'e' limits it to 50", "Vector e => All(50);\n" + Doc + "[Within(0, nameof(e))] Vector «b» => All(60);", "Vector e => All(50);\n" + Doc + "[Within(0, nameof(e))] Vector b => All(50);", "x[i] * b[i] / e[i]");
        yield return new("CG027", "'b'[0] is 120 with default parameters; 'e' limits it to 100", Trusting("/// <inheritdoc/>\nprotected override Vector «b» => All(120);").Replace(Doc, ""), Trusting("/// <inheritdoc/>\nprotected override Vector b => All(100);").Replace(Doc, ""));
        yield return Member("CG028", "'M[0, 0]' is 1 with default parameters; the diagonal must be 0", "[ZeroDiagonal] Matrix «M» => Rows([1, 0], [0, 0]);", "[ZeroDiagonal] Matrix M => Rows([0, 1], [0, 0]);", "x[i] * M[i, 0]");
        yield return new("CG029", "The number of agents is 0 with default parameters", Farm(n: "0").Replace("int n", "int «n»"), Farm(n: "1"));
        yield return new("CG030", "3 agents are named but there are 2", Farm(attribute: "[Environment(\"TwoFarmers-v0\", Agents = [\"Ann\", \"Bob\", \"Cas\"])]").Replace("class TwoFarmers", "class «TwoFarmers»"), Farm(attribute: "[Environment(\"TwoFarmers-v0\", Agents = [\"Ann\", \"Bob\"])]"));
        yield return new("CG031", "The action 'x' must list at least two values, ascending", Farm().Replace("Continuous(0, i => 10)", "Finite(«[1, 0]», 1)"), Farm().Replace("Continuous(0, i => 10)", "Finite([0, 1], 1)"));
        yield return new("CG031", "of agent 0 lies between 10 and 10", Farm().Replace("ActionVar x => Continuous(0,", "ActionVar «x» => Continuous(10,"), Farm());
        yield return Reward("CG032", "There is no agent 2: the agents are 0 to 1", "x[i] + «x[2]»", "x[i] + x[1]");
        const string Few = "Parameter(\"n_farms\", 5, min: 2, max: 9)", Enough = "Parameter(\"n_farms\", 5, min: 5, max: 9)";
        yield return new("CG033", "There may be no agent 4, for there can be as few as 2 agents; allow no fewer than 5", Farm(reward: "x[i] + «x[4]»", n: Few), Farm(reward: "x[i] + x[4]", n: Enough));
        yield return new("CG033", "There may be no agent 2", Farm(Doc + "Roster R => Roster();\n/// <inheritdoc/>\nprotected override void Update() => R.Tick();", "x[i] + («R.Has(2)» ? 1 : 0)", n: Few),
            Farm(reward: "x[i] + Sum(j => j == 2, j => x[j]) + x[1]", n: Few));
    }

    private static IEnumerable<Mistake> Dependencies()
    {
        yield return Member("CG040", "The parameter 'wage' is used nowhere", "double «wage» => Parameter(\"wage\", 1.0);", "double wage => Parameter(\"wage\", 1.0);", null, "x[i] * wage");
        yield return Member("CG041", "The state 'S' is set but read nowhere", "ScalarState «S» => ScalarState();\n/// <inheritdoc/>\nprotected override void Update() => S.Set(() => t);", "ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Update() => S.Set(() => t);", null, "x[i] * S");
        yield return Member("CG041", "The state 'S' is read but never set", "ScalarState «S» => ScalarState();", "ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Update() => S.Set(() => t);", "x[i] * S");
        yield return Member("CG042", "'S' was overwritten earlier in this step; write 'S.Now'", TwoStates("«S[i]»"), TwoStates("S.Now[i]"), "x[i] * S[i] * R[i]");
        yield return Member("CG043", "'S' can become [0, 11] here, outside its declared range 0 to 10", "AgentState S => AgentState(min: 0, max: 10);\n/// <inheritdoc/>\nprotected override void Update() => «S.Set(i => Max(0, S[i]) + x[i] / 10)»;", "AgentState S => AgentState(min: 0, max: 10);\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => Min(10, S[i] + x[i] / 10));", "x[i] * S[i]");
        yield return Member("CG044", "The initial value 2 of 'S' lies outside its declared range 0 to 1", "AgentState «S» => AgentState(2, 0, 1);\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => x[i] / 10);", "AgentState S => AgentState(1, 0, 1);\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => x[i] / 10);", "x[i] * S[i]");
        yield return Member("CG045", "'S' is set twice in the same phase with draws", "AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Update() { S.Set(i => Uniform(0, 1)); «S.Set(i => Uniform(0, 1))»; }", "AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Update() { S.Set(i => Uniform(0, 1)); }", "x[i] * S[i]");
        yield return new("CG046", "must be fixed at construction, but it reads the state 'S'", Farm(Doc + "AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => t);", "x[i] * S[i]").Replace("i => 10", "i => 10 + «S»[i]"), Farm(Doc + "AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => t);", "x[i] * S[i]"));
        yield return Member("CG047", "changes state, which only Reset, Update and Settle may do", "ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Report(Report report) { «S.Set(() => 1)»; report.Add(\"s\", S); }", "ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Settle() { S.Set(() => 1); }\n/// <inheritdoc/>\nprotected override void Report(Report report) { report.Add(\"s\", S); }");
        yield return new("CG048", "The reward depends on no action in reward mode private", Farm("", "1").Replace("double Reward", "double «Reward»"), Farm("", "x[i]"));
        yield return Reward("CG049", "'Paid' is known only in Settle and after", "x[i] + «Paid(i)»", "x[i] + P[i]", Doc + "AgentState P => AgentState();\n/// <inheritdoc/>\nprotected override void Settle() => P.Set(i => Paid(i));");
    }

    private static string TwoStates(string read) => $"AgentState S => AgentState();\n{Doc}AgentState R => AgentState();\n/// <inheritdoc/>\nprotected override void Update() {{ S.Set(i => x[i]); R.Set(i => {read}); }}";

    private static Mistake Member(string id, string says, string wrong, string right, string? reward, string? unused) =>
        unused is null ? Member(id, says, wrong, right, reward) : new(id, says, Farm(Doc + wrong), Farm(Doc + right, unused));

    private static IEnumerable<Mistake> Domains()
    {
        yield return Reward("CG050", "The argument of 'Log' lies in [0, 10]; it must be above 0", "«Log(x[i])»", "Log(Max(x[i], 0.001))");
        yield return Reward("CG050", "The argument of 'Log1p' lies in [-10, 0]; it must be above -1", "«Log1p(-x[i])»", "Log1p(x[i])");
        yield return Reward("CG051", "The divisor lies in [0, 20]; it must not contain 0", "«x[i] / Sum(j => x[j])»", "Sum(j => x[j]) == 0 ? 0 : x[i] / Sum(j => x[j])");
        yield return Reward("CG051", "The divisor lies in [0, 10]", "«1 / x[i]»", "x[i] > 1 ? 1 / x[i] : x[i]");
        yield return Reward("CG052", "The base of the power lies in [-5, 5]", "«Pow(x[i] - 5, 0.5)»", "Pow(Abs(x[i] - 5), 0.5)");
        yield return Reward("CG053", "The argument of the square root lies in [-5, 5]", "«Sqrt(x[i] - 5)»", "x[i] >= 5 ? Sqrt(x[i] - 5) : 0");
        yield return Reward("CG060", "A payoff is not random: draw into a state", "x[i] * «Uniform(0, 1)»", "x[i] * U[i]", Doc + "AgentState U => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => U.Set(i => Uniform(0, 1));");
        yield return Member("CG060", "An ending is not random", "protected override bool Terminated => «Uniform(0, 1)» < 0.5;", "protected override bool Terminated => x[0] < 0.5;");
        yield return Member("CG061", "take it out of the condition", "AgentState U => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => U.Set(i => x[i] > 1 ? «Normal(0, 1)» : 0);", "AgentState U => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => U.Set(i => { var d = Normal(0, 1); return x[i] > 1 ? d : 0; });", "x[i] * U[i]");
        yield return Member("CG061", "take it out of the sum", "ScalarState U => ScalarState();\n/// <inheritdoc/>\nprotected override void Update() => U.Set(() => Sum(i => «Normal(0, 1)»));", "ScalarState U => ScalarState();\n/// <inheritdoc/>\nprotected override void Update() => U.Set(() => Normal(0, 1));", "x[i] * U");
    }

    private static IEnumerable<Mistake> Told()
    {
        string Secret(string add) => "[Hidden] AgentState U => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => U.Set(i => x[i]);\n/// <inheritdoc/>\nprotected override void Observe(Agent me, AgentView view) => " + add + ";";
        yield return Member("CG070", "'U' is hidden: agent 'me' may see row 'me' alone", Secret("«view.Add(\"all\", j => U[j])»"), Secret("view.Add(\"own\", U[me])"), "x[i] * U[i]");
        string Part(string condition) => "bool shown => Parameter(\"shown\", true);\n/// <inheritdoc/>\nprotected override void Observe(Observation o) { if (" + condition + ") o.Add(\"x\", i => x[i]); o.Add(\"shown\", shown ? 1 : 0); }";
        yield return Member("CG071", "What an observation contains must be fixed at construction", Part("«t > 3»"), Part("shown"));
        string Others(string where) => "/// <inheritdoc/>\nprotected override void Observe(Agent me, AgentView view) => " + where + ";";
        yield return Member("CG071", "agent 0 sees 1 entries of 'others', agent 1 sees 0", Others("«view.Add(\"others\", j => j != me && j != 0, j => x[j])»"), Others("view.Add(\"others\", j => j != me, j => x[j])"));
        string Twin(string name) => "/// <inheritdoc/>\nprotected override void Observe(Agent me, AgentView view) { view.Add(\"own\", x[me]); view.Add(" + name + ", x[me]); }";
        yield return new("CG072", "There is a part 'own' already", Farm(Twin("«\"own\"»")), Farm(Twin("\"again\"")));
        string Many(int count) => "/// <inheritdoc/>\nprotected override void Observe(Agent me, AgentView view) { " + string.Concat(Enumerable.Range(0, count).Select(k => $"view.Add(\"p{k}\", x[me]); ")) + "}";
        yield return new("CG073", "this one has 65", Farm(Many(65)).Replace("class TwoFarmers", "class «TwoFarmers»"), Farm(Many(64)));
        yield return new("CG080", "nests deeper than 200 levels", Farm("", "x[i] + " + string.Concat(Enumerable.Repeat("Abs(", 230)) + "x[i]" + new string(')', 230)), Farm("", "x[i] + " + string.Concat(Enumerable.Repeat("Abs(", 60)) + "x[i]" + new string(')', 60)));
    }
}
