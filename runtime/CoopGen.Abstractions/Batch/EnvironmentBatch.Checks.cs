using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>Actions are checked before anything changes, by all threads if there are several.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    private volatile bool _bad;

    /// <summary>Refuses actions that <see cref="Step"/> would refuse.</summary>
    /// <exception cref="ArgumentException">The length is wrong, or an action is not a number or not among a finite set.</exception>
    public void CheckActions(ReadOnlySpan<float> actions)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Room(nameof(actions), actions.Length, (long)ProfileLength * Count);
        fixed (float* first = actions)
            CheckActions(actions, first);
    }

    private void CheckActions(ReadOnlySpan<float> actions, float* first)
    {
        _bad = false;
        if (_team is null)
        {
            _bad = !AreNumbers(first, first + actions.Length);
        }
        else
        {
            _job = new() { Actions = first, Length = actions.Length, Checks = true };
            _team.Run();
        }

        if (_bad)
        {
            var k = 0;
            while (float.IsFinite(actions[k]))
                k++;
            throw Refused(k, actions[k], "a number");
        }

        for (var d = 0; d < _choices.Length; d++)
        {
            if (_choices[d].Length == 0)
                continue;
            for (var at = 0; at < ProfileLength; at += ActionDimensions)
                for (var e = 0; e < Count; e++)
                    if (!_choices[d].AsSpan().Contains(actions[(at + d) * Count + e]))
                        throw Refused((at + d) * Count + e, actions[(at + d) * Count + e], "one of " + string.Join(", ", Info.Actions[d].Choices.Select(c => c.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }
    }

    private static bool AreNumbers(float* from, float* to)
    {
        var bad = Vector256<float>.Zero;
        for (; from + Width <= to; from += Width)
        {
            var x = Vector256.Load(from);
            // x − x is 0 for numbers alone.
            bad |= ~Vector256.Equals(x - x, Vector256<float>.Zero);
        }

        var good = !LaneOps.AnyLane(bad);
        for (; from < to; from++)
            good &= float.IsFinite(*from);
        return good;
    }

    private ArgumentException Refused(int at, float action, string wanted)
    {
        var (index, environment) = (at / Count, at % Count);
        return new(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"Action {Info.Actions[index % ActionDimensions].Name} of agent {index / ActionDimensions} in environment {environment} is {action}; it must be {wanted}."), "actions");
    }
}
