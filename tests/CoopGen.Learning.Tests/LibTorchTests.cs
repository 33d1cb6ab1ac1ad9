namespace CoopGen.Learning.Tests;

public class LibTorchTests
{
    private static string Original => Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void TorchSharp_computes_once_it_is_loaded()
    {
        LibTorch.Load();
        LibTorch.Load();
        using var sum = TorchSharp.torch.ones(3).sum();
        Assert.Equal(3, sum.item<float>());
    }

    [Fact]
    public void A_copy_differs_from_the_library_in_the_version_and_its_symbol_alone_and_is_made_once()
    {
        var cache = Directory.CreateTempSubdirectory("coopgen-libtorch-").FullName;
        try
        {
            // Several at once: everybody gets the same whole file.
            var paths = new string[8];
            Parallel.For(0, paths.Length, k => paths[k] = LibTorch.Prepare(Original, cache));
            Assert.Single(paths.Distinct());
            var (before, after) = (File.ReadAllBytes(Original), File.ReadAllBytes(paths[0]));
            Assert.Equal(before.Length, after.Length);
            // The flag, the symbol's version, and at most the twelve bytes of a name.
            Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second), 3, 16);
            Assert.True(after.AsSpan().IndexOf("sched_yield\0"u8) >= 0);
            var written = File.GetLastWriteTimeUtc(paths[0]);
            Assert.Equal(paths[0], LibTorch.Prepare(Original, cache));
            Assert.Equal(written, File.GetLastWriteTimeUtc(paths[0]));
            // What somebody else has put there is not loaded.
            File.WriteAllBytes(paths[0], before);
            Assert.Equal(after, File.ReadAllBytes(LibTorch.Prepare(Original, cache)));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(paths[0])!) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(paths[0])!, "*.tmp"));
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    [Fact]
    public void What_is_not_the_library_is_refused()
    {
        Assert.Contains("ELF", Assert.Throws<InvalidDataException>(() => VersionPatch.Apply(new byte[100])).Message, StringComparison.Ordinal);
        var image = File.ReadAllBytes(Original);
        VersionPatch.Apply(image);
        // No symbol has the version any more.
        Assert.Contains("GLIBCXX_3.4.32", Assert.Throws<InvalidDataException>(() => VersionPatch.Apply(image)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => VersionPatch.Apply(image.AsSpan(0, 1000)));
    }
}
