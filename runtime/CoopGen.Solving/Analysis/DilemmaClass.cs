namespace CoopGen.Solving;

/// <summary>What kind of game two actions make, cooperating and riding free, going by what a player earns with each against each.</summary>
public enum DilemmaClass
{
    /// <summary>Both actions earn the same: there is nothing to decide.</summary>
    None,

    /// <summary>Cooperating is best whatever the others do, and all gain by it: no dilemma.</summary>
    Harmony,

    /// <summary>Cooperating is best if the others do, riding free if they do not: a matter of fear.</summary>
    StagHunt,

    /// <summary>Riding free is best if the others cooperate, cooperating if they do not: a matter of greed. Also called snowdrift or hawk and dove.</summary>
    Chicken,

    /// <summary>Riding free is best whatever the others do, yet all would gain if none did.</summary>
    PrisonersDilemma,

    /// <summary>Riding free is best whatever the others do, and better for the player if all do it.</summary>
    Deadlock,

    /// <summary>Doing the same as the others is best, and all riding free is better for the player than all cooperating.</summary>
    Coordination,

    /// <summary>Doing the opposite of the others is best, and all riding free is no worse for the player than all cooperating: the leader or the battle of the sexes.</summary>
    AntiCoordination,

    /// <summary>Cooperating is best whatever the others do, yet the player would gain if none did.</summary>
    ReversedDilemma,
}

/// <summary>The four payoffs of a player who cooperates or rides free among others who all do the one or the other.</summary>
/// <param name="Reward">R: all cooperate.</param>
/// <param name="Temptation">T: the player rides free on cooperators.</param>
/// <param name="Sucker">S: the player cooperates among free riders.</param>
/// <param name="Punishment">P: all ride free.</param>
public readonly record struct DilemmaPayoffs(double Reward, double Temptation, double Sucker, double Punishment)
{
    /// <summary>Differences below this part of the greatest payoff count as none.</summary>
    public const double Tolerance = 1e-9;

    /// <summary>Greed: T − R, what riding free on cooperators gains.</summary>
    public double Greed => Temptation - Reward;

    /// <summary>Fear: P − S, what riding free saves among free riders.</summary>
    public double Fear => Punishment - Sucker;

    /// <summary>R − P: what all cooperating gains over all riding free.</summary>
    public double Gain => Reward - Punishment;

    /// <summary>The class; where greed or fear is 0, as if it were not there.</summary>
    public DilemmaClass Class
    {
        get
        {
            var tie = Tolerance * Math.Max(Math.Max(Math.Abs(Reward), Math.Abs(Temptation)), Math.Max(Math.Abs(Sucker), Math.Abs(Punishment)));
            if (Math.Abs(Greed) <= tie && Math.Abs(Fear) <= tie && Math.Abs(Gain) <= tie)
                return DilemmaClass.None;
            return (Greed > tie, Fear > tie, Gain > tie) switch
            {
                (true, true, true) => DilemmaClass.PrisonersDilemma,
                (true, false, true) => DilemmaClass.Chicken,
                (false, true, true) => DilemmaClass.StagHunt,
                (false, false, true) => DilemmaClass.Harmony,
                (true, true, false) => DilemmaClass.Deadlock,
                (true, false, false) => DilemmaClass.AntiCoordination,
                (false, true, false) => DilemmaClass.Coordination,
                _ => DilemmaClass.ReversedDilemma,
            };
        }
    }

    /// <summary>The payoffs from the greatest to the least, such as <c>T &gt; R &gt; P &gt; S</c>; those that tie are joined by <c>=</c>.</summary>
    public string Order
    {
        get
        {
            (string Name, double Value)[] all = [("T", Temptation), ("R", Reward), ("P", Punishment), ("S", Sucker)];
            var tie = Tolerance * all.Max(a => Math.Abs(a.Value));
            var sorted = all.OrderByDescending(a => a.Value).ToArray();
            return sorted[0].Name + string.Concat(Enumerable.Range(1, 3).Select(k => (sorted[k - 1].Value - sorted[k].Value > tie ? " > " : " = ") + sorted[k].Name));
        }
    }
}
