/* CoopGen's native library. Written by tests/CoopGen.Native.Tests from the exported functions. */
#ifndef COOPGEN_H
#define COOPGEN_H

#include <stdint.h>

#define COOPGEN_VERSION 1

/* Done. */
#define COOPGEN_OK 0
/* An argument is not allowed; nothing has changed. */
#define COOPGEN_ARGUMENT 1
/* There is no such handle: it was never given out, or has been released. */
#define COOPGEN_HANDLE 2
/* Another thread is using the handle; nothing has changed. */
#define COOPGEN_BUSY 3
/* Not now: not reset yet, or the episode is over; nothing has changed. */
#define COOPGEN_STATE 4
/* There is not enough memory. */
#define COOPGEN_MEMORY 5
/* A mistake in the library or in a spec. */
#define COOPGEN_INTERNAL 6
/* Ended by coopgen_env_cancel before anything was found. */
#define COOPGEN_CANCELLED 7
/* What is asked for has no solution, or none that can be computed. */
#define COOPGEN_UNSOLVABLE 8

#ifdef __cplusplus
extern "C" {
#endif

/* Functions of the library as a whole. All functions return a status: COOPGEN_OK or what went wrong;
 *   coopgen_last_error has a text then. None throws, and none ends the process. Handles may be used from any
 *   thread, by one call at a time; different handles at once. */

/* The version of the interface that the library has, to be compared with COOPGEN_VERSION. */
int32_t coopgen_version(void);

/* The text of the last failure on this thread, in UTF-8 and ended by a zero byte, cut to the capacity.
 * text: Receives the text; may be null if the capacity is 0.
 * capacity: Bytes of room.
 * Returns: Bytes of the whole text without the zero byte; 0 if nothing has failed on this thread. */
int64_t coopgen_last_error(char *text, int64_t capacity);

/* Handles given out and not released.
 * count: Receives their number. */
int32_t coopgen_handles(int64_t *count);

/* Takes back the handle of an environment or a batch, and ends the threads of the batch.
 * handle: The handle. */
int32_t coopgen_release(uint64_t handle);

/* The ids of all environments, as a JSON array.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_list(char *text, int64_t capacity, int64_t *length);

/* What is known of an environment with default parameters: parameters, spaces, formulas, as a JSON object.
 * id: Its id.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_manifest(const char *id, char *text, int64_t capacity, int64_t *length);

/* Functions of single environments, which play in double precision. n is the number of agents, d that of the
 *   dimensions of an action. */

/* Makes an environment. It is to be reset before the first step.
 * id: Its id, such as TrustDilemma-v0.
 * parameters: A JSON object with values for some parameters: numbers, booleans, words, or arrays of two numbers.
 *   Null for all defaults.
 * handle: Receives the handle. */
int32_t coopgen_env_create(const char *id, const char *parameters, uint64_t *handle);

/* Parameters as chosen, agents, sizes, spaces and reward bounds, as a JSON object. A bound that is infinite is
 *   null.
 * handle: The environment.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_env_describe(uint64_t handle, char *text, int64_t capacity, int64_t *length);

/* Starts an episode.
 * handle: The environment.
 * seed: A seed, whose first episode this is; null for the next episode of the present seed.
 * clear: Not 0 to clear what outlives episodes, too. */
int32_t coopgen_env_reset(uint64_t handle, const uint64_t *seed, int32_t clear);

/* Plays one step. Actions outside their bounds are clipped to them.
 * handle: The environment.
 * actions: n·d actions, agent by agent.
 * action_count: n·d.
 * rewards: Receives a reward per agent.
 * reward_count: n.
 * observation: Receives the joint observation after the step; may be null if its length is 0.
 * observation_length: Its length, or 0.
 * ending: Receives 1 if the episode terminated, plus 2 if its horizon is reached, plus 4 if an action was
 *   clipped. */
int32_t coopgen_env_step(uint64_t handle, const double *actions, int64_t action_count, double *rewards, int64_t reward_count, float *observation, int64_t observation_length, uint8_t *ending);

/* Refuses an action of one agent that a step would refuse.
 * handle: The environment.
 * agent: The agent, from 0.
 * action: Its action.
 * dimensions: d. */
int32_t coopgen_env_check_action(uint64_t handle, int32_t agent, const double *action, int64_t dimensions);

/* The joint observation.
 * handle: The environment.
 * observation: Receives it.
 * observation_length: Its length. */
int32_t coopgen_env_observe(uint64_t handle, float *observation, int64_t observation_length);

/* Chooses which parts of their own observation agents are shown. Gives a mask for coopgen_env_observe_agents and
 *   coopgen_batch_observe_agents, and the length and bounds of every agent's observation, as a JSON object.
 * handle: The environment.
 * config: A JSON object with any of preset (minimal, realistic, full), with and without (lists of names of
 *   parts). Null for realistic.
 * parts: Receives the mask.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_env_view(uint64_t handle, const char *config, uint64_t *parts, char *text, int64_t capacity, int64_t *length);

/* What every agent sees of its own.
 * handle: The environment.
 * parts: The mask of parts, from coopgen_env_view.
 * observations: Receives a row per agent.
 * observation_count: n times the length of a row. */
int32_t coopgen_env_observe_agents(uint64_t handle, uint64_t parts, float *observations, int64_t observation_count);

/* What an observer of the experiment is told about the present state, as numbers.
 * handle: The environment.
 * values: Receives the numbers; null to ask how many there are.
 * value_count: Numbers of room.
 * length: Receives how many numbers there are.
 * layout: Receives the number of the layout, for coopgen_env_layout.
 * words: Receives how many words have occurred so far. */
int32_t coopgen_env_report(uint64_t handle, double *values, int64_t value_count, int64_t *length, int32_t *layout, int32_t *words);

/* What stands where in a report: a JSON object with entries, each with name, kind and length, and all words so
 *   far. Kinds: number, flag (0 or 1), numbers (one per agent), pairs (n·n, row by row; the diagonal says
 *   nothing), agents (how many, then the agents by number, then room), label (position of a word), labels (one
 *   per agent).
 * handle: The environment.
 * layout: The number of the layout.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_env_layout(uint64_t handle, int32_t layout, char *text, int64_t capacity, int64_t *length);

/* All that changes, as numbers: for coopgen_env_vjp and coopgen_env_put, and to look at. To keep a state for
 *   later, take a snapshot.
 * handle: The environment.
 * state: Receives the numbers.
 * state_length: How many; coopgen_env_describe tells. */
int32_t coopgen_env_state(uint64_t handle, double *state, int64_t state_length);

/* Goes on from a state of an episode under way, of this environment or one with other parameters but the same
 *   length, perhaps with numbers changed.
 * handle: The environment.
 * state: The numbers, laid out as coopgen_env_state gives them.
 * state_length: How many. */
int32_t coopgen_env_put(uint64_t handle, const double *state, int64_t state_length);

/* Takes a snapshot, from which play goes on bit for bit.
 * handle: The environment.
 * snapshot: Receives the bytes.
 * byte_count: How many; coopgen_env_describe tells. */
int32_t coopgen_env_save(uint64_t handle, uint8_t *snapshot, int64_t byte_count);

/* Goes back to a snapshot of an environment with the same id and parameters, perhaps of another process.
 * handle: The environment.
 * snapshot: The bytes.
 * byte_count: How many. */
int32_t coopgen_env_restore(uint64_t handle, const uint8_t *snapshot, int64_t byte_count);

/* The one-shot game at the present state: what each agent would be paid for a profile, and its exact derivative.
 *   Nothing is played.
 * handle: The environment.
 * actions: n·d actions within their bounds, agent by agent.
 * action_count: n·d.
 * payoffs: Receives a payoff per agent.
 * payoff_count: n.
 * gradient: Receives the derivative of payoff i with respect to action (j, k) at position (i·n + j)·d + k; may
 *   be null if its length is 0.
 * gradient_count: n·n·d, or 0. */
int32_t coopgen_env_payoffs(uint64_t handle, const double *actions, int64_t action_count, double *payoffs, int64_t payoff_count, double *gradient, int64_t gradient_count);

/* Plays an episode from a reset and gives the exact gradient of a weighted sum of its rewards with respect to
 *   every action and every real parameter. The environment is left after the last step.
 * handle: The environment.
 * seed: A seed; null for the next episode of the present one.
 * clear: Not 0 to clear what outlives episodes, too.
 * steps: How many steps.
 * actions: steps·n·d actions, step by step.
 * action_count: steps·n·d.
 * weights: A weight per step and agent, step by step; or one per agent, the same in every step.
 * weight_count: steps·n or n.
 * rewards: Receives steps·n rewards; may be null if their number is 0.
 * reward_count: steps·n, or 0.
 * gradient: Receives steps·n·d derivatives with respect to actions; may be null if their number is 0.
 * gradient_count: steps·n·d, or 0.
 * parameters: Receives a derivative per parameter that coopgen_env_describe lists as gradient_parameters; may be
 *   null if their number is 0.
 * parameter_count: How many those are, or 0. */
int32_t coopgen_env_gradient(uint64_t handle, const uint64_t *seed, int32_t clear, int64_t steps, const double *actions, int64_t action_count, const double *weights, int64_t weight_count, double *rewards, int64_t reward_count, double *gradient, int64_t gradient_count, double *parameters, int64_t parameter_count);

/* The vector-Jacobian product of one step: from derivatives of some L with respect to rewards and the state
 *   after the step to those with respect to the actions, the state before and the parameters. The environment
 *   itself stays where it is.
 * handle: The environment.
 * before: The state before the step, from coopgen_env_state.
 * state_length: Its length.
 * actions: n·d actions.
 * action_count: n·d.
 * by_rewards: ∂L/∂reward per agent.
 * reward_count: n.
 * by_state: ∂L/∂(state after), laid out like the state; receives ∂L/∂(state before).
 * by_state_length: Its length.
 * gradient: Receives n·d derivatives ∂L/∂action.
 * gradient_count: n·d.
 * parameters: Receives ∂L/∂parameter of this step; may be null if their number is 0.
 * parameter_count: How many those are, or 0. */
int32_t coopgen_env_vjp(uint64_t handle, const double *before, int64_t state_length, const double *actions, int64_t action_count, const double *by_rewards, int64_t reward_count, double *by_state, int64_t by_state_length, double *gradient, int64_t gradient_count, double *parameters, int64_t parameter_count);

/* Functions that solve games. They may take long: coopgen_env_cancel and coopgen_env_progress may be called
 *   meanwhile, from another thread. */

/* Solves: finds the equilibria of the one-shot game after a reset, what an oracle plays, or the greatest sum of
 *   returns of an episode, with their certificates. The environment stays where it is. If cancelled, a search
 *   over the episode keeps the best that it found.
 * handle: The environment.
 * request: A JSON object with any of oracle (OneShot, or the name of an oracle) and seed. Null for the
 *   equilibria under seed 0. */
int32_t coopgen_env_solve(uint64_t handle, const char *request);

/* What coopgen_env_solve found last: the JSON object that 'coopgen solve --format json' writes.
 * handle: The environment.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_env_answer(uint64_t handle, char *text, int64_t capacity, int64_t *length);

/* What policies do next in the present state, for every agent; nothing is played. An oracle over the episode is
 *   solved when it is first asked.
 * handle: The environment, after a reset or a step that did not end the episode.
 * policies: The name of a policy for all agents, or a JSON array with one for each: Random, TitForTat,
 *   Constant_00 to Constant_100, or an oracle.
 * seed: The seed whose first episode oracles over the episode solve.
 * actions: Receives n·d actions, agent by agent; perhaps beyond their bounds, to which a step clips them.
 * action_count: n·d. */
int32_t coopgen_env_act(uint64_t handle, const char *policies, uint64_t seed, double *actions, int64_t action_count);

/* How far coopgen_env_solve or coopgen_env_act has come, while it runs in another thread or afterwards.
 * handle: The environment.
 * share: Receives the share of the work that is done, 0 to 1; always 0 for what is not a search over the
 *   episode.
 * value: Receives the best value so far; not a number if there is none. */
int32_t coopgen_env_progress(uint64_t handle, double *share, double *value);

/* Ends what coopgen_env_solve or coopgen_env_act is solving in another thread, soon but not at once. Does
 *   nothing if they are not.
 * handle: The environment. */
int32_t coopgen_env_cancel(uint64_t handle);

/* Functions of batches: many environments, played side by side in single precision, eight to a vector. A step
 *   allocates nothing. n is the number of agents, d that of the dimensions of an action. */

/* Makes many environments of one kind, played together in single precision. They are to be reset before the
 *   first step.
 * id: Their id.
 * parameters: A JSON object with values for some parameters, or an array of such objects, the variants. Null for
 *   all defaults.
 * variants: The variant of each environment, from 0; null if all have the first.
 * count: Number of environments.
 * autoreset: What becomes of an environment whose episode has ended: 0 it is reset by the next step, which
 *   ignores its actions; 1 it is reset within the same step; 2 it waits for coopgen_batch_reset_some.
 * threads: Most threads that a step is spread over; 0 for as many as there are processors.
 * handle: Receives the handle. */
int32_t coopgen_batch_create(const char *id, const char *parameters, const int32_t *variants, int64_t count, int32_t autoreset, int32_t threads, uint64_t *handle);

/* Parameters of the first environment as chosen, agents, sizes, spaces and names of reports, as a JSON object.
 * handle: The batch.
 * text: Receives the text; null to ask for its length.
 * capacity: Bytes of room, one more than the length at least.
 * length: Receives the bytes of the text. */
int32_t coopgen_batch_describe(uint64_t handle, char *text, int64_t capacity, int64_t *length);

/* Starts the first episode of every environment under a seed of its own.
 * handle: The batch.
 * seeds: A seed per environment.
 * seed_count: Number of environments.
 * clear: Not 0 to clear what outlives episodes, too. */
int32_t coopgen_batch_reset(uint64_t handle, const uint64_t *seeds, int64_t seed_count, int32_t clear);

/* Starts the next episode of some environments, each under its present seed.
 * handle: The batch.
 * which: 1 for each that is reset, 0 for each that is not.
 * which_count: Number of environments. */
int32_t coopgen_batch_reset_some(uint64_t handle, const uint8_t *which, int64_t which_count);

/* Plays one step of all environments, in the caller's memory.
 * handle: The batch.
 * actions: n·d·count actions: the first of the first agent for all environments, then the next. Those outside
 *   their bounds are clipped to them.
 * action_count: n·d·count.
 * rewards: Receives n·count rewards, of the first agent for all environments, then of the next.
 * reward_count: n·count.
 * endings: Receives how the step of each environment ended, as coopgen_env_step tells it.
 * ending_count: count.
 * observations: Receives a row per environment; may be null if their number is 0.
 * observation_count: count times the length of a row, or 0.
 * finals: Receives the last observation of every episode that ended and was reset in the same step, in the row
 *   of its environment; other rows stay as they are. May be null if their number is 0.
 * final_count: count times the length of a row, or 0. */
int32_t coopgen_batch_step(uint64_t handle, const float *actions, int64_t action_count, float *rewards, int64_t reward_count, uint8_t *endings, int64_t ending_count, float *observations, int64_t observation_count, float *finals, int64_t final_count);

/* The joint observations of all environments.
 * handle: The batch.
 * observations: Receives a row per environment.
 * observation_count: count times the length of a row. */
int32_t coopgen_batch_observe(uint64_t handle, float *observations, int64_t observation_count);

/* What every agent of every environment sees of its own.
 * handle: The batch.
 * parts: The mask of parts, from coopgen_env_view.
 * observations: Receives n·count rows: that of agent i in environment k is row i·count + k.
 * observation_count: n·count times the length of a row. */
int32_t coopgen_batch_observe_agents(uint64_t handle, uint64_t parts, float *observations, int64_t observation_count);

/* One number of the report of every environment.
 * handle: The batch.
 * number: Its position among the report_names that coopgen_batch_describe lists.
 * values: Receives a number per environment.
 * value_count: count. */
int32_t coopgen_batch_report(uint64_t handle, int32_t number, float *values, int64_t value_count);

/* Plays steps of all environments from a reset and gives the exact gradient of a weighted sum of its rewards, of
 *   each environment by itself, with respect to every action and every real parameter. An episode that ends is
 *   followed by the next one, in the step after; the gradient does not reach across. The batch is left after the
 *   last step. It must be one whose environments are reset by the next step.
 * handle: The batch.
 * seeds: A seed per environment.
 * seed_count: Number of environments.
 * clear: Not 0 to clear what outlives episodes, too.
 * steps: How many steps.
 * actions: steps·n·d·count actions, step by step, each as in coopgen_batch_step.
 * action_count: steps·n·d·count.
 * weights: A weight per step, agent and environment, laid out like rewards; or one per agent, the same in every
 *   step and environment.
 * weight_count: steps·n·count or n.
 * rewards: Receives steps·n·count rewards, step by step, each as in coopgen_batch_step.
 * reward_count: steps·n·count.
 * endings: Receives how every step of each environment ended, step by step.
 * ending_count: steps·count.
 * gradient: Receives steps·n·d·count derivatives, laid out like actions; 0 in a step that resets.
 * gradient_count: steps·n·d·count.
 * parameters: Receives a row per environment, with a derivative per parameter that coopgen_batch_describe lists
 *   as gradient_parameters; may be null if their number is 0.
 * parameter_count: count times how many those are, or 0. */
int32_t coopgen_batch_gradient(uint64_t handle, const uint64_t *seeds, int64_t seed_count, int32_t clear, int64_t steps, const float *actions, int64_t action_count, const float *weights, int64_t weight_count, float *rewards, int64_t reward_count, uint8_t *endings, int64_t ending_count, float *gradient, int64_t gradient_count, double *parameters, int64_t parameter_count);

/* Takes a snapshot of the whole batch, from which play goes on bit for bit.
 * handle: The batch.
 * snapshot: Receives the bytes.
 * byte_count: How many; coopgen_batch_describe tells. */
int32_t coopgen_batch_save(uint64_t handle, uint8_t *snapshot, int64_t byte_count);

/* Goes back to a snapshot of a batch with the same id, parameters and number of environments, perhaps of another
 *   process.
 * handle: The batch.
 * snapshot: The bytes.
 * byte_count: How many. */
int32_t coopgen_batch_restore(uint64_t handle, const uint8_t *snapshot, int64_t byte_count);

#ifdef __cplusplus
}
#endif

#endif
