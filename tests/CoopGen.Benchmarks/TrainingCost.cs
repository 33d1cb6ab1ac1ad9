using CoopGen.Learning;

namespace CoopGen.Benchmarks;

/// <summary>The arithmetic of training that no implementation can leave out, per environment step.</summary>
/// <remarks>
/// A network with layers of s₀, s₁ … sₗ has P(k) = Σ sₗ·sₗ₊₁ over its layers from k on. Per row it takes F = 2·P(0) operations forwards (a multiplication and an addition per weight),
/// as many for the gradient of its weights, and 2·P(1) for what goes back to its hidden layers: T = 4·P(0) + 2·P(1). If only the gradient of m of its inputs is wanted, going back takes
/// B(m) = 2·(m·s₁ + P(1)). Biases, activations, distributions, losses and the environment are not counted. n agents have d actions each; A is an actor, V or Q a critic, K the number of twins; u updates with b rows
/// each are made per step, and a rollout is passed E times:
/// <list type="bullet">
/// <item>PPO and A2C of U units with C critics: U·F(A) + ρ·(C·F(V) + E·(U·T(A) + C·T(V))), where a unit learns from a part ρ of all steps: 1/n where every agent learns in environments of its own, else 1.</item>
/// <item>REINFORCE: n·(F(A) + T(A)). LOLA, to the first order: n·F(A) to play; n·F(A), n² gradients of log-probabilities, n·(n − 1) derivatives of others' log-probabilities along a direction
/// (2·F(A)) and n gradients of these.</item>
/// <item>COMA, with the critic's first layer S of the state and its rest Q per decision: n·(F(A) + T(A)) + 2·(F(S) + n·d·F(Q)) + E·(2·F(S) + 3·n·d·F(Q)). MeanFieldAC: n·(F(A) + T(A)) + n·(2·F(Q) + E·T(Q)).</item>
/// <item>SAC of U units: U·F(A) + u·b·U·(F(A) + K·F(Q) + K·T(Q) + T(A) + K·F(Q) + B(m)): next actions, their values, critics, then policies against the lesser twin, m being a unit's actions.</item>
/// <item>MADDPG and MATD3 with policies that follow every D updates: n·F(A) + u·b·n·(F(A) + K·F(Q) + K·T(Q) + (T(A) + F(Q) + B(d))/D). M3DDPG goes twice more forwards and back through critics: + 2·(F(Q) + B(n·d)).</item>
/// <item>QMIX and VDN, with a mixer M whose weights are answers of networks H of the state: n·F(A) + u·b·(n·(2·F(A) + T(A)) + F(M) + T(M) + F(H) + T(H)).</item>
/// </list>
/// An optimiser passes over weight, gradient and two moments of each parameter, and stores all but the gradient: <see cref="BytesPerPass"/>. A target that follows is loaded with what it follows, and stored:
/// <see cref="BytesPerFollow"/>. What goes into products is taken to come for free, resets and what whole minibatches leave over to be learnt from.
/// </remarks>
/// <param name="Updates">Gradient steps per environment step; those of critics where actors have fewer.</param>
/// <param name="Batch">Environment steps that each is made from.</param>
/// <param name="Flops">Floating-point operations per environment step.</param>
/// <param name="Passed">Parameters that optimisers pass over per environment step.</param>
/// <param name="Followed">Parameters of targets moved per environment step.</param>
/// <param name="Parameters">Parameters that are learnt.</param>
public sealed record TrainingCost(double Updates, double Batch, double Flops, double Passed, double Followed, double Parameters)
{
    /// <summary>Bytes per parameter of a step of the optimiser: four numbers loaded, three stored.</summary>
    public const double BytesPerPass = 28;

    /// <summary>Bytes per parameter of a step of a target: two numbers loaded, one stored.</summary>
    public const double BytesPerFollow = 12;

    /// <summary>Bytes of optimisers and targets per environment step.</summary>
    public double Bytes => BytesPerPass * Passed + BytesPerFollow * Followed;

    /// <summary>Environment steps per second if nothing else took time.</summary>
    /// <param name="flopRate">Floating-point operations per second.</param>
    /// <param name="byteRate">Bytes per second.</param>
    public double Limit(double flopRate, double byteRate) => 1 / (Flops / flopRate + Bytes / byteRate);

    /// <summary>The cost of a learner.</summary>
    /// <param name="algorithm">Which.</param>
    /// <param name="environment">What it learns.</param>
    /// <param name="hyper">With what; agents have networks of their own.</param>
    /// <exception cref="ArgumentException">Its arithmetic is not known.</exception>
    public static TrainingCost Of(AlgorithmInfo algorithm, GameEnvironment environment, Hyperparameters hyper)
    {
        using var batch = new TrainingBatch(environment, 1, 1, own: true, joint: true);
        var (n, d, own, joint) = (batch.Agents, batch.Dimensions, batch.OwnLength, batch.JointLength);
        // Central critics of off-policy learners do not see what never changes.
        var changing = Enumerable.Range(0, joint).Count(k => batch.JointSpace.Low[k] != batch.JointSpace.High[k]);
        int[] hidden = [.. Enumerable.Repeat(hyper.Count("hidden_width"), hyper.Count("hidden_layers"))];
        return algorithm.Name switch
        {
            nameof(IPPO) or nameof(IA2C) => OnPolicy(n, n, own, own, d, 1),
            nameof(SelfPlay_PPO) or nameof(FCP) => OnPolicy(n, n, own, own, d, 1.0 / n),
            nameof(MAPPO) => OnPolicy(n, 1, own, joint, d, 1),
            nameof(JointPPO) or nameof(JointA2C) => OnPolicy(1, 1, joint, joint, n * d, 1),
            nameof(IndependentREINFORCE) => Episodes(Network(own, d), lookAhead: false),
            nameof(LOLA) => Episodes(Network(own, d * hyper.Count("bins")), lookAhead: true),
            nameof(COMA) or nameof(MeanFieldAC) => ActionCritic(algorithm.Name == nameof(COMA)),
            nameof(ISAC) => SoftActorCritic(n, own, own + d, d),
            nameof(MASAC) => SoftActorCritic(n, own, changing + n * d, d),
            nameof(JointSAC) => SoftActorCritic(1, joint, joint + n * d, n * d),
            nameof(MADDPG) => Deterministic(1, 1, 0),
            nameof(M3DDPG) => Deterministic(1, 1, 2),
            nameof(MATD3) => Deterministic(2, hyper.Count("policy_delay"), 0),
            nameof(VDN) => Utilities(0),
            nameof(QMIX) => Utilities(hyper.Count("mixer_width")),
            var other => throw new ArgumentException($"The arithmetic of {other} is not known."),
        };

        Net Network(int inputs, int outputs) => new([inputs, .. hidden, outputs]);

        TrainingCost OnPolicy(int units, int critics, int seen, int judged, int actions, double part)
        {
            // Critics see what has been paid so far, too.
            var (actor, critic) = (Network(seen, actions), Network(judged + 1, 1));
            var (epochs, rows) = (hyper.Values.GetValueOrDefault("epochs", 1), Math.Min(hyper.Values.GetValueOrDefault("minibatch", hyper["rollout"]), hyper["rollout"] * part));
            var (updates, parameters) = (epochs * part / rows, units * actor.Parameters + critics * critic.Parameters);
            var flops = units * actor.Forward + part * (critics * critic.Forward + epochs * (units * actor.Train + critics * critic.Train));
            return new(updates, rows / part, flops, updates * parameters, 0, parameters);
        }

        TrainingCost Episodes(Net actor, bool lookAhead)
        {
            var (steps, parameters) = (hyper["environments"] * environment.Horizon, n * actor.Parameters);
            var learning = lookAhead ? n * actor.Forward + n * n * actor.Back + n * (n - 1) * 2 * actor.Forward + n * actor.Back : n * actor.Train;
            return new(1 / steps, steps, n * actor.Forward + learning, parameters / steps, 0, parameters);
        }

        TrainingCost ActionCritic(bool central)
        {
            var (bins, epochs) = (d * hyper.Count("bins"), hyper["epochs"]);
            var rows = Math.Min(hyper["minibatch"], hyper["rollout"]);
            var actor = Network(own, bins);
            var flops = n * (actor.Forward + actor.Train);
            double critics;
            if (central)
            {
                var (state, rest) = (new Net([joint, hidden[0]]), new Net([.. hidden, hyper.Count("bins")]));
                critics = (double)(joint + n * bins + n * d) * hidden[0] + rest.Parameters;
                flops += 2 * (state.Forward + n * d * rest.Forward) + epochs * (2 * state.Forward + 3 * n * d * rest.Forward);
            }
            else
            {
                var critic = Network(own + bins, bins);
                critics = n * critic.Parameters;
                flops += n * (2 * critic.Forward + epochs * critic.Train);
            }

            // COMA's older critic is replaced, so rarely that it does not count.
            return new(epochs / rows, rows, flops, epochs / rows * critics + n * actor.Parameters / hyper["rollout"], central ? 0 : epochs / rows * critics, critics + n * actor.Parameters);
        }

        TrainingCost SoftActorCritic(int units, int seen, int judged, int actions)
        {
            const int Twins = 2;
            var (actor, critic) = (Network(seen, 2 * actions), Network(judged, 1));
            var learning = units * (actor.Forward + Twins * (2 * critic.Forward + critic.Train) + actor.Train + critic.BackTo(actions));
            return OffPolicy(units * actor.Forward, learning, units * (actor.Parameters + Twins * critic.Parameters), units * Twins * critic.Parameters);
        }

        TrainingCost Deterministic(int twins, int delay, int disturbances)
        {
            var (actor, critic) = (Network(own, d), Network(changing + n * d, 1));
            var learning = n * (actor.Forward + twins * (critic.Forward + critic.Train) + (actor.Train + critic.Forward + critic.BackTo(d)) / delay + disturbances * (critic.Forward + critic.BackTo(n * d)));
            var (actors, critics) = (n * actor.Parameters / delay, n * twins * critic.Parameters);
            return OffPolicy(n * actor.Forward, learning, actors + critics, actors + critics / delay) with { Parameters = n * actor.Parameters + critics };
        }

        TrainingCost Utilities(int width)
        {
            var actor = Network(own, d * hyper.Count("bins"));
            Net[] mixer = width == 0 ? [] : [new([n * d, width, 1]), new([changing, (n * d + 2) * width]), new([changing, width, 1])];
            return OffPolicy(n * actor.Forward, n * (2 * actor.Forward + actor.Train) + mixer.Sum(net => net.Forward + net.Train), n * actor.Parameters + mixer.Skip(1).Sum(net => net.Parameters), 0);
        }

        TrainingCost OffPolicy(double playing, double learning, double passed, double followed)
        {
            var (updates, rows) = (hyper["update_ratio"], hyper["batch"]);
            return new(updates, rows, playing + updates * rows * learning, updates * passed, updates * followed, passed);
        }
    }

    /// <summary>A perceptron: operations per row, and its parameters.</summary>
    /// <param name="sizes">Lengths of its layers.</param>
    private sealed class Net(int[] sizes)
    {
        public double Forward => 2 * Products(0);

        public double Back => 2 * (Products(0) + Products(1));

        public double Train => Forward + Back;

        public double Parameters => Products(0) + sizes.Skip(1).Sum();

        public double BackTo(int inputs) => 2 * ((double)inputs * sizes[1] + Products(1));

        private double Products(int from) => Enumerable.Range(from, sizes.Length - 1 - from).Sum(layer => (double)sizes[layer] * sizes[layer + 1]);
    }
}
