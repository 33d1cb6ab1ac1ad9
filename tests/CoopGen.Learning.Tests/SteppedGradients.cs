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
    /// <param name="expected">By TorchSharp.</param>
    /// <param name="found">By the learner.</param>
    /// <param name="relative">Tolerance relative to the greatest.</param>
    public static void Same(float[] expected, float[] found, float relative = 1e-5f)
    {
        // Single precision, of sums in another order: rounding is that of the greatest numbers, of which 0.01 is the least that are summed, and differs by up to 4.2e-6 of them. Taking a gradient out of
        // moments costs as much: each is rounded to 6e-8 of itself, and they count 10 and 9 times.
        var tolerance = relative * Math.Max(0.01f, expected.Max(Math.Abs));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.Contains(expected, value => value != 0);
    }
}
