using System.Runtime.CompilerServices;

namespace CoopGen.Learning.Tests;

internal static class Setup
{
    /// <summary>Whichever test is first may use TorchSharp directly.</summary>
    [ModuleInitializer]
    internal static void Load() => LibTorch.Load();
}
