using System.Runtime.CompilerServices;
using CoopGen.Interop;

namespace CoopGen.Native;

internal static class Library
{
    /// <summary>Runs when the library is loaded.</summary>
    [ModuleInitializer]
    internal static void Expose() => Exposed.Add(EnvironmentRegistry.All);
}
