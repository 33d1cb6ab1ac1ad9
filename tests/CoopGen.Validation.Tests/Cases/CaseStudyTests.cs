namespace CoopGen.Validation.Tests.Cases;

/// <summary>Case studies of one's own: what is read, and what is refused with a sentence that says why.</summary>
public sealed class CaseStudyTests
{
    private const string Case = """
        {
          "id": "bakery-mill",
          "title": "A bakery and its mill",
          "agents": ["Bakery", "Mill"],
          "dependencies": [
            { "depender": "Bakery", "dependee": "Mill", "dependum": "flour", "importance": 3, "criticality": 0.8 },
            { "depender": "Bakery", "dependee": "Mill", "dependum": "credit", "importance": 1, "criticality": 0.4 },
            { "depender": "Mill", "dependee": "Bakery", "dependum": "orders", "importance": 1, "criticality": 0.5 }
          ],
          "trust": { "lambda_plus": 0.1, "lambda_minus": 0.3 },
          "initial_trust": 0.6,
          "baselines": [5, 5],
          "phases": [
            { "name": "Good years", "periods": 10, "actions": [6, 6.5] },
            { "name": "Bad harvest", "periods": 3, "actions": [6, 3] },
            { "name": "Repair", "periods": 12, "actions": [6, 6.5] }
          ],
          "behaviours": [
            { "phase": "Good years", "direction": "rises", "points": 2 },
            { "phase": "Bad harvest", "measure": "trust[Bakery,Mill]", "direction": "falls", "points": 2, "source": "letters" },
            { "phase": "Bad harvest", "measure": "damage[Mill,Bakery]", "direction": "stays", "points": 1 }
          ],
          "rubric": [
            { "id": "R1", "asks": "trust does not come back", "measure": "end(trust[Bakery,Mill], 'Repair') / start(trust[Bakery,Mill], 'Bad harvest')", "below": 0.9, "points": 3 },
            { "id": "R2", "measure": "last(trust)", "bands": [{ "at_least": 0.2, "below": 0.5, "points": 2 }, { "at_least": 0.5, "points": 1 }] }
          ]
        }
        """;

    [Fact]
    public void A_case_is_scored_item_by_item()
    {
        var ran = new Ran(CaseStudy.Read(Case, "case.json"));
        Assert.Equal(2, ran["case", "B1"].Points);
        Assert.Equal(2, ran["case", "B2"].Points);
        Assert.Equal(1, ran["case", "B3"].Points);
        Assert.Equal(3, ran["case", "R1"].Points);
        Assert.Equal(10, ran.Number("case", "max_possible"));
        Assert.Equal(25, ran.All.Count(f => f.Item.StartsWith("trust[", StringComparison.Ordinal)) - 1);
        Assert.True(ran.Number("case", "trust[10]") > 0.6);
        foreach (var finding in ran.All.Where(f => f.Detail))
            Near.Absolute(finding.Exact!.Value.Number!.Value, finding.AsShipped!.Value.Number!.Value, 1e-12, finding.Item);
    }

    [Fact]
    public void Dependence_is_weighted_by_importance()
    {
        var ran = new Ran(CaseStudy.Read(Case.Replace("last(trust)", "at(trust[Bakery,Mill], 11) / at(trust[Bakery,Mill], 10)"), "case.json"));
        // D = (3·0.8 + 1·0.4)/4 = 0.7; the first step of the harvest leaves T·(1 − 0.3·tanh 2·(1 + 0.5·0.7)).
        Assert.Equal(1 - 0.3 * Math.Tanh(2) * (1 + 0.5 * 0.7), ran["case", "R2"].AsShipped!.Value.Number!.Value, 1e-12);
    }

    [Theory]
    [InlineData("last(trust)", "tart(trust, 0.3)", "there is no function 'tart'")]
    [InlineData("last(trust)", "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1", "nests deeper than 100 levels")]
    [InlineData("\"bands\": [", "\"below\": 0.5, \"bands\": [", "knows no 'below'")]
    [InlineData("\"below\": 0.9, \"points\": 3", "\"below\": 0.9, \"points\": 3, \"max\": 4", "knows no 'max'")]
    [InlineData("\"at_least\": 0.5, \"points\": 1", "\"at_least\": 0.4, \"points\": 1", "overlap")]
    [InlineData("\"dependee\": \"Mill\", \"dependum\": \"credit\"", "\"dependee\": \"Bank\", \"dependum\": \"credit\"", "dependencies[1].dependee is 'Bank', which is no agent; there are Bakery, Mill.")]
    [InlineData("trust[Bakery,Mill]\", \"direction\": \"falls\"", "trust[Bakery,Miller]\", \"direction\": \"falls\"", "'Miller', which is no agent")]
    [InlineData("\"phase\": \"Good years\"", "\"phase\": \"Golden years\"", "behaviours[0].phase is 'Golden years', which is no phase")]
    [InlineData("end(trust[Bakery,Mill], 'Repair')", "end(trust[Bakery,Mill], 'Peace')", "there is no phase 'Peace'")]
    [InlineData("\"actions\": [6, 3]", "\"actions\": [6]", "phases[1].actions has 1 numbers; give one per agent: 2.")]
    [InlineData("\"periods\": 3", "\"periods\": 0", "phases[1].periods is 0; it must be between 1 and")]
    [InlineData("\"name\": \"Repair\"", "\"name\": \"Bad harvest\"", "phases[2].name is 'Bad harvest', which another phase has")]
    [InlineData("\"lambda_plus\": 0.1", "\"lambda_plus\": 1.5", "trust.lambda_plus is 1.5; it must be between 0 and 1.")]
    [InlineData("\"lambda_plus\": 0.1", "\"lambda\": 0.1", "trust knows no 'lambda'")]
    [InlineData("\"initial_trust\": 0.6", "\"initial_trust\": \"high\"", "initial_trust is \"high\"; it must be a number.")]
    [InlineData("\"direction\": \"rises\"", "\"direction\": \"grows\"", "behaviours[0].direction is 'grows'; it must be one of rises, falls, stays.")]
    [InlineData("\"below\": 0.9, \"points\": 3", "\"points\": 3", "has no threshold")]
    [InlineData("\"below\": 0.9", "\"below\": 0.9, \"at_least\": 0.9", "no value is")]
    [InlineData("\"id\": \"R2\"", "\"id\": \"R1\"", "rubric[1].id is 'R1', which another item has")]
    [InlineData("last(trust)", "lost(trust)", "there is no function 'lost'")]
    [InlineData("last(trust)", "last(faith)", "there is no series 'faith'")]
    [InlineData("last(trust)", "last(trust) / (1 - 1)", "a measure must have a finite value")]
    [InlineData("last(trust)", "at(trust, 26)", "there is no state 26; states are 0 to 25.")]
    [InlineData("last(trust)", "last(trust", "')' is missing at the end")]
    [InlineData("\"baselines\": [5, 5]", "\"baselines\": [5, -5]", "baselines[1] is -5; it must be between 0 and")]
    [InlineData("\"id\": \"bakery-mill\"", "\"id\": \"tr1\"", "is that of a published suite")]
    [InlineData("\"phases\"", "\"stages\"", "knows no 'stages'")]
    public void What_cannot_be_is_refused(string there, string instead, string message)
    {
        Assert.Contains(there, Case);
        var refused = Assert.Throws<CaseException>(() => CaseStudy.Read(Case.Replace(there, instead), "case.json"));
        Assert.Contains(message, refused.Message);
    }

    [Fact]
    public void Missing_phases_are_refused()
    {
        var begin = Case.IndexOf("\"phases\"", StringComparison.Ordinal);
        var without = Case[..begin] + Case[Case.IndexOf("\"behaviours\"", StringComparison.Ordinal)..];
        Assert.Contains("has no 'phases'", Assert.Throws<CaseException>(() => CaseStudy.Read(without, "case.json")).Message);
        Assert.Contains("is no JSON", Assert.Throws<CaseException>(() => CaseStudy.Read("{", "case.json")).Message);
    }
}
