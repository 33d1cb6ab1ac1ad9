using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static CoopGen.Interop.Buffers;

namespace CoopGen.Interop;

/// <summary>Functions that solve games. They may take long: coopgen_env_cancel and coopgen_env_progress may be called meanwhile, from another thread.</summary>
public static unsafe class SolvingExports
{
    /// <summary>Solves: finds the equilibria of the one-shot game after a reset, what an oracle plays, or the greatest sum of returns of an episode, with their certificates. The environment stays where it is. If cancelled, a search over the episode keeps the best that it found.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="request">A JSON object with any of oracle (OneShot, or the name of an oracle) and seed. Null for the equilibria under seed 0.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_solve", CallConvs = [typeof(CallConvCdecl)])]
    public static int Solve(ulong handle, byte* request)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var (oracle, seed) = SolveJson.Request(request == null ? "" : Text(nameof(request), request));
            held.Value.Thinking.Solve(oracle, seed);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What coopgen_env_solve found last: the JSON object that 'coopgen solve --format json' writes.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_answer", CallConvs = [typeof(CallConvCdecl)])]
    public static int Answer(ulong handle, byte* text, long capacity, long* length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            Write(held.Value.Thinking.Answer, text, capacity, length);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What policies do next in the present state, for every agent; nothing is played. An oracle over the episode is solved when it is first asked.</summary>
    /// <param name="handle">The environment, after a reset or a step that did not end the episode.</param>
    /// <param name="policies">The name of a policy for all agents, or a JSON array with one for each: Random, TitForTat, Constant_00 to Constant_100, or an oracle.</param>
    /// <param name="seed">The seed whose first episode oracles over the episode solve.</param>
    /// <param name="actions">Receives n·d actions, agent by agent; perhaps beyond their bounds, to which a step clips them.</param>
    /// <param name="action_count">n·d.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_act", CallConvs = [typeof(CallConvCdecl)])]
    public static int Act(ulong handle, byte* policies, ulong seed, double* actions, long action_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            held.Value.Thinking.Act(Text(nameof(policies), policies), seed, Of(nameof(actions), actions, action_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>How far coopgen_env_solve or coopgen_env_act has come, while it runs in another thread or afterwards.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="share">Receives the share of the work that is done, 0 to 1; always 0 for what is not a search over the episode.</param>
    /// <param name="value">Receives the best value so far; not a number if there is none.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_progress", CallConvs = [typeof(CallConvCdecl)])]
    public static int Progress(ulong handle, double* share, double* value)
    {
        try
        {
            Needed(nameof(share), share);
            Needed(nameof(value), value);
            (*share, *value) = Handles.Beside<PlayedEnvironment>(handle).Thinking.Progress;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Ends what coopgen_env_solve or coopgen_env_act is solving in another thread, soon but not at once. Does nothing if they are not.</summary>
    /// <param name="handle">The environment.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_cancel", CallConvs = [typeof(CallConvCdecl)])]
    public static int Cancel(ulong handle)
    {
        try
        {
            Handles.Beside<PlayedEnvironment>(handle).Thinking.Cancel();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }
}
