using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static CoopGen.Interop.Buffers;

namespace CoopGen.Interop;

/// <summary>Functions of batches: many environments, played side by side in single precision, eight to a vector. A step allocates nothing. n is the number of agents, d that of the dimensions of an action.</summary>
public static unsafe class BatchExports
{
    /// <summary>Makes many environments of one kind, played together in single precision. They are to be reset before the first step.</summary>
    /// <param name="id">Their id.</param>
    /// <param name="parameters">A JSON object with values for some parameters, or an array of such objects, the variants. Null for all defaults.</param>
    /// <param name="variants">The variant of each environment, from 0; null if all have the first.</param>
    /// <param name="count">Number of environments.</param>
    /// <param name="autoreset">What becomes of an environment whose episode has ended: 0 it is reset by the next step, which ignores its actions; 1 it is reset within the same step; 2 it waits for coopgen_batch_reset_some.</param>
    /// <param name="threads">Most threads that a step is spread over; 0 for as many as there are processors.</param>
    /// <param name="handle">Receives the handle.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_create", CallConvs = [typeof(CallConvCdecl)])]
    public static int Create(byte* id, byte* parameters, int* variants, long count, int autoreset, int threads, ulong* handle)
    {
        try
        {
            Needed(nameof(handle), handle);
            var info = Exposed.Find(Text(nameof(id), id));
            var sets = ParametersJson.ReadVariants(parameters == null ? "" : Text(nameof(parameters), parameters));
            *handle = Handles.Add(PlayedBatch.Make(info, sets, variants, count, autoreset, threads));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Parameters of the first environment as chosen, agents, sizes, spaces and names of reports, as a JSON object.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_describe", CallConvs = [typeof(CallConvCdecl)])]
    public static int Describe(ulong handle, byte* text, long capacity, long* length)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            Write(Json(held.Value.Describe), text, capacity, length);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Starts the first episode of every environment under a seed of its own.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="seeds">A seed per environment.</param>
    /// <param name="seed_count">Number of environments.</param>
    /// <param name="clear">Not 0 to clear what outlives episodes, too.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_reset", CallConvs = [typeof(CallConvCdecl)])]
    public static int Reset(ulong handle, ulong* seeds, long seed_count, int clear)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.Reset(Of(nameof(seeds), seeds, seed_count), clear != 0);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Starts the next episode of some environments, each under its present seed.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="which">1 for each that is reset, 0 for each that is not.</param>
    /// <param name="which_count">Number of environments.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_reset_some", CallConvs = [typeof(CallConvCdecl)])]
    public static int ResetSome(ulong handle, byte* which, long which_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.Reset(MemoryMarshal.Cast<byte, bool>(Of(nameof(which), which, which_count)));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Plays one step of all environments, in the caller's memory.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="actions">n·d·count actions: the first of the first agent for all environments, then the next. Those outside their bounds are clipped to them.</param>
    /// <param name="action_count">n·d·count.</param>
    /// <param name="rewards">Receives n·count rewards, of the first agent for all environments, then of the next.</param>
    /// <param name="reward_count">n·count.</param>
    /// <param name="endings">Receives how the step of each environment ended, as coopgen_env_step tells it.</param>
    /// <param name="ending_count">count.</param>
    /// <param name="observations">Receives a row per environment; may be null if their number is 0.</param>
    /// <param name="observation_count">count times the length of a row, or 0.</param>
    /// <param name="finals">Receives the last observation of every episode that ended and was reset in the same step, in the row of its environment; other rows stay as they are. May be null if their number is 0.</param>
    /// <param name="final_count">count times the length of a row, or 0.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_step", CallConvs = [typeof(CallConvCdecl)])]
    public static int Step(ulong handle, float* actions, long action_count, float* rewards, long reward_count, byte* endings, long ending_count, float* observations, long observation_count, float* finals, long final_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.Step(Of(nameof(actions), actions, action_count), Of(nameof(rewards), rewards, reward_count), MemoryMarshal.Cast<byte, Ending>(Of(nameof(endings), endings, ending_count)),
                Of(nameof(observations), observations, observation_count), Of(nameof(finals), finals, final_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>The joint observations of all environments.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="observations">Receives a row per environment.</param>
    /// <param name="observation_count">count times the length of a row.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_observe", CallConvs = [typeof(CallConvCdecl)])]
    public static int Observe(ulong handle, float* observations, long observation_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.Observe(Of(nameof(observations), observations, observation_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What every agent of every environment sees of its own.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="parts">The mask of parts, from coopgen_env_view.</param>
    /// <param name="observations">Receives n·count rows: that of agent i in environment k is row i·count + k.</param>
    /// <param name="observation_count">n·count times the length of a row.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_observe_agents", CallConvs = [typeof(CallConvCdecl)])]
    public static int ObserveAgents(ulong handle, ulong parts, float* observations, long observation_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.ObserveAgents(parts, Of(nameof(observations), observations, observation_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>One number of the report of every environment.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="number">Its position among the report_names that coopgen_batch_describe lists.</param>
    /// <param name="values">Receives a number per environment.</param>
    /// <param name="value_count">count.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_report", CallConvs = [typeof(CallConvCdecl)])]
    public static int Report(ulong handle, int number, float* values, long value_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.Report(number, Of(nameof(values), values, value_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Plays steps of all environments from a reset and gives the exact gradient of a weighted sum of its rewards, of each environment by itself, with respect to every action and every real parameter. An episode that ends is followed by the next one, in the step after; the gradient does not reach across. The batch is left after the last step. It must be one whose environments are reset by the next step.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="seeds">A seed per environment.</param>
    /// <param name="seed_count">Number of environments.</param>
    /// <param name="clear">Not 0 to clear what outlives episodes, too.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="actions">steps·n·d·count actions, step by step, each as in coopgen_batch_step.</param>
    /// <param name="action_count">steps·n·d·count.</param>
    /// <param name="weights">A weight per step, agent and environment, laid out like rewards; or one per agent, the same in every step and environment.</param>
    /// <param name="weight_count">steps·n·count or n.</param>
    /// <param name="rewards">Receives steps·n·count rewards, step by step, each as in coopgen_batch_step.</param>
    /// <param name="reward_count">steps·n·count.</param>
    /// <param name="endings">Receives how every step of each environment ended, step by step.</param>
    /// <param name="ending_count">steps·count.</param>
    /// <param name="gradient">Receives steps·n·d·count derivatives, laid out like actions; 0 in a step that resets.</param>
    /// <param name="gradient_count">steps·n·d·count.</param>
    /// <param name="parameters">Receives a row per environment, with a derivative per parameter that coopgen_batch_describe lists as gradient_parameters; may be null if their number is 0.</param>
    /// <param name="parameter_count">count times how many those are, or 0.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_gradient", CallConvs = [typeof(CallConvCdecl)])]
    public static int Gradient(ulong handle, ulong* seeds, long seed_count, int clear, long steps, float* actions, long action_count, float* weights, long weight_count, float* rewards, long reward_count, byte* endings, long ending_count, float* gradient, long gradient_count, double* parameters, long parameter_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            held.Value.Gradient(Of(nameof(seeds), seeds, seed_count), clear != 0, steps, Of(nameof(actions), actions, action_count), Of(nameof(weights), weights, weight_count), Of(nameof(rewards), rewards, reward_count),
                MemoryMarshal.Cast<byte, Ending>(Of(nameof(endings), endings, ending_count)), Of(nameof(gradient), gradient, gradient_count), Of(nameof(parameters), parameters, parameter_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Takes a snapshot of the whole batch, from which play goes on bit for bit.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="snapshot">Receives the bytes.</param>
    /// <param name="byte_count">How many; coopgen_batch_describe tells.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_save", CallConvs = [typeof(CallConvCdecl)])]
    public static int Save(ulong handle, byte* snapshot, long byte_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            var bytes = Of(nameof(snapshot), snapshot, byte_count);
            batch.SaveState(Snapshot.Body(bytes, Snapshot.LengthOfBytes(batch.StateBytes)));
            Snapshot.Seal(bytes, held.Value.Owner);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Goes back to a snapshot of a batch with the same id, parameters and number of environments, perhaps of another process.</summary>
    /// <param name="handle">The batch.</param>
    /// <param name="snapshot">The bytes.</param>
    /// <param name="byte_count">How many.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_batch_restore", CallConvs = [typeof(CallConvCdecl)])]
    public static int Restore(ulong handle, byte* snapshot, long byte_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedBatch>(handle);
            var batch = held.Value.Batch;
            batch.RestoreState(Snapshot.Open(Of(nameof(snapshot), snapshot, byte_count), Snapshot.LengthOfBytes(batch.StateBytes), held.Value.Owner));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }
}
