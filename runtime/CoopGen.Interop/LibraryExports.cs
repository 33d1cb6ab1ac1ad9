using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace CoopGen.Interop;

/// <summary>
/// Functions of the library as a whole. All functions return a status: COOPGEN_OK or what went wrong; coopgen_last_error has a text then.
/// None throws, and none ends the process. Handles may be used from any thread, by one call at a time; different handles at once.
/// </summary>
public static unsafe class LibraryExports
{
    /// <summary>Version of the interface. It grows when a function changes or goes; new functions leave it as it is.</summary>
    public const int Version = 1;

    /// <summary>The version of the interface that the library has, to be compared with COOPGEN_VERSION.</summary>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_version", CallConvs = [typeof(CallConvCdecl)])]
    public static int GetVersion() => Version;

    /// <summary>The text of the last failure on this thread, in UTF-8 and ended by a zero byte, cut to the capacity.</summary>
    /// <param name="text">Receives the text; may be null if the capacity is 0.</param>
    /// <param name="capacity">Bytes of room.</param>
    /// <returns>Bytes of the whole text without the zero byte; 0 if nothing has failed on this thread.</returns>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_last_error", CallConvs = [typeof(CallConvCdecl)])]
    public static long LastError(byte* text, long capacity)
    {
        try
        {
            var bytes = Encoding.UTF8.GetBytes(Failure.Text);
            if (text != null && capacity > 0)
            {
                var count = (int)Math.Min(bytes.Length, capacity - 1);
                bytes.AsSpan(0, count).CopyTo(new Span<byte>(text, count));
                text[count] = 0;
            }

            return bytes.Length;
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    /// <summary>Handles given out and not released.</summary>
    /// <param name="count">Receives their number.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_handles", CallConvs = [typeof(CallConvCdecl)])]
    public static int CountHandles(long* count)
    {
        try
        {
            Buffers.Needed(nameof(count), count);
            *count = Handles.Count;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Takes back the handle of an environment or a batch, and ends the threads of the batch.</summary>
    /// <param name="handle">The handle.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_release", CallConvs = [typeof(CallConvCdecl)])]
    public static int Release(ulong handle)
    {
        try
        {
            Handles.Release(handle);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>The ids of all environments, as a JSON array.</summary>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_list", CallConvs = [typeof(CallConvCdecl)])]
    public static int List(byte* text, long capacity, long* length)
    {
        try
        {
            Buffers.Write(Buffers.Json(json =>
            {
                json.WriteStartArray();
                foreach (var info in Exposed.All)
                    json.WriteStringValue(info.Id);
                json.WriteEndArray();
            }), text, capacity, length);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What is known of an environment with default parameters: parameters, spaces, formulas, as a JSON object.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_manifest", CallConvs = [typeof(CallConvCdecl)])]
    public static int Manifest(byte* id, byte* text, long capacity, long* length)
    {
        try
        {
            var info = Exposed.Find(Buffers.Text(nameof(id), id));
            Buffers.Write(Buffers.Json(json => ManifestJson.Write(json, info)), text, capacity, length);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }
}
