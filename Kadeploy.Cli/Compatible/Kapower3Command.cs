using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kapower3</c>: switches nodes and asks whether they are on.</summary>
internal sealed class Kapower3Command : CompatibleCommand
{
    private readonly NodeOptions _nodes = new();
    private readonly List<Option> _same;
    private readonly Option<bool> _on = new("--on") { Description = "Switch nodes on." };
    private readonly Option<bool> _off = new("--off") { Description = "Switch nodes off." };
    private readonly Option<bool> _status = new("--status") { Description = "Ask whether nodes are on." };

    private readonly Option<PowerLevel> _level = new("-l", "--op-level")
    {
        HelpName = "LEVEL", CustomParser = static result => OptionParsing.SnakeName<PowerLevel>(result), Description = "How hard the first try is: soft, hard or very_hard. Default: soft.",
    };

    private readonly Option<string?> _breakpoint = new("--breakpoint") { HelpName = "MACRO[:MICRO]", Description = "Where nodes stop. Default: nowhere." };

    private readonly Option<string?> _customSteps = new("--custom-steps") { HelpName = "FILE", Description = "A file of operations that are added to the micro-step. Default: none." };

    private readonly WorkflowOptions _run = new();

    public Kapower3Command(CommandContext context)
        : base(context, "kapower3", "switch nodes on and off, with the options of Kadeploy 3")
    {
        var others = Options.Count;
        _nodes.AddTo(this);
        _same = [.. Options.Skip(others), _level, _breakpoint, _customSteps];
        foreach (var option in new Option[] { _on, _off, _status, _level, _breakpoint, _customSteps }) Options.Add(option);
        _run.AddTo(this, Idle);
    }

    public override ManualPage Manual => new(
        [$"kapower3 {NodeOptions.Synopsis} --on|--off|--status [-l LEVEL] [--breakpoint MACRO[:MICRO]] [--custom-steps FILE] {WorkflowOptions.Synopsis} {GenericSynopsis}"],
        [
            "Does what 'kadeploy power' does, with the options and the words of Kadeploy 3, for scripts that were written for it. Options may be abbreviated word by word.",
            "The exit code is that of 'kadeploy power': it is not 0 when nodes fail. docs/from-kadeploy3.md lists all differences.",
        ],
        [new("kapower3 -f nodes.txt --off -l soft", "Let systems go down."), new("kapower3 -m node-[1-40] --status", "Ask forty nodes.")],
        ["kadeploy power", "kareboot3"]);

    protected override Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] actions = [.. new[] { _on, _off, _status }.Where(option => arguments.GetValue(option)).Select(static option => option.Name[2..])];
        if (actions is not [var action]) throw new ConfigurationException("give exactly one of --on, --off and --status");
        if (action == "status" && arguments.GetResult(_level) is { Implicit: false }) throw new ConfigurationException("-l is how hard nodes are switched, and --status switches none; leave it out");
        return CarryOutAsync(
            _run.AddTo(arguments, Own(arguments, "power", action).With(arguments, _same)), _run.Shown(arguments, Context, new("Power operation", "power operation", "power")), cancellationToken);
    }
}
