using System.Runtime.CompilerServices;
using CoopGen.Interop;

namespace Games.Native;

internal static class Library
{
    /// <summary>Runs when the library is loaded: says which environments it plays.</summary>
    [ModuleInitializer]
    internal static void Expose() => Exposed.Add(Games.EnvironmentRegistry.All);
}
