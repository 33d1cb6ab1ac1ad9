namespace CoopGen.Cli.Tests;

/// <summary>Wrong use is answered with exit code 2, nothing on standard output, and a sentence that says what, where and what is allowed.</summary>
public class BadInputTests
{
    /// <summary>Arguments, separated by spaces, and what the answer must contain, separated by |.</summary>
    public static TheoryData<string, string> Arguments => new()
    {
        { "lst", "'lst'|'list'" },
        { "reply TrustDilemma-v0", "'reply'|'replay'" },
        { "--versoin", "'--versoin'|'--version'" },
        { "list extra", "'extra'" },
        { "list --format yaml", "--format|'yaml'|table, json" },
        { "list --formt json", "'--formt'|'--format'" },
        { "list --format", "--format" },
        { "show", "needs the id" },
        { "show TrustDilema-v0", "'TrustDilema-v0'|'TrustDilemma-v0'" },
        { "show TrustDilemma", "'TrustDilemma'|'TrustDilemma-v0'" },
        { "show trustdilemma-v0", "'TrustDilemma-v0'" },
        { "show TrustDilemma-v0 --format markdwon", "'markdwon'|'markdown'" },
        { "show TrustDilemma-v0 --format json --format latex", "--format" },
        { "replay TrustDilemma-v0", "--actions" },
        { "replay --actions - TrustDilemma-v0 extra", "'extra'" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivty=1", "'trust_sensitivty'|'trust_sensitivity'|reward_scale" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivity=-1", "trust_sensitivity|'-1'|between 0 and 100" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivity=NaN", "trust_sensitivity|NaN|between 0 and 100" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivity=1e999", "trust_sensitivity|between 0 and 100" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivity=1,5", "trust_sensitivity|'1,5'|a number" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivity=", "trust_sensitivity|a number" },
        { "replay TrustDilemma-v0 --actions - --set max_steps=2.5", "max_steps|'2.5'|a whole number" },
        { "replay TrustDilemma-v0 --actions - --set max_steps=0", "max_steps|'0'|between 1 and" },
        { "replay TrustDilemma-v0 --actions - --set normalize_rewards=yes", "normalize_rewards|'yes'|true or false" },
        { "replay TrustDilemma-v0 --actions - --set trust_sensitivity", "'trust_sensitivity'|name=value" },
        { "replay TrustDilemma-v0 --actions - --set =1", "'=1'|name=value" },
        { "replay TrustDilemma-v0 --actions - --set reward_scale=1 reward_scale=2", "reward_scale|twice" },
        { "replay TrustDilemma-v0 --actions - --reward-type privat", "'privat'|private, integrated, cooperative|'private'" },
        { "replay TrustDilemma-v0 --actions - --reward-type private --set reward_type=private", "--reward-type|--set" },
        { "replay TrustDilemma-v0 --actions - --seed -1", "--seed|'-1'|between 0 and 18446744073709551615" },
        { "replay TrustDilemma-v0 --actions - --seed 1.5", "--seed|'1.5'" },
        { "replay TrustDilemma-v0 --actions ", "--actions is ''" },
        { "replay TrustDilemma-v0 --actions /no/such/file.json", "/no/such/file.json" },
        { "new", "<Name>" },
        { "new class", "'class'" },
        { "new 9lives", "'9lives'" },
        { "new My-Game", "'My-Game'" },
        { "new GameEnvironment", "'GameEnvironment'" },
        { "new Games", "'Games'" },
        { "new PatentPool --source /no/such/folder", "--source|'/no/such/folder'" },
        { "docs", "<dir>" },
        { "completion", "<shell>" },
        { "completion bsh", "'bsh'|'bash'" },
    };

    /// <summary>Files of actions and what the answer must contain.</summary>
    public static TheoryData<string, string> Actions => new()
    {
        { "", "line 1, column 1|nothing in it" },
        { " \n ", "line 2, column 2|nothing in it" },
        { "[]", "line 1, column 2|no row" },
        { "{\"actions\": [[1, 2]]}", "line 1, column 1|an object" },
        { "null", "line 1, column 1|null" },
        { "7", "line 1, column 1|the number 7" },
        { "[1, 2]", "line 1, column 2|row 1 is the number 1" },
        { "[[1, 2], {}]", "line 1, column 10|row 2 is an object" },
        { "[[1, 2],\n [3]]", "line 2, column 2|row 2 has 1 entry" },
        { "[[1, 2],\n [3, 4, 5]]", "line 2, column 2|row 2 has 3 entries" },
        { "[[]]", "line 1, column 2|row 1 has 0 entries" },
        { "[[1, null]]", "line 1, column 6|row 1, entry 2 is null" },
        { "[[1, \"2\"]]", "line 1, column 6|row 1, entry 2 is a string" },
        { "[[true, 2]]", "line 1, column 3|row 1, entry 1 is true" },
        { "[[[1], 2]]", "line 1, column 3|row 1, entry 1 is an array" },
        { "[[1, NaN]]", "line 1, column 6|not JSON" },
        { "[[1, Infinity]]", "line 1, column 6|not JSON" },
        { "[[1, 1e999]]", "line 1, column 6|1e999|too large" },
        { "[[1, 2],\n\n [3, -1e400]]", "line 3, column 6|row 2, entry 2|-1e400" },
        { "[[1, 2]", "line 1, column 8|ends before" },
        { "[[1, 2],]", "line 1, column 9|not JSON" },
        { "[[1, 2]] [[3, 4]]", "line 1, column 10|not JSON" },
        { "[[1, 2]]\nand more", "line 2, column 1|not JSON" },
        { "[[1, 02]]", "line 1, column 7|not JSON" },
        { "[[1, .5]]", "line 1, column 6|not JSON" },
        { "[[1; 2]]", "line 1, column 4|not JSON" },
        { "actions = [[1, 2]]", "line 1, column 1|not JSON" },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Wrong_arguments_are_answered(string arguments, string expected)
    {
        var outcome = Cli.RunWith("[[1, 2]]", arguments.Split(' '));
        Refused(outcome, expected);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void Malformed_actions_in_a_file_are_refused_with_file_and_position(string text, string expected)
    {
        using var scratch = new Scratch();
        var file = scratch.File("actions.json", text);
        var outcome = Cli.Run("replay", "TrustDilemma-v0", "--actions", file, "--format", "json");
        Refused(outcome, $"{file}, {expected}|rows of 2 finite numbers");
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void Malformed_actions_on_standard_input_are_refused_with_position(string text, string expected)
    {
        var outcome = Cli.RunWith(text, "replay", "TrustDilemma-v0", "--actions", "-", "--format", "json");
        Refused(outcome, $"standard input, {expected}|rows of 2 finite numbers");
    }

    [Fact]
    public void A_directory_is_no_file_of_actions()
    {
        using var scratch = new Scratch();
        Refused(Cli.Run("replay", "TrustDilemma-v0", "--actions", scratch.Path), scratch.Path + "|directory");
    }

    [Fact]
    public void A_file_that_is_not_text_is_refused()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["actions.json"], [0xFF, 0xFE, 0x00, 0x5B]);
        Refused(Cli.Run("replay", "TrustDilemma-v0", "--actions", scratch["actions.json"]), "line 1, column 1|not JSON");
    }

    [Fact]
    public void Docs_leave_files_alone_that_they_did_not_write()
    {
        using var scratch = new Scratch();
        var mine = scratch.File("README.md", "mine");
        Refused(Cli.Run("docs", scratch.Path), "README.md|not written by this command");
        Assert.Equal("mine", File.ReadAllText(mine));
        Assert.Single(Directory.GetFiles(scratch.Path));
    }

    [Fact]
    public void Docs_need_a_directory()
    {
        using var scratch = new Scratch();
        Refused(Cli.Run("docs", scratch.File("file", "")), "is a file");
    }

    [Fact]
    public void New_leaves_a_directory_alone_that_is_not_empty()
    {
        using var scratch = new Scratch();
        scratch.File("notes.txt", "mine");
        Refused(Cli.Run("new", "PatentPool", "--output", scratch.Path), "not empty");
        Assert.Single(Directory.GetFileSystemEntries(scratch.Path));
    }

    internal static void Refused(Outcome outcome, string expected)
    {
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        foreach (var part in expected.Split('|'))
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
    }
}
