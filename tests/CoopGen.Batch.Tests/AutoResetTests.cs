namespace CoopGen.Batch.Tests;

/// <summary>Episodes follow each other as in scalar environments that are reset as Gymnasium's autoreset modes say, draws and what outlives episodes included.</summary>
public class AutoResetTests
{
    private const int Count = 13, Steps = 60;

    public static TheoryData<string, AutoReset> Cases
    {
        get
        {
            var cases = new TheoryData<string, AutoReset>();
            foreach (var info in TestGames.All)
                foreach (var mode in Enum.GetValues<AutoReset>())
                    cases.Add(info.Id, mode);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Episodes_are_those_of_scalar_environments(string id, AutoReset mode)
    {
        var random = new Random(5);
        var variants = Variants.Of(TestGames.Find(id), 5, random);
        var variantOf = Enumerable.Range(0, Count).Select(_ => random.Next(variants.Count)).ToArray();
        var episodes = EpisodeCheck.Run(variants, variantOf, mode, Steps, random);
        Assert.True(episodes > Count, $"{episodes} episodes ended");
    }
}
