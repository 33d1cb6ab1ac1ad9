using System.Runtime.InteropServices;

namespace CoopGen;

/// <summary>What the agents of a batch see, each of its own.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    private float[] _views = [];

    /// <summary>Numbers that an agent sees of its own, as <see cref="GameEnvironment.AgentObservationLength"/>.</summary>
    /// <param name="parts">Which parts, from <see cref="ObservationConfig.Mask"/>.</param>
    /// <exception cref="ArgumentException">The parameters of the environments choose parts of different lengths.</exception>
    public int AgentObservationLength(ulong parts)
    {
        var length = _plan.Variants[0].AgentObservationLength(parts);
        for (var k = 1; k < _plan.Variants.Count; k++)
        {
            if (_plan.Variants[k].AgentObservationLength(parts) is var other && other != length)
                throw new ArgumentException($"The agents of a batch see equally many numbers; the parameters of {Info.Id} choose {length} and {other}.", nameof(parts));
        }

        return length;
    }

    /// <summary>Writes what every agent sees of its own: the rows of the first agent for all environments, then those of the next.</summary>
    /// <param name="parts">Which parts are shown, from <see cref="ObservationConfig.Mask"/>.</param>
    /// <param name="observations">Receives n·Count rows; that of agent i in environment k is row i · Count + k.</param>
    /// <exception cref="ArgumentException">The length is wrong, or the parameters of the environments choose parts of different lengths.</exception>
    public void ObserveAgents(ulong parts, Span<float> observations)
    {
        CheckStarted();
        var length = AgentObservationLength(parts);
        Room(nameof(observations), observations.Length, (long)AgentCount * Count * length);
        if (_views.Length < (Entry + Width) * length)
            _views = new float[(Entry + Width) * length];
        ref var columns = ref MemoryMarshal.GetArrayDataReference(_views);
        ref var w = ref _work[0][0];
        for (var block = 0; block < Blocks; block++)
        {
            var whole = (block + 1) * Width <= Count;
            for (var agent = 0; agent < AgentCount; agent++)
            {
                WriteView(block, (nuint)(agent * Entry), parts, ref Memory(block), ref Setup(block), ref w, ref columns);
                var into = observations[((agent * Count + block * Width) * length)..];
                var rows = whole ? into : _views.AsSpan(Entry * length);
                LaneRows.Write(ref MemoryMarshal.GetReference(rows), length, ref columns, length);
                if (!whole)
                    rows[..((Count - block * Width) * length)].CopyTo(into);
            }
        }
    }
}
