namespace CoopGen.Learning;

/// <summary>
/// What off-policy learners with a policy and critics of actions per unit share: an update in which critics step towards goals, and then policies up what critics say. A learner says how goals come
/// about, and how what policies put out becomes actions.
/// </summary>
/// <remarks>
/// Within a phase of an update units have nothing in common, nor have critics' networks, so two threads share them out. The rows of an only unit are two halves, of which each
/// thread may do either; its twins are networks like others. Weights do not depend on who does what.
/// </remarks>
public abstract class OffPolicyActorCritic : OffPolicyLearner
{
    private readonly Adam _adam;
    private readonly Room[] _rooms = new Room[Threads];
    private readonly int _judgedLength, _parts;
    private readonly float[] _playedTogether;
    private readonly double[] _ofParts, _ofNetworks;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">What is seen and paid.</param>
    /// <param name="outputs">Numbers that a policy puts out per dimension of an action.</param>
    /// <param name="twins">Critics per unit.</param>
    private protected OffPolicyActorCritic(TrainingSetup setup, OffPolicyScheme scheme, int outputs, int twins) : base(setup, scheme)
    {
        Central = scheme is { Own: true, Joint: true };
        (_judgedLength, _parts) = (JudgedLength, Units == 1 ? _rooms.Length : 1);
        JudgedActions = (Central ? Units : 1) * ActionLength;
        Actor = new("actor", Units, Layers(Inputs, outputs * ActionLength), Activation.Relu);
        Actor.Initialise(Random("actor weights"), Initialisation.Uniform);
        _adam = new(Actor.Parameters, null);
        Critics = new(Units, twins, JudgedActions, Layers(_judgedLength + JudgedActions, 1), Random("critic weights"));
        Goals = new float[Units * Draws];
        (_ofParts, _ofNetworks, _playedTogether) = (new double[Units * _parts], new double[Critics.Networks], new float[Central ? Draws * JudgedActions : 0]);
        // Units add to one gradient, each to its own part; halves of the rows of an only one to one each.
        for (var k = 0; k < _rooms.Length; k++)
            _rooms[k] = new(k, new(Actor, k == 0 || _parts > 1 ? null : _rooms[0].Actor.Gradients), ActionLength, Actor.Outputs, JudgedActions);
    }

    /// <summary>The critics.</summary>
    protected CriticNetworks Critics { get; }

    /// <inheritdoc/>
    protected override Mlp Actor { get; }

    /// <summary>Whether critics see the joint observation and all actions while units see their own.</summary>
    private protected bool Central { get; }

    /// <summary>Length of the actions that a critic judges: a unit's own, or those of all.</summary>
    private protected int JudgedActions { get; }

    /// <summary>[units, draws]: what critics should say.</summary>
    private protected float[] Goals { get; }

    /// <inheritdoc/>
    protected override void Rescale(int stream, float factor) => Critics.Rescale(stream, factor);

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Actor.Parameters);
        _adam.Exchange(archive.Within("actor.adam"));
        Critics.Exchange(archive);
    }

    /// <summary>Does something with all rows of all units, a few at a time.</summary>
    /// <param name="work">Is told which rows by the room that it is to write on.</param>
    private protected void ForRows(Action<Room> work) => ForParts((_, _) => { }, room => { work(room); return 0; }, (_, _) => { });

    /// <summary>Steps of all critics towards the goals for what was played, after which targets follow.</summary>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Bound of the norm of each network's gradient.</param>
    /// <param name="τ">How far targets follow.</param>
    /// <returns>Squared errors, summed over networks.</returns>
    private protected double StepCritics(double rate, double bound, double τ)
    {
        for (var unit = 0; unit < Units && Central; unit++)
            Place(unit, PlayedArray.Slice(unit * Draws * ActionLength, Draws * ActionLength), _playedTogether);
        Critics.Begin();
        Share(Critics.Networks, (network, thread) =>
        {
            var unit = network % Units;
            var played = Central ? _playedTogether : PlayedArray.Slice(unit * Draws * ActionLength, Draws * ActionLength);
            _ofNetworks[network] = Critics.Improve(network, JudgedBy(unit), played, Goals.AsSpan(unit * Draws, Draws), rate, bound, τ, thread);
        });
        return _ofNetworks.Sum();
    }

    /// <summary>Steps of all policies.</summary>
    /// <param name="addLoss">Adds to the gradient in a room what a few rows contribute, and returns what they contribute to the loss.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Bound of the norm of each policy's gradient.</param>
    /// <param name="after">What comes after a unit's step.</param>
    /// <returns>Losses, summed over units.</returns>
    private protected double StepActors(Func<Room, double> addLoss, double rate, double bound, Action<int> after)
    {
        foreach (var room in _rooms)
            room.Actor.Forget();
        _adam.Begin();
        var loss = ForParts((unit, room) => room.Actor.Clear(unit), addLoss, (unit, room) =>
        {
            if (_parts == 1)
                Step(unit);
        });
        if (_parts > 1)
        {
            foreach (var room in _rooms.Skip(1))
                MlpGradient.Add(_rooms[0].Actor.Gradients, room.Actor.Gradients);
            Step(0);
        }

        return loss;

        void Step(int unit)
        {
            _adam.Step(unit, _rooms[0].Actor.Gradients, rate, bound);
            after(unit);
        }
    }

    /// <summary>What a policy puts out for the rows of a room: [rows, outputs].</summary>
    /// <param name="by">The policies, in that room.</param>
    /// <param name="room">The room.</param>
    /// <param name="after">Whether of what was seen after the step.</param>
    private protected ReadOnlySpan<float> Forward(MlpGradient by, Room room, bool after = false)
    {
        SeenBy(room.Unit, after).Slice(room.First * Inputs, room.Count * Inputs).CopyTo(by.Inputs(room.Count));
        return by.Forward(room.Unit);
    }

    /// <summary>[rows, length]: what the unit's critic sees of the rows of a room.</summary>
    private protected ReadOnlySpan<float> JudgedIn(Room room, bool after = false) => JudgedBy(room.Unit, after).Slice(room.First * _judgedLength, room.Count * _judgedLength);

    /// <summary>[rows, actions]: the unit's own part of the rows of a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="actions">[units, draws, actions].</param>
    private protected Span<float> OwnIn(Room room, float[] actions) => actions.AsSpan(room.Row * ActionLength, room.Count * ActionLength);

    /// <summary>[rows, judged actions]: those that the unit's critic judges of the rows of a room, brought together in it.</summary>
    /// <param name="room">The room.</param>
    /// <param name="actions">[units, draws, actions].</param>
    private protected Span<float> Together(Room room, ReadOnlySpan<float> actions)
    {
        var all = room.Actions.AsSpan(0, room.Count * JudgedActions);
        if (Central)
            for (var unit = 0; unit < Units; unit++)
                Place(unit, actions.Slice((unit * Draws + room.First) * ActionLength, room.Count * ActionLength), all);
        else
            actions.Slice(room.Row * ActionLength, room.Count * ActionLength).CopyTo(all);
        return all;
    }

    /// <summary>Puts a unit's actions among those of all.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="own">[rows, actions].</param>
    /// <param name="all">[rows, units · actions].</param>
    private protected void Place(int unit, ReadOnlySpan<float> own, Span<float> all)
    {
        for (var (k, length) = (0, ActionLength); k * length < own.Length; k++)
            own.Slice(k * length, length).CopyTo(all[((k * Units + unit) * length)..]);
    }

    /// <returns>The sum of what was returned, in an order that is always the same.</returns>
    private double ForParts(Action<int, Room> before, Func<Room, double> work, Action<int, Room> after)
    {
        Share(_ofParts.Length, (part, thread) =>
        {
            var (unit, of) = (part / _parts, part % _parts);
            var (room, sum, end) = (_rooms[_parts == 1 ? thread : of], 0.0, Draws * (of + 1) / _parts);
            before(unit, room);
            for (var first = Draws * of / _parts; first < end; first += MlpGradient.Chunk)
            {
                (room.Unit, room.First, room.Count, room.Row) = (unit, first, Math.Min(MlpGradient.Chunk, end - first), unit * Draws + first);
                sum += work(room);
            }

            _ofParts[part] = sum;
            after(unit, room);
        });
        return _ofParts.Sum();
    }

    /// <summary>Where one thread at a time works on some rows of a unit.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="actor">The policies.</param>
    /// <param name="length">Length of a unit's action.</param>
    /// <param name="outputs">Length of what a policy puts out.</param>
    /// <param name="judged">Length of the actions that a critic judges.</param>
    private protected sealed class Room(int number, MlpGradient actor, int length, int outputs, int judged)
    {
        /// <summary>Its number, by which critics know the thread.</summary>
        public int Number => number;

        /// <summary>The policies.</summary>
        public MlpGradient Actor => actor;

        /// <summary>The unit.</summary>
        public int Unit { get; set; }

        /// <summary>The first of the rows.</summary>
        public int First { get; set; }

        /// <summary>Number of rows, at most <see cref="MlpGradient.Chunk"/>.</summary>
        public int Count { get; set; }

        /// <summary>The first row among those of all units.</summary>
        public int Row { get; set; }

        /// <summary>[rows, actions], or one row of it.</summary>
        public float[] Own { get; } = new float[MlpGradient.Chunk * length];

        /// <summary>[actions].</summary>
        public float[] Raw { get; } = new float[length];

        /// <summary>[rows, judged actions].</summary>
        public float[] Actions { get; } = new float[MlpGradient.Chunk * judged];

        /// <summary>[rows, judged actions]: how a critic changes with them.</summary>
        public float[] Slopes { get; } = new float[MlpGradient.Chunk * judged];

        /// <summary>[rows, outputs]: how the loss changes with them.</summary>
        public float[] OfOutputs { get; } = new float[MlpGradient.Chunk * outputs];
    }
}
