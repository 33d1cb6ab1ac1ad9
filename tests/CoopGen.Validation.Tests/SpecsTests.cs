namespace CoopGen.Validation.Tests;

/// <summary>The suites' models as they are compiled and as the plain C# that they are.</summary>
public class SpecsTests
{
    public static TheoryData<string> Ids => [.. CoopGen.Suites.EnvironmentRegistry.All.Select(info => info.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Compiled_and_run_as_written_they_do_the_same(string id)
    {
        var info = CoopGen.Suites.EnvironmentRegistry.All.Single(i => i.Id == id);
        var (compiled, plain) = (info.Create(null), info.Interpret!(null));
        var (paid, owed) = (new double[compiled.AgentCount], new double[compiled.AgentCount]);
        var (state, memory) = (new double[compiled.StateLength], new double[plain.StateLength]);
        compiled.Reset(seed: 1);
        plain.Reset(seed: 1);
        var random = new Random(1);
        for (var t = 0; t < Math.Min(compiled.Horizon, 20); t++)
        {
            var actions = new double[compiled.ProfileLength];
            for (var k = 0; k < actions.Length; k++)
                actions[k] = compiled.ActionSpace.Low[k] + (compiled.ActionSpace.High[k] - compiled.ActionSpace.Low[k]) * random.NextDouble();
            compiled.Step(actions, paid);
            plain.Step(actions, owed);
            compiled.SaveState(state);
            plain.SaveState(memory);
            Assert.Equal(memory.Length, state.Length);
            // The compiler may reorder what does not matter: a few units in the last place.
            foreach (var (a, b) in state.Zip(memory).Concat(paid.Zip(owed)))
                Near.Absolute(b, a, 1e-12 * Math.Max(1, Math.Abs(b)), $"{id} at step {t}");
        }
    }
}
