using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Help;

public class ManualTests
{
    private static readonly string[] Sections = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT CODES", "EXAMPLES", "SEE ALSO"];

    public static TheoryData<string> CommandLines =>
        [
            "", "demo", "deploy", "reboot", "power", "power on", "power off", "power cycle", "power status", "console", "config", "config check", "config import", "simulate", "operations", "resume", "cancel", "nodes", "nodes fold", "nodes expand",
            "nodes list", "nodes show", "nodes add", "nodes set", "nodes remove", "nodes import", "nodes export",
            "clusters", "clusters list", "clusters show", "clusters set", "clusters remove", "clusters import",
            "env", "env add", "env list", "env print", "env delete", "env set", "env diff", "env history", "env import", "env export", "env verify", "env move-files",
            "cache", "cache list", "cache prune", "cache verify", "cache pin", "cache unpin",
            "stat", "stat log", "stat rates", "stat steps", "stat nodes", "stat compare", "stat suspects", "stat eta",
            "lab", "lab fault", "lab install", "lab run", "lab up", "lab down", "lab status", "lab power", "lab ssh", "lab console", "lab exec", "lab supervise",
            "rights", "rights grant", "rights revoke", "rights list", "rights test", "audit", "audit list", "audit verify",
            "miniroot", "miniroot build", "miniroot overlay", "miniroot sample-environment", "links",
        ];

    [Fact]
    public void Every_command_is_covered_here()
    {
        using var interrupts = new Interrupts(new FakeConsole(), CancellationToken.None);
        Assert.Equal(
            CommandLines.Select(static row => ("kadeploy " + row.Data).Trim()).Order(StringComparer.Ordinal),
            All(Root(interrupts)).Select(static command => command.FullName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public async Task A_manual_has_all_sections_in_their_order_and_describes_every_option(string commandLine)
    {
        var text = await HelpAsync(commandLine, 80);
        var headings = text.Split('\n').Where(static line => line.Length > 0 && line[0] != ' ').Where(Sections.Contains);
        Assert.Equal(Sections, headings);
        using var interrupts = new Interrupts(new FakeConsole(), CancellationToken.None);
        var command = All(Root(interrupts)).Single(command => command.FullName == ("kadeploy " + commandLine).Trim());
        foreach (var option in ManualWriter.Options(command))
        {
            Assert.True(option.Description is { Length: > 10 } description && description.EndsWith('.'), $"{option.Name} is not described");
            Assert.Contains($"{option.Name}", text, StringComparison.Ordinal);
        }

        foreach (var argument in command.Arguments)
            Assert.True(argument.Description is { Length: > 10 }, $"{argument.Name} is not described");
        foreach (var own in command.Options.Where(static option => !option.Recursive && option.Name is not "--version"))
            Assert.Contains(own.Aliases.Append(own.Name), name => command.Manual.Synopsis.Any(form => form.Contains(name, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public async Task Lines_fit_the_screen_except_examples_which_are_copied(string commandLine)
    {
        using var interrupts = new Interrupts(new FakeConsole(), CancellationToken.None);
        var examples = All(Root(interrupts)).SelectMany(static command => command.Manual.Examples).Select(static example => example.CommandLine).ToHashSet();
        foreach (var width in new[] { 60, 80, 200 })
            foreach (var line in (await HelpAsync(commandLine, width)).Split('\n'))
                Assert.True(line.Length <= Math.Min(width, 100) || examples.Contains(line.Trim()), line);
    }

    [Fact]
    public void Examples_are_valid_command_lines()
    {
        using var interrupts = new Interrupts(new FakeConsole(), CancellationToken.None);
        var root = Root(interrupts);
        foreach (var example in All(root).SelectMany(static command => command.Manual.Examples))
            foreach (var part in CommandsOf(example.CommandLine))
            {
                var parsed = root.Parse(part, new() { ResponseFileTokenReplacer = null });
                Assert.True(parsed.Errors.Count == 0, $"{part}: {string.Join(' ', parsed.Errors.Select(static error => error.Message))}");
            }
    }

    [Fact]
    public void Commands_under_see_also_exist()
    {
        using var interrupts = new Interrupts(new FakeConsole(), CancellationToken.None);
        var commands = All(Root(interrupts)).ToList();
        var names = commands.Select(static command => command.FullName).ToHashSet();
        Assert.All(commands.SelectMany(static command => command.Manual.SeeAlso), name => Assert.Contains(name, names));
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--help")]
    public async Task Help_needs_no_required_options(string option)
    {
        var console = new FakeConsole();
        var exitCode = await KadeployCommand.RunAsync(["simulate", option], console, new FakeEngines(), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Contains("kadeploy simulate - deploy a simulated cluster", console.OutputText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_synopsis_breaks_only_between_options()
    {
        var text = await HelpAsync("simulate", 80);
        Assert.Contains(
            """
            SYNOPSIS
                kadeploy simulate --nodes N [--seed S] [--latency none|realistic]
                        [--fault-rate P] [--faults LIST] [--force-steps STEPS]
                        [--breakpoint MACRO[:MICRO]] [--state DIR] [--json] [--no-color]

            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_exit_code_is_explained()
    {
        var text = await HelpAsync("", 80);
        Assert.Equal(Enum.GetValues<ExitCode>().Order(), ExitCodes.Table.Select(static row => row.Code).Order());
        Assert.Contains("    130  Interrupted", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var console = new FakeConsole();
        Assert.Equal(ExitCode.Ok, await KadeployCommand.RunAsync(["--version"], console, new FakeEngines(), TestContext.Current.CancellationToken));
        Assert.Matches(@"^kadeploy \d+\.\d+\.\d+\S*\n$", console.OutputText.ToString());
    }

    private static async Task<string> HelpAsync(string commandLine, int width)
    {
        var console = new FakeConsole { Width = width };
        string[] args = [.. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
        Assert.Equal(ExitCode.Ok, await KadeployCommand.RunAsync(args, console, new FakeEngines(), TestContext.Current.CancellationToken));
        Assert.Empty(console.ErrorText.ToString());
        return console.OutputText.ToString();
    }

    private static Kadeploy.Cli.Commands.RootCommand Root(Interrupts interrupts) => new(new(new FakeConsole(), new FakeEngines(), interrupts, new()));

    private static IEnumerable<CliCommand> All(CliCommand command) =>
        command.Subcommands.Cast<CliCommand>().SelectMany(All).Prepend(command);

    /// <summary>Splits an example at pipes outside quotes and gives the parts that call kadeploy, without its name.</summary>
    private static IEnumerable<string> CommandsOf(string example)
    {
        var quote = '\0';
        var start = 0;
        for (var i = 0; i <= example.Length; i++)
        {
            var c = i < example.Length ? example[i] : '|';
            if (c is '"' or '\'' && (quote == '\0' || quote == c)) quote = quote == '\0' ? c : '\0';
            if (c != '|' || quote != '\0') continue;
            var part = example[start..i].Trim();
            start = i + 1;
            if (part.StartsWith("kadeploy ", StringComparison.Ordinal)) yield return part["kadeploy ".Length..];
        }
    }
}
