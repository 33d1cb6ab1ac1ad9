namespace CoopGen.Learning.Tests;

/// <summary>Gradients that learners have stepped against, from what they save.</summary>
internal static class SteppedGradients
{
    public static Archive Saved(Learner learner)
    {
        var path = Path.GetTempFileName();
        learner.Save(path);
        var archive = Archive.Load(path);
        File.Delete(path);
        return archive;
    }

    /// <summary>The gradient g of the one step between two archives: Adam's first moment m becomes 0.9·m + 0.1·g.</summary>
    public static float[] Last(Archive before, Archive after, string parameter, int length)
    {
        float[] first = new float[length], last = new float[length];
        before.Exchange($"{parameter}.first", first);
        after.Exchange($"{parameter}.first", last);
        return [.. last.Zip(first, (l, f) => (float)(10.0 * l - 9.0 * f))];
    }

    /// <summary>Whether a gradient is TorchSharp's.</summary>
    public static void Same(float[] expected, float[] found)
    {
        var tolerance = 5e-5f * Math.Max(0.01f, expected.Max(Math.Abs));
        if (Environment.GetEnvironmentVariable("SHOW") is { } show)
            File.AppendAllText(show, $"{expected.Max(Math.Abs)} {expected.Zip(found, (e, f) => Math.Abs(e - f)).Max()} {expected.Zip(found, (e, f) => Math.Abs(e - f)).Max() / Math.Max(0.01f, expected.Max(Math.Abs))}\n");
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.Contains(expected, value => value != 0);
    }
}
