using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static CoopGen.Interop.Buffers;

namespace CoopGen.Interop;

/// <summary>Functions of single environments, which play in double precision. n is the number of agents, d that of the dimensions of an action.</summary>
public static unsafe class EnvironmentExports
{
    /// <summary>Makes an environment. It is to be reset before the first step.</summary>
    /// <param name="id">Its id, such as TrustDilemma-v0.</param>
    /// <param name="parameters">A JSON object with values for some parameters: numbers, booleans, words, or arrays of two numbers. Null for all defaults.</param>
    /// <param name="handle">Receives the handle.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_create", CallConvs = [typeof(CallConvCdecl)])]
    public static int Create(byte* id, byte* parameters, ulong* handle)
    {
        try
        {
            Needed(nameof(handle), handle);
            var info = Exposed.Find(Text(nameof(id), id));
            var given = ParametersJson.Read(parameters == null ? "" : Text(nameof(parameters), parameters));
            *handle = Handles.Add(new PlayedEnvironment(info.Create(given), given));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Parameters as chosen, agents, sizes, spaces and reward bounds, as a JSON object. A bound that is infinite is null.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_describe", CallConvs = [typeof(CallConvCdecl)])]
    public static int Describe(ulong handle, byte* text, long capacity, long* length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            Write(Json(held.Value.Describe), text, capacity, length);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Starts an episode.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="seed">A seed, whose first episode this is; null for the next episode of the present seed.</param>
    /// <param name="clear">Not 0 to clear what outlives episodes, too.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_reset", CallConvs = [typeof(CallConvCdecl)])]
    public static int Reset(ulong handle, ulong* seed, int clear)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            game.Reset(seed == null ? null : *seed, clear != 0);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Plays one step. Actions outside their bounds are clipped to them.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="actions">n·d actions, agent by agent.</param>
    /// <param name="action_count">n·d.</param>
    /// <param name="rewards">Receives a reward per agent.</param>
    /// <param name="reward_count">n.</param>
    /// <param name="observation">Receives the joint observation after the step; may be null if its length is 0.</param>
    /// <param name="observation_length">Its length, or 0.</param>
    /// <param name="ending">Receives 1 if the episode terminated, plus 2 if its horizon is reached, plus 4 if an action was clipped.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_step", CallConvs = [typeof(CallConvCdecl)])]
    public static int Step(ulong handle, double* actions, long action_count, double* rewards, long reward_count, float* observation, long observation_length, byte* ending)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            Needed(nameof(ending), ending);
            var seen = Of(nameof(observation), observation, observation_length);
            if (!seen.IsEmpty && seen.Length != game.ObservationLength)
                throw new ArgumentException($"Room for {seen.Length} numbers is given; the observation of {game.Info.Id} has {game.ObservationLength}.");
            var result = game.Step(Of(nameof(actions), actions, action_count), Of(nameof(rewards), rewards, reward_count));
            *ending = (byte)((result.Terminated ? 1 : 0) | (result.Truncated ? 2 : 0) | (result.Clipped ? 4 : 0));
            if (!seen.IsEmpty)
                game.Observe(seen);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Refuses an action of one agent that a step would refuse.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="action">Its action.</param>
    /// <param name="dimensions">d.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_check_action", CallConvs = [typeof(CallConvCdecl)])]
    public static int CheckAction(ulong handle, int agent, double* action, long dimensions)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            if (agent < 0 || agent >= game.AgentCount || dimensions != game.ActionDimensions)
                throw new ArgumentException($"{dimensions} actions of agent {agent} are given; {game.Info.Id} takes {game.ActionDimensions} of each of the agents 0 to {game.AgentCount - 1}.");
            game.CheckAction(agent, Of(nameof(action), action, dimensions));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>The joint observation.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="observation">Receives it.</param>
    /// <param name="observation_length">Its length.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_observe", CallConvs = [typeof(CallConvCdecl)])]
    public static int Observe(ulong handle, float* observation, long observation_length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            game.Observe(Of(nameof(observation), observation, observation_length));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Chooses which parts of their own observation agents are shown. Gives a mask for coopgen_env_observe_agents and coopgen_batch_observe_agents, and the length and bounds of every agent's observation, as a JSON object.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="config">A JSON object with any of preset (minimal, realistic, full), with and without (lists of names of parts). Null for realistic.</param>
    /// <param name="parts">Receives the mask.</param>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_view", CallConvs = [typeof(CallConvCdecl)])]
    public static int View(ulong handle, byte* config, ulong* parts, byte* text, long capacity, long* length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            Needed(nameof(parts), parts);
            var mask = ParametersJson.ReadView(config == null ? "" : Text(nameof(config), config)).Mask(game.Info.AgentParts);
            Write(Json(json => AgentView.Write(json, game, mask)), text, capacity, length);
            *parts = mask;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What every agent sees of its own.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="parts">The mask of parts, from coopgen_env_view.</param>
    /// <param name="observations">Receives a row per agent.</param>
    /// <param name="observation_count">n times the length of a row.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_observe_agents", CallConvs = [typeof(CallConvCdecl)])]
    public static int ObserveAgents(ulong handle, ulong parts, float* observations, long observation_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            AgentView.Observe(game, parts, Of(nameof(observations), observations, observation_count));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What an observer of the experiment is told about the present state, as numbers.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="values">Receives the numbers; null to ask how many there are.</param>
    /// <param name="value_count">Numbers of room.</param>
    /// <param name="length">Receives how many numbers there are.</param>
    /// <param name="layout">Receives the number of the layout, for coopgen_env_layout.</param>
    /// <param name="words">Receives how many words have occurred so far.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_report", CallConvs = [typeof(CallConvCdecl)])]
    public static int ReadReport(ulong handle, double* values, long value_count, long* length, int* layout, int* words)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            Needed(nameof(length), length);
            Needed(nameof(layout), layout);
            Needed(nameof(words), words);
            var room = Of(nameof(values), values, value_count);
            var report = held.Value.Report;
            var read = report.Read(game);
            if (!room.IsEmpty && room.Length < report.Values.Length)
                throw new ArgumentException($"Room for {room.Length} numbers is given; the report has {report.Values.Length}.");
            if (!room.IsEmpty)
                report.Values.CopyTo(room);
            (*length, *layout, *words) = (report.Values.Length, read, report.WordCount);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>What stands where in a report: a JSON object with entries, each with name, kind and length, and all words so far. Kinds: number, flag (0 or 1), numbers (one per agent), pairs (n·n, row by row; the diagonal says nothing), agents (how many, then the agents by number, then room), label (position of a word), labels (one per agent).</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="layout">The number of the layout.</param>
    /// <param name="text">Receives the text; null to ask for its length.</param>
    /// <param name="capacity">Bytes of room, one more than the length at least.</param>
    /// <param name="length">Receives the bytes of the text.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_layout", CallConvs = [typeof(CallConvCdecl)])]
    public static int Layout(ulong handle, int layout, byte* text, long capacity, long* length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var report = held.Value.Report;
            Write(Json(json => report.Describe(layout, json)), text, capacity, length);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>All that changes, as numbers: for coopgen_env_vjp and coopgen_env_put, and to look at. To keep a state for later, take a snapshot.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="state">Receives the numbers.</param>
    /// <param name="state_length">How many; coopgen_env_describe tells.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_state", CallConvs = [typeof(CallConvCdecl)])]
    public static int State(ulong handle, double* state, long state_length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            game.SaveState(Of(nameof(state), state, state_length));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Goes on from a state of an episode under way, of this environment or one with other parameters but the same length, perhaps with numbers changed.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="state">The numbers, laid out as coopgen_env_state gives them.</param>
    /// <param name="state_length">How many.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_put", CallConvs = [typeof(CallConvCdecl)])]
    public static int Put(ulong handle, double* state, long state_length)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            held.Value.Put(Of(nameof(state), state, state_length));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Takes a snapshot, from which play goes on bit for bit.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="snapshot">Receives the bytes.</param>
    /// <param name="byte_count">How many; coopgen_env_describe tells.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_save", CallConvs = [typeof(CallConvCdecl)])]
    public static int Save(ulong handle, byte* snapshot, long byte_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            var bytes = Of(nameof(snapshot), snapshot, byte_count);
            game.SaveState(MemoryMarshal.Cast<byte, double>(Snapshot.Body(bytes, Snapshot.Length(game.StateLength))));
            Snapshot.Seal(bytes, Snapshot.Owner(game));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Goes back to a snapshot of an environment with the same id and parameters, perhaps of another process.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="snapshot">The bytes.</param>
    /// <param name="byte_count">How many.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_restore", CallConvs = [typeof(CallConvCdecl)])]
    public static int Restore(ulong handle, byte* snapshot, long byte_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            var state = Snapshot.Open(Of(nameof(snapshot), snapshot, byte_count), Snapshot.Length(game.StateLength), Snapshot.Owner(game));
            game.RestoreState(MemoryMarshal.Cast<byte, double>(state));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>The one-shot game at the present state: what each agent would be paid for a profile, and its exact derivative. Nothing is played.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="actions">n·d actions within their bounds, agent by agent.</param>
    /// <param name="action_count">n·d.</param>
    /// <param name="payoffs">Receives a payoff per agent.</param>
    /// <param name="payoff_count">n.</param>
    /// <param name="gradient">Receives the derivative of payoff i with respect to action (j, k) at position (i·n + j)·d + k; may be null if its length is 0.</param>
    /// <param name="gradient_count">n·n·d, or 0.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_payoffs", CallConvs = [typeof(CallConvCdecl)])]
    public static int Payoffs(ulong handle, double* actions, long action_count, double* payoffs, long payoff_count, double* gradient, long gradient_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            var profile = Of(nameof(actions), actions, action_count);
            var paid = Of(nameof(payoffs), payoffs, payoff_count);
            var derivatives = Of(nameof(gradient), gradient, gradient_count);
            game.CheckProfile(profile);
            if (!game.ActionSpace.Contains(profile))
                throw new ArgumentException("An action lies outside its bounds; the one-shot game takes profiles within the action space.");
            if (paid.Length != game.AgentCount || !derivatives.IsEmpty && derivatives.Length != game.AgentCount * game.ProfileLength)
                throw new ArgumentException($"Room for {paid.Length} payoffs and {derivatives.Length} derivatives is given; there are {game.AgentCount} and {game.AgentCount * game.ProfileLength}.");
            if (game is not IOneShotGame oneShot)
                throw new ArgumentException($"{game.Info.Id} has no one-shot game.");
            if (derivatives.IsEmpty)
                oneShot.Payoffs(profile, paid);
            else
                oneShot.Gradient(profile, paid, derivatives);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>Plays an episode from a reset and gives the exact gradient of a weighted sum of its rewards with respect to every action and every real parameter. The environment is left after the last step.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="seed">A seed; null for the next episode of the present one.</param>
    /// <param name="clear">Not 0 to clear what outlives episodes, too.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="actions">steps·n·d actions, step by step.</param>
    /// <param name="action_count">steps·n·d.</param>
    /// <param name="weights">A weight per step and agent, step by step; or one per agent, the same in every step.</param>
    /// <param name="weight_count">steps·n or n.</param>
    /// <param name="rewards">Receives steps·n rewards; may be null if their number is 0.</param>
    /// <param name="reward_count">steps·n, or 0.</param>
    /// <param name="gradient">Receives steps·n·d derivatives with respect to actions; may be null if their number is 0.</param>
    /// <param name="gradient_count">steps·n·d, or 0.</param>
    /// <param name="parameters">Receives a derivative per parameter that coopgen_env_describe lists as gradient_parameters; may be null if their number is 0.</param>
    /// <param name="parameter_count">How many those are, or 0.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_gradient", CallConvs = [typeof(CallConvCdecl)])]
    public static int Gradient(ulong handle, ulong* seed, int clear, long steps, double* actions, long action_count, double* weights, long weight_count, double* rewards, long reward_count, double* gradient, long gradient_count, double* parameters, long parameter_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            var (n, profile) = (game.AgentCount, game.ProfileLength);
            if (steps < 1 || steps > game.Horizon)
                throw new ArgumentException($"{steps} steps are to be played; an episode has 1 to {game.Horizon}.");
            var acts = Of(nameof(actions), actions, action_count);
            var paid = Of(nameof(rewards), rewards, reward_count);
            var slopes = Of(nameof(gradient), gradient, gradient_count);
            if (acts.Length != steps * profile || !paid.IsEmpty && paid.Length != steps * n || !slopes.IsEmpty && slopes.Length != steps * profile)
                throw new ArgumentException($"{acts.Length} actions, room for {paid.Length} rewards and {slopes.Length} derivatives are given; for {steps} steps there are {steps * profile}, {steps * n} and {steps * profile}.");
            for (var t = 0; t < steps; t++)
                game.CheckProfile(acts.Slice(t * profile, profile));
            var counts = Of(nameof(weights), weights, weight_count);
            if (counts.Length != n && counts.Length != steps * n)
                throw new ArgumentException($"{counts.Length} weights are given; {n} or {steps * n} are needed.");
            Finite<double>(nameof(weights), counts);
            var tape = held.Value.Tape;
            var tuned = Of(nameof(parameters), parameters, parameter_count);
            if (!tuned.IsEmpty && tuned.Length != tape.Parameters.Count)
                throw new ArgumentException($"Room for {tuned.Length} derivatives with respect to parameters is given; there are {tape.Parameters.Count}.");
            tape.Reset(seed == null ? null : *seed, clear != 0);
            Span<double> last = paid.IsEmpty ? new double[n] : [];
            for (var t = 0; t < steps; t++)
                tape.Step(acts.Slice(t * profile, profile), paid.IsEmpty ? last : paid.Slice(t * n, n));
            tape.Gradient(counts, slopes, tuned);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }

    /// <summary>The vector-Jacobian product of one step: from derivatives of some L with respect to rewards and the state after the step to those with respect to the actions, the state before and the parameters. The environment itself stays where it is.</summary>
    /// <param name="handle">The environment.</param>
    /// <param name="before">The state before the step, from coopgen_env_state.</param>
    /// <param name="state_length">Its length.</param>
    /// <param name="actions">n·d actions.</param>
    /// <param name="action_count">n·d.</param>
    /// <param name="by_rewards">∂L/∂reward per agent.</param>
    /// <param name="reward_count">n.</param>
    /// <param name="by_state">∂L/∂(state after), laid out like the state; receives ∂L/∂(state before).</param>
    /// <param name="by_state_length">Its length.</param>
    /// <param name="gradient">Receives n·d derivatives ∂L/∂action.</param>
    /// <param name="gradient_count">n·d.</param>
    /// <param name="parameters">Receives ∂L/∂parameter of this step; may be null if their number is 0.</param>
    /// <param name="parameter_count">How many those are, or 0.</param>
    [UnmanagedCallersOnly(EntryPoint = "coopgen_env_vjp", CallConvs = [typeof(CallConvCdecl)])]
    public static int Vjp(ulong handle, double* before, long state_length, double* actions, long action_count, double* by_rewards, long reward_count, double* by_state, long by_state_length, double* gradient, long gradient_count, double* parameters, long parameter_count)
    {
        try
        {
            using var held = Handles.Hold<PlayedEnvironment>(handle);
            var game = held.Value.Game;
            var kept = new double[game.StateLength];
            game.SaveState(kept);
            try
            {
                held.Value.Adjoint.Step(Of(nameof(before), before, state_length), Of(nameof(actions), actions, action_count), Of(nameof(by_rewards), by_rewards, reward_count),
                    Of(nameof(by_state), by_state, by_state_length), Of(nameof(gradient), gradient, gradient_count), Of(nameof(parameters), parameters, parameter_count));
            }
            catch (IndexOutOfRangeException e)
            {
                throw new ArgumentException($"before is no state of {game.Info.Id}; take one from coopgen_env_state.", e);
            }
            finally
            {
                game.RestoreState(kept);
            }
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
    }
}
