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
}
