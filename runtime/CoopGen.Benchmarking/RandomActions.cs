using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen.Benchmarking;

/// <summary>Uniform actions for a whole batch, from a generator (xorshift) that costs next to nothing: what a policy must write at least.</summary>
internal sealed unsafe class RandomActions(GameEnvironment environment, int count)
{
    private Vector256<uint> _state = Vector256.Create(1u, 0x9E3779B9u, 0x85EBCA6Bu, 0xC2B2AE35u, 0x27D4EB2Fu, 0x165667B1u, 0xD3A2646Cu, 0xFD7046C5u);

    /// <summary>Draws the actions of a step, each within its box or among its choices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Draw(float* actions)
    {
        var state = _state;
        for (var k = 0; k < environment.ProfileLength; k++)
        {
            var choices = environment.Info.Actions[k % environment.ActionDimensions].Choices;
            var (low, high) = choices.Count > 0 ? (0f, choices.Count) : ((float)environment.ActionSpace.Low[k], (float)environment.ActionSpace.High[k]);
            var (from, span) = (Vector256.Create(low), Vector256.Create((high - low) / (1 << 24)));
            var to = actions + (long)k * count;
            var e = 0;
            for (; e + 8 <= count; e += 8)
            {
                state ^= state << 13;
                state ^= state >>> 17;
                state ^= state << 5;
                (from + Vector256.ConvertToSingle((state >>> 8).AsInt32()) * span).Store(to + e);
            }

            for (; e < count; e++)
            {
                state ^= state << 13;
                state ^= state >>> 17;
                state ^= state << 5;
                to[e] = low + (state[0] >> 8) * (high - low) / (1 << 24);
            }

            for (e = 0; choices.Count > 0 && e < count; e++)
                to[e] = (float)choices[Math.Min((int)to[e], choices.Count - 1)];
        }

        _state = state;
    }
}
