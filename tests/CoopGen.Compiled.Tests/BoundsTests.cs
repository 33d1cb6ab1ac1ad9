namespace CoopGen.Compiled.Tests;

/// <summary>Nothing that is played lies outside the derived bounds.</summary>
public class BoundsTests
{
    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void Observations_and_rewards_stay_inside(string id)
    {
        var info = Games.Find(id);
        var random = new Random(7);
        var made = 0;
        for (var trial = 0; trial < 30; trial++)
        {
            GameEnvironment environment;
            try
            {
                environment = info.Create(trial == 0 ? null : Games.RandomParameters(info, random));
            }
            catch (ArgumentException)
            {
                continue;
            }

            made++;
            var actions = new double[environment.ProfileLength];
            var rewards = new double[environment.AgentCount];
            var observation = new float[environment.ObservationLength];
            environment.Reset((ulong)trial);
            while (!environment.HasEnded)
            {
                environment.Observe(observation);
                if (!environment.ObservationSpace.Contains(observation))
                    Assert.Fail($"{id}: an observation {string.Join(" ", observation)} lies outside {string.Join(" ", environment.ObservationSpace.Low.ToArray())} … {string.Join(" ", environment.ObservationSpace.High.ToArray())}");
                OwnObservationsStayInside(environment);
                Games.RandomActions(environment, random, actions, trial % 3 == 0 ? 0 : 0.5);
                if (trial % 4 == 0)
                    for (var k = 0; k < actions.Length; k++)
                        actions[k] = random.Next(2) == 0 ? environment.ActionSpace.Low[k] : environment.ActionSpace.High[k];
                environment.Step(actions, rewards);
                if (!environment.RewardRange.Contains(rewards))
                    Assert.Fail($"{id} {environment.Mode}: rewards {string.Join(" ", rewards)} lie outside {string.Join(" ", environment.RewardRange.Low.ToArray())} … {string.Join(" ", environment.RewardRange.High.ToArray())}");
            }
        }

        Assert.True(made >= 8, $"Only {made} of the random parameter sets were allowed.");
    }

    private static void OwnObservationsStayInside(GameEnvironment environment)
    {
        foreach (var parts in new[] { ulong.MaxValue, ObservationConfig.Minimal.Mask(environment.Info.AgentParts), ObservationConfig.Realistic.Mask(environment.Info.AgentParts) })
        {
            var own = new float[environment.AgentObservationLength(parts)];
            for (var agent = 0; agent < environment.AgentCount; agent++)
            {
                environment.Observe(agent, parts, own);
                var space = environment.AgentObservationSpace(agent, parts);
                if (!space.Contains(own))
                    Assert.Fail($"{environment.Info.Id}: agent {agent} sees {string.Join(" ", own)}, which lies outside {string.Join(" ", space.Low.ToArray())} … {string.Join(" ", space.High.ToArray())}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void Bounds_are_finite_with_default_parameters(string id)
    {
        foreach (var mode in Enum.GetValues<RewardMode>())
        {
            var environment = Games.Find(id).Create(new() { ["reward_type"] = mode });
            foreach (var box in new[] { environment.ObservationSpace, environment.RewardRange, environment.AgentObservationSpace(0, ObservationConfig.Full.Mask(environment.Info.AgentParts)) })
                for (var k = 0; k < box.Length; k++)
                    Assert.True(double.IsFinite(box.Low[k]) && double.IsFinite(box.High[k]), $"{id} {mode}: entry {k} lies between {box.Low[k]} and {box.High[k]}");
        }
    }
}
