namespace CoopGen.Native.Tests;

public class HeaderTests
{
    [Fact]
    public void The_header_declares_what_is_exported()
    {
        var path = Path.Combine(Shell.Root, "runtime", "CoopGen.Native", "coopgen.h");
        var text = Header.Text();
        var received = Path.ChangeExtension(path, ".received.h");
        if (File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == text)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"{path} is not what the exported functions give; look at {received} and rename it.");
    }
}
