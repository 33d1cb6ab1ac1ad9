using System.Buffers.Binary;
using System.Text;

namespace CoopGen.Learning;

/// <summary>
/// Frees a 64-bit little-endian ELF library of its demand for GLIBCXX_3.4.32: the version is marked as weak, so that the loader goes on
/// without it, and the one symbol that has the version is looked for without version and under the name of a harmless function of libc. The
/// symbol is linked to, never called.
/// </summary>
internal static class VersionPatch
{
    /// <summary>The symbol that the version is demanded for.</summary>
    public const string Symbol = "_ZSt21ios_base_library_initv";

    private const string Version = "GLIBCXX_3.4.32", Harmless = "sched_yield\0";

    // Types of sections, and what is written: System V ABI, chapters 4 and 5, and the GNU extension for symbol versions.
    private const uint DynamicSymbols = 11, VersionsNeeded = 0x6FFFFFFE, VersionsOfSymbols = 0x6FFFFFFF;
    private const ushort Weak = 2, Global = 1;

    /// <summary>Changes the image in place.</summary>
    /// <exception cref="InvalidDataException">It is no such library, does not demand the version, or demands it for anything else too.</exception>
    public static void Apply(Span<byte> image)
    {
        try
        {
            Patch(image);
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the library's tables point outside of it.", exception);
        }
    }

    private static void Patch(Span<byte> image)
    {
        if (image.Length < 64 || !image.StartsWith("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("the library is not a 64-bit little-endian ELF file.");
        var symbols = Find(image, DynamicSymbols);
        var names = Section(image, (int)U32(image, symbols.Header + 40));
        var version = MarkWeak(image, Find(image, VersionsNeeded).At, names.At);
        var versions = Find(image, VersionsOfSymbols).At;
        var found = 0;
        for (var k = 0; k < symbols.Length / 24; k++)
        {
            if ((U16(image, versions + 2 * k) & 0x7FFF) != version)
                continue;
            var name = names.At + (int)U32(image, symbols.At + 24 * k);
            if (Text(image, name) != Symbol || found++ > 0)
                throw new InvalidDataException($"{Version} is demanded for {Text(image, name)}, which cannot be done without.");
            BinaryPrimitives.WriteUInt16LittleEndian(image[(versions + 2 * k)..], Global);
            Encoding.ASCII.GetBytes(Harmless, image[name..]);
        }

        if (found == 0)
            throw new InvalidDataException($"no symbol has the version {Version}.");
    }

    /// <summary>Marks the need for the version as weak, and tells its number.</summary>
    private static int MarkWeak(Span<byte> image, int at, int names)
    {
        while (true)
        {
            var entry = at + (int)U32(image, at + 8);
            for (var k = U16(image, at + 2); k > 0; k--)
            {
                if (Text(image, names + (int)U32(image, entry + 8)) == Version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(image[(entry + 4)..], Weak);
                    return U16(image, entry + 6);
                }

                entry += (int)U32(image, entry + 12);
            }

            if (U32(image, at + 12) is var next && next == 0)
                throw new InvalidDataException($"the library does not demand {Version}.");
            at += (int)next;
        }
    }

    private static (int Header, int At, int Length) Find(ReadOnlySpan<byte> image, uint type)
    {
        for (var k = 0; k < U16(image, 0x3C); k++)
            if (Section(image, k) is var section && U32(image, section.Header + 4) == type)
                return section;
        throw new InvalidDataException($"the library has no section of type {type:x}.");
    }

    private static (int Header, int At, int Length) Section(ReadOnlySpan<byte> image, int index)
    {
        var header = checked((int)U64(image, 0x28) + index * U16(image, 0x3A));
        return (header, checked((int)U64(image, header + 24)), checked((int)U64(image, header + 32)));
    }

    private static string Text(ReadOnlySpan<byte> image, int at) => Encoding.ASCII.GetString(image.Slice(at, image[at..].IndexOf((byte)0)));

    private static ushort U16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static uint U32(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);

    private static ulong U64(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]);
}
