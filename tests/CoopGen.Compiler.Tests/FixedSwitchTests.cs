namespace CoopGen.Compiler.Tests;

/// <summary>A member <c>bool X => true;</c> chooses a variant of a game: what it rules out is no part of the environment, compiled or as plain C#.</summary>
public class FixedSwitchTests
{
    private const string Source = """
        using CoopGen;
        namespace Outside;

        /// <summary>Farmers who work one field.</summary>
        [Environment("Field-v0", Horizon = 10)]
        public partial class Field : Spec
        {
            /// <inheritdoc/>
            public override int n => 2;
            /// <summary>Whether what was done before counts.</summary>
            protected virtual bool Remembering => false;
            /// <summary>Hours.</summary>
            protected ActionVar x => Continuous(0, i => 10);
            /// <inheritdoc/>
            public override ActionVar[] Actions => [x];
            /// <summary>Hours of the last steps.</summary>
            protected Window Before => Window(Remembering ? 3 : 2);
            /// <summary>What is forgotten.</summary>
            protected AgentState Fading => AgentState(min: 0, max: 10);
            /// <summary>Habit.</summary>
            private double habit(Agent i) => Before.Mean(i, 3);
            /// <summary>Strength of habit.</summary>
            private double strength => Parameter("strength", 0.5, min: 0, max: 1);
            /// <summary>What nobody reads, of what is forgotten.</summary>
            private double idle(Agent i) => 2 * Fading[i];
            /// <summary>What nobody reads at all.</summary>
            private double spare(Agent i) => 2 * x[i];
            /// <summary>Yield.</summary>
            protected virtual double yield(Agent i) => x[i] * 0.5;
            /// <inheritdoc/>
            protected override double Reward(Agent i) => !Remembering || false ? yield(i) + 0.1 * Fading[i] : yield(i) + strength * habit(i);
            /// <inheritdoc/>
            protected override void Update()
            {
                if (Remembering)
                    Before.Push(i => x[i]);
                else
                    Fading.Set(i => 0.5 * Fading[i] + 0.5 * x[i]);
            }
        }

        /// <summary>The same with a memory.</summary>
        [Environment("Field-v1", Horizon = 10)]
        public sealed partial class RememberedField : Field
        {
            /// <inheritdoc/>
            protected override bool Remembering => true;
            /// <summary>Yield, if it were another.</summary>
            protected override double yield(Agent i) => Remembering ? base.yield(i) : 3 * x[i];
        }
        """;

    [Fact]
    public void What_is_ruled_out_is_neither_remembered_nor_told()
    {
        var compilation = SpecCompilation.Create(Source);
        // Of the environment that declares it: a parameter that only the other variant reads.
        var told = Assert.Single(SpecCompilation.Diagnose(compilation));
        Assert.Equal("CG040", told.Id);
        var (plain, remembered) = (SmallSpecTests.Load(Source)[0], SmallSpecTests.Load(Source)[1]);
        Assert.Equal("Before", Assert.Single(plain.RuledOut));
        Assert.Equal("Fading", Assert.Single(remembered.RuledOut));
        Assert.Equal(["Reward", "idle", "spare", "yield"], plain.Formulas.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["Reward", "habit", "spare", "yield"], remembered.Formulas.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Field-v0", remembered.Formulas.Single(f => f.Name == "yield").Owner);
        Assert.Equal(@"\mathrm{Reward}_{i} = \mathrm{yield}_{i} + 0.1 \cdot \mathrm{Fading}_{i}", plain.Formulas.Single(f => f.Name == "Reward").Latex);
        Assert.DoesNotContain("Remembering", plain.Markdown + remembered.Markdown + plain.Latex + remembered.Latex, StringComparison.Ordinal);
        // Two numbers of state against a window of three profiles.
        Assert.Equal(2, plain.Create(null).StateLength - remembered.Create(null).StateLength + 2 + 3 * 2);
    }

    [Fact]
    public void Both_variants_are_the_same_game_compiled_and_as_plain_code()
    {
        foreach (var info in SmallSpecTests.Load(Source))
        {
            foreach (var mode in Enum.GetValues<RewardMode>())
                SmallSpecTests.Play(info, mode, Source);
            SmallSpecTests.Batched(info, Source);
        }
    }

    /// <summary>The mechanisms of another assembly carry both variants.</summary>
    [Theory]
    [InlineData("true", "TeamUtility", "Modifier")]
    [InlineData("false", "Modifier", "Attainable")]
    public void A_variant_of_a_built_mechanism_is_chosen_from_outside(string published, string there, string absent)
    {
        var source = $$"""
            using CoopGen;
            namespace Outside;
            /// <summary>A crew.</summary>
            [Environment("Crew-v3")]
            public sealed partial class Crew : CoopGen.Mechanisms.CollectiveActionGame
            {
                /// <inheritdoc/>
                public override int n => 3;
                /// <inheritdoc/>
                protected override bool Published => {{published}};
            }
            """;
        Assert.Empty(SpecCompilation.Diagnose(SpecCompilation.Create(source)));
        var info = Assert.Single(SmallSpecTests.Load(source));
        Assert.Contains(info.Formulas, f => f.Name == there);
        Assert.DoesNotContain(info.Formulas, f => f.Name == absent);
        SmallSpecTests.Play(info, RewardMode.Integrated, source);
    }
}
