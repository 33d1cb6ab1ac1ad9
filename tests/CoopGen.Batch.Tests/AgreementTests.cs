namespace CoopGen.Batch.Tests;

/// <summary>A step of the batch is a step of the scalar environment.</summary>
public class AgreementTests
{
    /// <summary>
    /// Steps that may fall on the other side of a threshold: where a penalty or a bonus begins at a mean that random actions, often on the
    /// edge of their box, meet exactly, the last digit of single precision decides (PublicGoods-v0 does so once).
    /// </summary>
    private const int AtThreshold = 3;

    public static TheoryData<string> Ids => TestGames.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void One_step_from_a_shared_state_agrees(string id)
    {
        var random = new Random(11);
        var (steps, conditioned) = (0, new List<string>());
        for (var trial = 0; trial < 12; trial++)
        {
            // Every mode, mixed in one batch.
            var variants = Variants.Of(TestGames.Find(id), 6, random);
            var check = new StepCheck(variants).Play(30, random, static (environment, random, profile) => TestGames.RandomActions(environment, random, profile));
            if (check.Run() is { } different)
                Assert.Fail($"{id}, trial {trial}, {different}");
            steps += check.Steps;
            conditioned.AddRange(check.Conditioned);
        }

        Assert.True(conditioned.Count <= AtThreshold, $"{conditioned.Count} of {steps} steps agree only up to the rounding of their operands:\n{string.Join("\n", conditioned)}");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void First_observations_and_draws_are_those_of_the_scalar_environment(string id)
    {
        var scalar = TestGames.Find(id).Create(null);
        const int Count = 10;
        using var batch = EnvironmentBatch.Create(scalar, Count);
        batch.Reset(42);
        var (rows, observation) = (new float[Count * batch.ObservationLength], new float[batch.ObservationLength]);
        batch.Observe(rows);
        for (var k = 0; k < Count; k++)
        {
            scalar.Reset(EnvironmentBatch.SeedOf(42, k), clear: true);
            scalar.Observe(observation);
            for (var c = 0; c < observation.Length; c++)
                Assert.Equal(observation[c], rows[k * observation.Length + c], 1e-6f * Math.Max(1, Math.Abs(observation[c])));
        }
    }
}
