using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CoopGen.Compiler.Tests;

/// <summary>A spec derives from mechanisms whose source is elsewhere.</summary>
public class TravelTests
{
    private const string Source = """
        using CoopGen;
        namespace Outside;

        /// <summary>Two lenders.</summary>
        [Environment("Lenders-v0")]
        public sealed partial class Lenders : CoopGen.Mechanisms.TrustGame
        {
            /// <inheritdoc/>
            public override int n => 2;
            /// <inheritdoc/>
            protected override Matrix D => Symmetric(0.5);
            /// <inheritdoc/>
            protected override double γ => 0.5;
        }
        """;

    [Fact]
    public void A_spec_on_a_built_mechanism_compiles()
    {
        var compilation = SpecCompilation.Create(Source);
        Assert.Empty(SpecCompilation.Diagnose(compilation));
        SpecCompilation.Generate(compilation, out var output);
        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.NotNull(output.GetTypeByMetadataName("Outside.LendersEnvironment"));
    }

    [Fact]
    public void A_base_class_that_was_not_compiled_is_told()
    {
        var library = CSharpCompilation.Create("Library", [CSharpSyntaxTree.ParseText("namespace Library; public abstract class Plain : CoopGen.Spec { }")], SpecCompilation.Create().References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var stream = new MemoryStream();
        Assert.True(library.Emit(stream).Success);
        stream.Position = 0;
        var compilation = SpecCompilation.Create(SpecCompilation.Farm().Replace(": Spec", ": Library.Plain", StringComparison.Ordinal)).AddReferences(MetadataReference.CreateFromStream(stream));
        var told = Assert.Single(SpecCompilation.Diagnose(compilation), d => d.Id == "CG009");
        Assert.Equal("TwoFarmers", told.Location.SourceTree!.ToString().Substring(told.Location.SourceSpan.Start, told.Location.SourceSpan.Length));
    }

    [Fact]
    public void A_base_class_of_another_assembly_that_was_compiled_is_read()
    {
        var mechanism = SpecCompilation.Create("namespace Library;\n/// <summary>Plain.</summary>\n[CoopGen.Mechanism(\"M-1\")] public abstract partial class Plain : CoopGen.Spec { }").WithAssemblyName("Library");
        SpecCompilation.Generate(mechanism, out var library);
        using var stream = new MemoryStream();
        Assert.True(library.Emit(stream).Success);
        stream.Position = 0;
        var compilation = SpecCompilation.Create(SpecCompilation.Farm().Replace(": Spec", ": Library.Plain", StringComparison.Ordinal)).AddReferences(MetadataReference.CreateFromStream(stream));
        Assert.Empty(SpecCompilation.Diagnose(compilation));
    }

    [Fact]
    public void What_travels_is_read_back_as_it_was()
    {
        foreach (var type in typeof(CoopGen.Mechanisms.ValueGame).Assembly.GetTypes())
        {
            if (type.GetCustomAttributes(typeof(CompiledSpecAttribute), false) is not [CompiledSpecAttribute attribute])
                continue;
            var read = SpecClass.FromNode(Node.Parse(attribute.Text));
            Assert.NotNull(read);
            Assert.Equal(attribute.Text, read.ToNode().ToString());
            Assert.Equal(type.FullName, read.FullName);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("(spec")]
    [InlineData("(spec \"a\"))")]
    [InlineData("(spec \"a\" (def \"x\" (body)))")]
    [InlineData("garbage")]
    public void A_damaged_representation_is_no_spec_or_an_empty_one(string text)
    {
        var read = SpecClass.FromNode(Node.Parse(text));
        Assert.True(read is null || read.Members.All(m => m.Body is null));
    }

    [Fact]
    public void Members_may_be_called_like_anything_in_generated_code()
    {
        const string Members = """
            /// <summary>State.</summary>
            private AgentState Given => AgentState(min: 0, max: 10);
            /// <summary>State.</summary>
            private ScalarState @in => ScalarState(min: 0, max: 10);
            /// <summary>Formula.</summary>
            private double Memory => Sum(j => x[j] * Given[j]);
            /// <summary>Formula.</summary>
            private double Math => Mean(j => Exp(-x[j]));
            /// <summary>Formula.</summary>
            private double m(Agent i) => Log1p(x[i]) + Tanh(x[i]);
            /// <summary>Formula.</summary>
            private double AtGiven => Max(j => m(j));
            /// <summary>Formula.</summary>
            private double @class => Product(j => 1 + x[j]);
            /// <inheritdoc/>
            protected override void Settle()
            {
                Given.Set(i => x[i]);
                @in.Set(() => x[0]);
            }
            """;
        var compilation = SpecCompilation.Create(SpecCompilation.Farm(Members, "Memory + Math + m(i) + AtGiven + @class + @in + Sum(j => m(j) * x[i])"));
        Assert.Empty(SpecCompilation.Diagnose(compilation));
        SpecCompilation.Generate(compilation, out var output);
        Assert.Equal("", string.Join("\n", output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)));
    }
}
