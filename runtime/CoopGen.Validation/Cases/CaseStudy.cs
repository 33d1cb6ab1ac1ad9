namespace CoopGen.Validation;

/// <summary>A case study of one's own as a suite.</summary>
public static class CaseStudy
{
    /// <summary>Reads a case file and plays it once, so that whatever is wrong in it is said before anything runs.</summary>
    /// <param name="text">The file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="CaseException">The file says what cannot be.</exception>
    public static Suite Read(string text, string name)
    {
        var data = Entry.Parse(text, name);
        data.Only("id", "title", "report", "agents", "dependence", "dependencies", "trust", "initial_trust", "initial_damage", "baselines", "phases", "behaviours", "rubric");
        var id = data["id"].Text();
        if (SuiteCatalog.All.Any(s => s.Id == id))
            throw new CaseException($"{name}: the id '{id}' is that of a published suite; take another.");
        var study = new TrustCase(data);
        var course = study.Play();
        study.Score(course);
        return new(id, data.Find("title")?.Text() ?? id, data.Find("report")?.Text() ?? "", [new("case", "The case, item by item", _ => Run(id, study, course))]);
    }

    private static Outcome Run(string id, TrustCase study, Course course)
    {
        var exact = study.Exact();
        var findings = Scored.Findings(id, "case", study.Rubric, study.Score(course), exact is null ? null : study.Score(exact)).ToList();
        foreach (var series in (string[])["trust", "damage"])
        {
            var (values, exactly) = (course.Series(series), exact?.Series(series));
            for (var t = 0; t < values.Length; t++)
                findings.Add(new(id, "case", $"{series}[{t}]", values[t], exactly?[t]) { Detail = true });
        }

        return new(findings) { Figures = [Picture(study, course)] };
    }

    /// <summary>Trust of every ordered pair of few agents, or its mean, and the mean damage, over the phases.</summary>
    internal static Figure Picture(TrustCase study, Course course)
    {
        double[] states = [.. Enumerable.Range(0, course.States).Select(t => (double)t)];
        var curves = new List<Curve>();
        foreach (var i in study.Agents)
            foreach (var j in study.Agents)
                if (i != j && study.Agents.Count <= 3)
                    curves.Add(new($"trust of {i} in {j}", states, course.Series($"trust[{i},{j}]")));
        if (curves.Count == 0)
            curves.Add(new("mean trust", states, course.Series("trust")));
        curves.Add(new("mean reputation damage", states, course.Series("damage"), CurveKind.Dashed));
        return new("Trust and reputation damage", "period", "", curves) { Stretches = [.. study.Phases.Select(p => new Stretch(p.Name, p.Start, p.End))] };
    }
}
