using System.Globalization;

namespace CoopGen.Native.Tests;

/// <summary>From a spec of one's own to a Python environment: <c>coopgen new</c>, <c>dotnet publish</c>, import.</summary>
[Collection(Published.Name)]
public class OwnSpecTests
{
    private const string Script = """
        import sys
        import numpy as np
        import coopgen

        assert coopgen.load(sys.argv[1]) == ["Partners-v0"], coopgen.list()
        assert "Partners-v0" in coopgen.list() and "TrustDilemma-v0" in coopgen.list()
        env = coopgen.make("Partners-v0", reward_type="private")
        env.reset(seed=1)
        print(env.step([50, 50])[-1]["rewards"].round(4).tolist())
        envs = coopgen.make_vec("Partners-v0", 100)
        envs.reset(seed=1)
        assert np.isfinite(envs.step(np.full((100, 2), 50))[1]).all()
        assert coopgen.grad("Partners-v0", np.full((5, 2), 50.0)).parameters["saving"] > 0
        assert coopgen.grad_vec("Partners-v0", np.full((5, 4, 2), 50.0)).actions.any()
        assert coopgen.solve("Partners-v0", reward_type="private").certified
        """;

    [PythonFact]
    public void A_new_project_is_published_loaded_and_played()
    {
        var scratch = Directory.CreateTempSubdirectory("coopgen-own-").FullName;
        try
        {
            // A version of its own, because packages are cached by version.
            var version = "0.1.0-native." + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);
            Shell.Run(Shell.Root, null, "dotnet", "pack", "runtime/CoopGen.Package", "-c", Shell.Configuration, "--no-build", "-o", scratch, $"-p:PackageVersion={version}");
            Shell.Run(scratch, null, "dotnet", Shell.Cli, "new", "Partners", "--source", scratch);
            var root = Path.Combine(scratch, "Partners");
            var project = Path.Combine(root, "Partners", "Partners.csproj");
            File.WriteAllText(project, File.ReadAllText(project).Replace("Version=\"0.1.0\"", $"Version=\"{version}\"", StringComparison.Ordinal));
            Shell.Run(root, null, "dotnet", "publish", "Partners.Native", "-o", "native");
            File.WriteAllText(Path.Combine(scratch, "play.py"), Script);
            // The numbers of the template's own test: 146.1365 + 5.5.
            Assert.Contains("[151.6365, 151.6365]", Shell.Run(scratch, Published.Sources, Tools.Python!, "play.py", Path.Combine(root, "native", "Partners.Native.so")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
