namespace CoopGen.Validation.Tr4;

/// <summary>The five functional experiments: one prediction each, without chance.</summary>
internal static class FunctionalExperiments
{
    /// <summary>Two actors with and without reciprocity.</summary>
    /// <returns>Mean final actions.</returns>
    public static (double Without, double With) Dilemma()
    {
        return (Mean(0), Mean(1));

        double Mean(double rho) => Numerics.Statistics.Mean(
            Simulation.Play(new() { ["rho_0"] = rho, ["D_01"] = 0.8, ["D_10"] = 0.8, ["baseline"] = 0.3, ["T_0"] = 0.6, ["decay"] = 0.02 }, [0.5, 0.5], 30).Final);
    }

    /// <summary>How an actor that depends much and one that depends little answer the same slight, three steps after it.</summary>
    public static (double High, double Low) Asymmetry()
    {
        var course = Simulation.Play(
            new()
            {
                ["D_01"] = 0.9,
                ["D_02"] = 0.2,
                ["D_10"] = 0.5,
                ["D_12"] = 0.5,
                ["D_20"] = 0.2,
                ["D_21"] = 0.2,
                ["baseline"] = 0.3,
                ["T_0"] = 0.7,
                ["T_12"] = 0.7,
                ["decay"] = 0.01,
            }, [0.6, 0.6, 0.6], 25, [new(5, 1, -0.35)]);
        return (Math.Abs(course.Responses[8][1]), Math.Abs(course.Responses[8][7]));
    }

    /// <summary>Steps until an actor is back at 90 % of what it did before its partner slighted it, 0 if it never is.</summary>
    /// <param name="k">Memory window.</param>
    public static int Memory(int k)
    {
        var course = Simulation.Play(
            new() { ["k"] = k, ["D_01"] = 0.7, ["D_10"] = 0.7, ["baseline"] = 0.3, ["T_0"] = 0.7, ["decay"] = 0.02 }, [0.6, 0.6], 50, [new(10, 1, -0.35)]);
        for (var t = 12; t <= 50; t++)
            if (course.Actions[t][0] >= 0.9 * course.Actions[9][0])
                return t - 10;
        return 0;
    }

    /// <summary>Mean final action by initial trust.</summary>
    public static double Trust(double trust) => Numerics.Statistics.Mean(
        Simulation.Play(new() { ["D_01"] = 0.7, ["D_10"] = 0.7, ["baseline"] = 0.3, ["T_0"] = trust, ["decay"] = 0.10 }, [0.6, 0.6], 50).Final);

    /// <summary>Three actors with and without reciprocity.</summary>
    /// <returns>Sums of final actions.</returns>
    public static (double Without, double With) Team()
    {
        return (Total(0), Total(1));

        double Total(double rho)
        {
            var parameters = new ParameterSet { ["rho_0"] = rho, ["baseline"] = 0.2, ["T_0"] = 0.7, ["T_12"] = 0.7, ["decay"] = 0.02 };
            foreach (var pair in new[] { "01", "02", "10", "12", "20", "21" })
                parameters["D_" + pair] = 0.5;
            return Numerics.PairwiseSum.Of(Simulation.Play(parameters, [0.5, 0.5, 0.5], 25).Final);
        }
    }
}
