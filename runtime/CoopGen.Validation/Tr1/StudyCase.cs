namespace CoopGen.Validation.Tr1;

/// <summary>The case of Samsung and Sony as its file tells it, and the games that the suite makes of it.</summary>
internal sealed class StudyCase
{
    public StudyCase()
    {
        Data = Entry.OfSuites("samsung-sony.json");
        var agents = Data["agents"].List(1).Count;
        var ends = Data["box"].Numbers();
        Box = (ends[0], ends[1]);
        var common = new Venture
        {
            Value = "logarithmic",
            Gamma = 0,
            Endowments = Data["endowments"].Numbers(agents, 0),
            Shares = Data["shares"].Numbers(agents, 0, 1),
            Dependence = Data["dependence"].Matrix(agents, 0, 1),
        };
        Logarithmic = common.Read(Data["logarithmic"]);
        Power = common.Read(Data["power"]);
        Rubric = new(Rubric.Read(Data["rubric"]));
    }

    /// <summary>The file.</summary>
    public Entry Data { get; }

    /// <summary>Least and greatest action.</summary>
    public (double Low, double High) Box { get; }

    /// <summary>The case with the logarithmic value.</summary>
    public Venture Logarithmic { get; }

    /// <summary>The case with the power value.</summary>
    public Venture Power { get; }

    /// <summary>The rubric.</summary>
    public Rubric Rubric { get; }

    /// <summary>The case with a value.</summary>
    public Venture Of(string value) => value == "power" ? Power : Logarithmic;

    /// <summary>Solves and scores as the suite does.</summary>
    public ScoredVenture Shipped(Venture venture) => Shipped(new Model(venture), venture, ShippedBaseline(venture));

    /// <summary>As <see cref="Shipped(Venture)"/>, in a model whose value functions and γ are the game's and with the known baseline.</summary>
    public ScoredVenture Shipped(Model model, Venture venture, Equilibrium baseline)
    {
        model.Load(venture);
        return Score(model, Equilibrium.Shipped(model, Box, venture.Agents), baseline);
    }

    /// <summary>The baseline as the suite finds it.</summary>
    public Equilibrium ShippedBaseline(Venture venture) => Equilibrium.Shipped(new Model(venture.Baseline), Box, venture.Agents);

    /// <summary>Solves exactly and scores.</summary>
    public ScoredVenture Exact(Venture venture) => Exact(new Model(venture), venture);

    /// <summary>As <see cref="Exact(Venture)"/>, in a model whose value functions and γ are the game's.</summary>
    public ScoredVenture Exact(Model model, Venture venture)
    {
        model.Load(venture);
        return Score(model, Equilibrium.Exact(venture, Box), Equilibrium.Exact(venture.Baseline, Box));
    }

    private ScoredVenture Score(Model model, Equilibrium equilibrium, Equilibrium baseline)
    {
        var measures = new Measures(model, equilibrium, baseline);
        return new(equilibrium, baseline, measures, Rubric.Score(name => measures[name]));
    }
}
