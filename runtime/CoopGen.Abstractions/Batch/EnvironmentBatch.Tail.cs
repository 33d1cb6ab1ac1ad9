using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>The last block, where it is not full: it is played in buffers of its own, as long as a block.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    private float* _tailActions, _tailRewards, _tailRows, _tailFinals;
    private byte* _tailEndings;

    private void MakeTail()
    {
        if (Count % Width == 0)
            return;
        _tailActions = Aligned(ProfileLength * Width);
        _tailRewards = Aligned(AgentCount * Width);
        _tailRows = Aligned(ObservationLength * Width);
        _tailFinals = Aligned(ObservationLength * Width);
        _tailEndings = (byte*)Aligned(Width);
    }

    /// <summary>Plays the last block, which is not full. Few numbers are copied: calls would take longer.</summary>
    private void PlayTail(ref float w)
    {
        var block = Blocks - 1;
        var (at, rest) = (block * Width, Count - block * Width);
        for (var k = 0; k < ProfileLength; k++)
        {
            var actions = _job.Actions + (long)k * Count + at;
            // One store of all lanes: the kernel's load would wait for several.
            if (rest == 1)
                Vector256.CreateScalar(*actions).Store(_tailActions + k * Width);
            for (var lane = 0; lane < rest && rest > 1; lane++)
                _tailActions[k * Width + lane] = actions[lane];
        }

        var observes = _job.Observations != null;
        var range = new BatchRange(block, block + 1, Width, ObservationLength, constants: true, AutoReset == AutoReset.SameStep && _job.Finals == null, ref *_tailActions, ref *_tailRewards, ref *_tailEndings,
            ref observes ? ref *_tailRows : ref Unsafe.NullRef<float>(), ref _job.Finals != null ? ref *_tailFinals : ref Unsafe.NullRef<float>());
        if (_waiting[block] != 0)
            PlayWaiting(block, range, ref w);
        else
            PlayAligned(pairs: false, range, ref w);
        for (var i = 0; i < AgentCount; i++)
            for (var lane = 0; lane < rest; lane++)
                _job.Rewards[(long)i * Count + at + lane] = _tailRewards[i * Width + lane];
        for (var lane = 0; lane < rest; lane++)
            _job.Endings[at + lane] = _tailEndings[lane];
        var length = ObservationLength;
        if (observes)
            new ReadOnlySpan<float>(_tailRows, rest * length).CopyTo(new(_job.Observations + (long)at * length, rest * length));
        for (var lane = 0; lane < rest && _job.Finals != null && AutoReset == AutoReset.SameStep; lane++)
        {
            if ((_tailEndings[lane] & 3) != 0)
                new ReadOnlySpan<float>(_tailFinals + lane * length, length).CopyTo(new(_job.Finals + (long)(at + lane) * length, length));
        }
    }
}
