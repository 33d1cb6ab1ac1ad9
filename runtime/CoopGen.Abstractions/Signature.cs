namespace CoopGen;

/// <summary>
/// One number that stands for the meaning of an environment: a checksum of a fixed seeded rollout. Any change of meaning changes it,
/// and every back end must agree with it.
/// </summary>
/// <remarks>
/// Three reward modes, two episodes each under seed 2026, of at most 64 steps of uniform actions from 10 % below to 10 % above the box, so that
/// clipping takes part. Hashed with FNV-1a (64 bits) are all actions, rewards, joint observations and endings, numbers rounded to nine
/// significant digits: what rounding of the last bits differs between processors does not show, anything else does.
/// </remarks>
public static class Signature
{
    /// <summary>The checksum of an environment with default parameters.</summary>
    public static ulong Of(EnvironmentInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Of(info.Create);
    }

    /// <summary>The checksum of what is made.</summary>
    /// <param name="make">Makes the environment with given parameters.</param>
    public static ulong Of(Func<ParameterSet?, GameEnvironment> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        var hash = 14695981039346656037UL;
        foreach (var mode in Enum.GetValues<RewardMode>())
        {
            var environment = make(new() { ["reward_type"] = mode });
            var (actions, rewards, observation) = (new double[environment.ProfileLength], new double[environment.AgentCount], new float[environment.ObservationLength]);
            for (var episode = 0; episode < 2; episode++)
            {
                environment.Reset(episode == 0 ? 2026UL : null);
                Observe();
                for (var step = 0; step < 64 && !environment.HasEnded; step++)
                {
                    Draw(environment, actions);
                    var result = environment.Step(actions, rewards);
                    Add(actions);
                    Add(rewards);
                    Observe();
                    Mix((result.Terminated ? 1UL : 0) + (result.Truncated ? 2UL : 0) + (result.Clipped ? 4UL : 0));
                }

                void Observe()
                {
                    environment.Observe(observation);
                    foreach (var value in observation)
                        Mix(Rounded(value));
                }
            }

            void Add(double[] values)
            {
                foreach (var value in values)
                    Mix(Rounded(value));
            }
        }

        return hash;

        void Mix(ulong bits)
        {
            for (var k = 0; k < 64; k += 8)
                hash = (hash ^ (bits >> k & 0xFF)) * 1099511628211UL;
        }
    }

    private static void Draw(GameEnvironment environment, double[] actions)
    {
        var generator = new Philox(environment.Seed).Split(0x5349474E);
        for (var k = 0; k < actions.Length; k++)
        {
            var uniform = generator.Draw(DrawPhase.Update, 0, (uint)environment.Episode, (uint)environment.StepCount, k, 0).Uniform;
            var choices = environment.Info.Actions[k % environment.ActionDimensions].Choices;
            var (low, high) = (environment.ActionSpace.Low[k], environment.ActionSpace.High[k]);
            actions[k] = choices.Count > 0 ? choices[(int)(uniform * choices.Count)] : low + (1.2 * uniform - 0.1) * (high - low);
        }
    }

    /// <summary>The bits of a number rounded to nine significant digits; a float has fewer, so it is rounded to six.</summary>
    private static ulong Rounded(double value) => Bits(value, 9);

    private static ulong Rounded(float value) => Bits(value, 6);

    private static ulong Bits(double value, int digits)
    {
        if (value == 0 || !double.IsFinite(value))
            return value == 0 ? 0 : BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        // Text is the one rounding to decimal digits that every platform does alike.
        return BitConverter.DoubleToUInt64Bits(exponent < -12 ? 0 : double.Parse(value.ToString("E" + (digits - 1), System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture));
    }
}
