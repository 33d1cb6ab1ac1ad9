using System.Runtime.CompilerServices;
using CoopGen.Interop;

namespace CoopGen.Native;

internal static class Library
{
    /// <summary>Runs when the library is loaded.</summary>
    [ModuleInitializer]
    internal static void Expose()
    {
        Exposed.Add(EnvironmentRegistry.All);
        // What Python composes Coopetition-Gym's own configurations of.
        Exposed.AddUnlisted(Suites.ComposedEnvironment.Manifest);
    }
}
