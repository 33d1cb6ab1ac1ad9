using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CoopGen.Learning;

/// <summary>
/// Loads libtorch. Everything that uses TorchSharp calls <see cref="Load"/> first; nothing else does, so learners with gradients of their own and trained policies never
/// load it.
/// </summary>
/// <remarks>
/// TorchSharp's native half is built with a newer compiler than some systems have the library of: it demands the version
/// GLIBCXX_3.4.32 of libstdc++ (from GCC 13), for one symbol alone. That symbol, <c>std::ios_base_library_init()</c>, does nothing: being linked
/// to it guarantees that the standard streams are set up, which in older versions every library does for itself, libtorch among them. Where
/// libstdc++ lacks it, a copy of the library that does without (see <see cref="VersionPatch"/>) is kept in the user's cache and loaded instead;
/// elsewhere nothing is done. The copy's folder is named after the hash of the original, so that another version gets another copy; a copy is loaded only if it is
/// byte for byte what it should be. A user without a home folder gets a copy in a private temporary folder, which is deleted once it is loaded.
/// </remarks>
public static class LibTorch
{
    private const string Library = "LibTorchSharp", File = "libLibTorchSharp.so";
    private static readonly Lazy<bool> _loaded = new(LoadOnce);

    /// <summary>Whether this system's libstdc++ lacks what TorchSharp demands, so that a patched copy is loaded.</summary>
    public static bool NeedsPatch => OperatingSystem.IsLinux() && !HasSymbol();

    /// <summary>Version of TorchSharp.</summary>
    public static string Version => typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);

    /// <summary>Makes TorchSharp ready for use; later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">The native libraries are missing, or cannot be made loadable; the message says why.</exception>
    /// <remarks>
    /// TorchSharp then works on one thread: the networks are small, so that waking threads costs more than they save, by far where processors are shared; and results do
    /// not depend on the machine's number of processors.
    /// </remarks>
    public static void Load() => _ = _loaded.Value;

    /// <summary>Writes a loadable copy of the library if there is none yet, or another than it should be. Several processes may do so at once.</summary>
    /// <param name="original">The library as shipped.</param>
    /// <param name="cache">The folder that copies are kept in.</param>
    /// <returns>Path of the copy.</returns>
    /// <exception cref="InvalidDataException">The library is not what the patch is made for.</exception>
    public static string Prepare(string original, string cache)
    {
        var image = System.IO.File.ReadAllBytes(original);
        var folder = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(image))[..16]);
        var path = Path.Combine(folder, File);
        VersionPatch.Apply(image);
        if (System.IO.File.Exists(path) && System.IO.File.ReadAllBytes(path).AsSpan().SequenceEqual(image))
            return path;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var own = Path.Combine(folder, $"{Path.GetRandomFileName()}.tmp");
        using (var file = System.IO.File.Create(own))
        {
            file.Write(image);
            file.Flush(flushToDisk: true);
        }

        // Renaming is atomic: others see no copy or a whole one.
        System.IO.File.Move(own, path, overwrite: true);
        return path;
    }

    private static bool LoadOnce()
    {
        if (NeedsPatch)
            LoadPatched();
        TorchSharp.torch.set_num_threads(1);
        return true;
    }

    private static void LoadPatched()
    {
        var folder = NativeFolder() ?? throw new DllNotFoundException($"{File} is not among the program's native libraries; the package TorchSharp-cpu brings it.");
        var cache = CacheFolder();
        try
        {
            // A temporary folder of a name that nobody can foresee, which nobody else can read or write.
            var temporary = cache is null ? Directory.CreateTempSubdirectory("coopgen-libtorch-").FullName : null;
            var copy = Prepare(Path.Combine(folder, File), cache ?? temporary!);
            // The copy lies elsewhere: what it needs must be there before.
            foreach (var needed in (ReadOnlySpan<string>)["libc10.so", "libtorch_cpu.so", "libtorch.so"])
                NativeLibrary.Load(Path.Combine(folder, needed));
            var handle = NativeLibrary.Load(copy);
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
            NativeLibrary.SetDllImportResolver(typeof(TorchSharp.torch).Assembly, (name, _, _) => name == Library ? handle : 0);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException($"TorchSharp needs GLIBCXX_3.4.32, which this system's libstdc++ lacks, and no copy that does without could be made: {exception.Message}", exception);
        }
    }

    private static bool HasSymbol() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, VersionPatch.Symbol, out _);

    private static string? NativeFolder()
    {
        var search = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return search.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat([Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"), AppContext.BaseDirectory])
            .FirstOrDefault(folder => System.IO.File.Exists(Path.Combine(folder, File)));
    }

    /// <summary>Where copies are kept; null for a user without a home folder.</summary>
    private static string? CacheFolder()
    {
        var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var root = Path.IsPathRooted(named) ? named : home.Length > 0 ? Path.Combine(home, ".cache") : null;
        return root is null ? null : Path.Combine(root, "coopgen", "libtorch");
    }
}
