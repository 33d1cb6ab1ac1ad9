using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace CoopGen.Benchmarking;

/// <summary>
/// A hand-written C version of an environment with default parameters: structure of arrays, single precision, ended episodes reset in the
/// same step. It is compiled where it is timed, as its author would: <c>gcc -O3 -march=native -ffast-math</c> with the vector library of libm.
/// </summary>
public sealed unsafe class CPeer : IDisposable
{
    private static readonly Dictionary<string, nint> Libraries = [];

    private readonly delegate* unmanaged<nint, float*, float*, byte*, float*, int, void> _step;
    private readonly delegate* unmanaged<nint, float*, void> _reset;
    private readonly delegate* unmanaged<nint, void> _free;
    private nint _peer;

    private CPeer(nint library, int count)
    {
        _step = (delegate* unmanaged<nint, float*, float*, byte*, float*, int, void>)NativeLibrary.GetExport(library, "peer_step");
        _reset = (delegate* unmanaged<nint, float*, void>)NativeLibrary.GetExport(library, "peer_reset");
        _free = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "peer_free");
        _peer = ((delegate* unmanaged<int, nint>)NativeLibrary.GetExport(library, "peer_create"))(count);
    }

    /// <summary>Environments of which there is a C version.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        [.. typeof(CPeer).Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".c", StringComparison.Ordinal)).Select(n => n[..^2]).Order(StringComparer.Ordinal)];

    /// <summary>The C version of an environment; null if there is none, or no gcc that compiles it.</summary>
    /// <param name="id">Id of the environment.</param>
    /// <param name="count">Number of environments.</param>
    public static CPeer? TryCreate(string id, int count)
    {
        if (!Ids.Contains(id))
            return null;
        lock (Libraries)
        {
            if (!Libraries.TryGetValue(id, out var library))
                Libraries[id] = library = Compile(id);
            return library == 0 ? null : new(library, count);
        }
    }

    /// <summary>Starts the first episode of every environment.</summary>
    /// <param name="observations">Receives a row per environment.</param>
    public void Reset(float* observations) => _reset(_peer, observations);

    /// <summary>Plays one step of all environments; buffers are those of <see cref="EnvironmentBatch.Step"/>.</summary>
    /// <param name="actions">Actions, agent by agent.</param>
    /// <param name="rewards">Receives rewards, agent by agent.</param>
    /// <param name="endings">Receives how the steps ended.</param>
    /// <param name="observations">Receives a row per environment.</param>
    /// <param name="columns">Which columns are written.</param>
    public void Step(float* actions, float* rewards, byte* endings, float* observations, Rows columns) => _step(_peer, actions, rewards, endings, observations, (int)columns);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_peer != 0)
            _free(_peer);
        _peer = 0;
    }

    /// <summary>Compiles and loads; 0 if that cannot be done here.</summary>
    internal static nint Compile(string id)
    {
        var folder = Directory.CreateTempSubdirectory("coopgen-peer-").FullName;
        try
        {
            var assembly = Assembly.GetExecutingAssembly();
            foreach (var name in assembly.GetManifestResourceNames())
            {
                using var source = assembly.GetManifestResourceStream(name)!;
                using var file = File.Create(Path.Combine(folder, name));
                source.CopyTo(file);
            }

            // Linked without -ffast-math, with which gcc adds start-up code that makes the loading thread flush subnormal numbers to zero.
            return Gcc(folder, "-O3", "-march=native", "-ffast-math", "-fPIC", "-c", id + ".c", "-o", "peer.o")
                && Gcc(folder, "-shared", "peer.o", "-o", "peer.so", "-lmvec", "-lm")
                && NativeLibrary.TryLoad(Path.Combine(folder, "peer.so"), out var library) ? library : 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no gcc.
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Gcc(string folder, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("gcc") { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var gcc = Process.Start(start);
        if (gcc is null)
            return false;
        gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        return gcc.ExitCode == 0;
    }
}

/// <summary>Which columns of the observations a step writes.</summary>
public enum Rows
{
    /// <summary>None: rewards and endings alone.</summary>
    None,

    /// <summary>Those that change within an episode; the others have been written before.</summary>
    Changing,

    /// <summary>All.</summary>
    All,
}
