using System.Text.RegularExpressions;
using Kadeploy.Help;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Help;

public partial class HelpTests
{
    private static readonly IReadOnlyList<CmdletHelp> Cmdlets = HelpFiles.ReadCmdlets();

    private static readonly string[] Common =
    [
        "WhatIf", "Confirm", "Verbose", "ErrorAction", "ErrorVariable", "WarningAction", "OutVariable", "ProgressAction",
    ];

    [Fact]
    public void What_is_committed_is_what_the_sources_say()
    {
        var files = HelpFiles.Make();
        Assert.NotEmpty(files);
        foreach (var (path, text) in files)
        {
            var full = Path.Combine(Repository.Root, path);
            Assert.True(File.Exists(full) && File.ReadAllText(full).ReplaceLineEndings("\n") == text, $"{path} is stale: run 'dotnet msbuild build.proj -t:Help' and commit what it writes");
        }

        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "cmdlets"), "*.md").Select(static page => $"docs/cmdlets/{Path.GetFileName(page)}");
        Assert.All(pages, page => Assert.True(files.ContainsKey(page), $"{page} is of no cmdlet"));
    }

    [Fact]
    public void Every_cmdlet_says_what_it_does_and_shows_it_three_times_at_least() => Assert.All(Cmdlets, static cmdlet =>
    {
        Assert.True(IsSentence(cmdlet.Synopsis), $"{cmdlet.Name}: {cmdlet.Synopsis}");
        Assert.NotEmpty(cmdlet.Description);
        Assert.All(cmdlet.Description, text => Assert.True(IsSentence(text), $"{cmdlet.Name}: {text}"));
        Assert.True(cmdlet.Examples.Length >= 3, $"{cmdlet.Name} has {cmdlet.Examples.Length} examples");
        Assert.All(cmdlet.Examples, example => Assert.True(example.Code.Contains(cmdlet.Name, StringComparison.Ordinal) && IsSentence(example.Text), $"{cmdlet.Name}: {example.Code}: {example.Text}"));
        Assert.NotEmpty(cmdlet.Outputs);
        Assert.All(cmdlet.Outputs.Where(static each => each.Name.StartsWith("Kadeploy", StringComparison.Ordinal)), each => Assert.True(IsSentence(each.Text), $"{cmdlet.Name}: {each.Name}"));
    });

    [Fact]
    public void Every_parameter_says_what_it_is_and_none_says_it_twice() => Assert.All(Cmdlets, static cmdlet =>
    {
        Assert.All(cmdlet.Parameters, parameter => Assert.True(IsSentence(parameter.Text), $"{cmdlet.Name} -{parameter.Name}: {parameter.Text}"));
        Assert.Equal(cmdlet.Parameters.Length, cmdlet.Parameters.Select(static parameter => parameter.Text).Distinct().Count());
    });

    [Fact]
    public void Examples_name_cmdlets_and_parameters_that_there_are()
    {
        var checkedCommands = 0;
        foreach (var (code, where) in Examples())
        {
            foreach (Match command in Command().Matches(code))
            {
                checkedCommands++;
                var cmdlet = Cmdlets.FirstOrDefault(each => each.Name == command.Groups["name"].Value);
                Assert.True(cmdlet is not null, $"{where}: there is no {command.Groups["name"].Value}");
                foreach (Match parameter in Parameter().Matches(command.Groups["rest"].Value))
                {
                    var name = parameter.Groups[1].Value;
                    var known = cmdlet.Parameters.SelectMany(static each => each.Aliases.Append(each.Name)).Concat(Common);
                    Assert.True(known.Contains(name, StringComparer.OrdinalIgnoreCase), $"{where}: {cmdlet.Name} has no -{name}");
                }
            }
        }

        Assert.True(checkedCommands > 20);
    }

    [Fact]
    public void Topics_written_by_hand_have_the_parts_that_help_has()
    {
        var topics = Directory.EnumerateFiles(Path.Combine(Repository.Root, "en-US"), "about_*.help.txt").ToList();
        Assert.Contains(topics, static topic => Path.GetFileName(topic) == "about_Kadeploy.help.txt");
        Assert.All(topics, static topic =>
        {
            var lines = File.ReadAllLines(topic);
            Assert.Equal(["TOPIC", $"    {Path.GetFileName(topic)[..^".help.txt".Length]}"], lines.Take(2));
            Assert.Contains("SHORT DESCRIPTION", lines);
            Assert.Contains("LONG DESCRIPTION", lines);
            Assert.Contains("SEE ALSO", lines);
            Assert.All(lines, line => Assert.True(line.Length <= 80, $"{topic}: {line}"));
        });
    }

    private static IEnumerable<(string Code, string Where)> Examples() =>
        Cmdlets.SelectMany(static cmdlet => cmdlet.Examples.Select((example, i) => (example.Code, $"{cmdlet.Name}, example {i + 1}")))
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "en-US"), "about_*.help.txt")
                .SelectMany(static file => File.ReadLines(file).Where(static line => line.TrimStart().StartsWith("PS> ", StringComparison.Ordinal)).Select(line => (line.Trim()[4..], Path.GetFileName(file)))));

    private static bool IsSentence(string text) => text.Length > 10 && (char.IsUpper(text[0]) || text[0] == '$') && text[^1] == '.' && !text.Contains("{{", StringComparison.Ordinal);

    // A command of ours up to the end of its part of the pipeline; what stands in braces or parentheses is another's.
    [GeneratedRegex(@"(?<name>[A-Z][a-z]+-Ka\w+)(?<rest>[^|\n;{}()]*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<=\s)-([A-Za-z]+)")]
    private static partial Regex Parameter();
}
