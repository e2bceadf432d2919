using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Running;
using Kadeploy.Engine.Environments;

namespace Kadeploy.Cli.Commands.Machines;

/// <summary><c>kadeploy power on</c>, <c>off</c>, <c>cycle</c> and <c>status</c>.</summary>
internal sealed class PowerActionCommand : CliCommand
{
    private readonly NodeOptions _nodes = new();
    private readonly RunOptions _run = new();

    private readonly Option<PowerLevel> _level = new("-l", "--op-level")
    {
        HelpName = "LEVEL", CustomParser = static result => OptionParsing.SnakeName<PowerLevel>(result),
        Description = "How hard the first try is: soft, hard or very_hard; when it fails, the next harder one follows. Default: soft.",
    };

    private readonly Option<string?> _breakpoint = new("--breakpoint")
    {
        HelpName = "MACRO[:MICRO]", Description = "Where nodes stop: in front of Power, the only macro-step. Default: nowhere.",
    };

    private readonly Option<string?> _customSteps = new("--custom-steps")
    {
        HelpName = "FILE", Description = "A file of operations that are added before, after or instead of the micro-step Power (docs/environments.md). Default: none.",
    };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;
    private readonly PowerAction _action;

    public PowerActionCommand(CommandContext context, PowerAction action)
        : base(action.ToString().ToLowerInvariant(), Summary(action))
    {
        (_context, _config, _action) = (context, new(context), action);
        _nodes.AddTo(this);
        if (action != PowerAction.Status) foreach (var option in new Option[] { _level, _breakpoint, _customSteps }) Options.Add(option);
        _run.AddTo(this);
        Options.Add(_config);
        Options.Add(_state);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [$"kadeploy power {Name} {NodeOptions.Synopsis} {Own}{RunOptions.Synopsis} [--config FILE] [--state DIR] [--json] [--no-color]"],
        [
            Description1,
            _action == PowerAction.Status
                ? "Nodes may be busy with an operation: it is not disturbed, and nothing that is recorded of a node changes. Each answer is written as it comes, 'NODE: on' or 'NODE: off'; "
                    + "with --json, it is the member \"power\" of the event nodeFinished."
                : "A node that already is what it is to be is left alone. The others are waited for until their controllers say so; one that is not in time is switched harder: soft asks its "
                    + "system, hard and very_hard cut the power. How long is waited is the key off_limit of the cluster's power.",
            "The operation is recorded and can be seen with 'kadeploy operations'.",
        ],
        [new($"kadeploy power {Name} -m node-[1-10]", Example)],
        ["kadeploy power", "kadeploy reboot", "kadeploy operations", "kadeploy cancel"]);

    private string Own => _action == PowerAction.Status ? "" : "[-l LEVEL] [--breakpoint MACRO[:MICRO]] [--custom-steps FILE] ";

    private string Description1 => _action switch
    {
        PowerAction.On => "Switches nodes on. They boot what their profiles and disks say; nothing waits for that.",
        PowerAction.Off => "Switches nodes off.",
        PowerAction.Cycle => "Switches nodes off, if they are on, and then on.",
        _ => "Asks the management controllers of nodes whether they are on, many at once.",
    };

    private string Example => _action switch
    {
        PowerAction.On => "Switch ten nodes on.",
        PowerAction.Off => "Let ten systems go down, and cut the power of those that do not.",
        PowerAction.Cycle => "Switch ten nodes off and on.",
        _ => "Ask ten nodes.",
    };

    private static string Summary(PowerAction action) => action switch
    {
        PowerAction.On => "switch nodes on",
        PowerAction.Off => "switch nodes off",
        PowerAction.Cycle => "switch nodes off and on",
        _ => "ask whether nodes are on",
    };

    private Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = _context.Output(arguments);
        var asks = _action == PowerAction.Status;
        var start = new OperationStart(_context, _run, _state, _config)
        {
            Quiet = asks,
            Observer = !asks ? null : happened =>
            {
                if (happened is OperationEvent.NodeFinished end) output.Power(end);
            },
        };
        var readsInput = _nodes.ReadsInput(arguments) || (!asks && arguments.GetValue(_customSteps) == "-");
        return start.RunAsync(arguments, readsInput, async _ => await RequestAsync(arguments, cancellationToken), cancellationToken);
    }

    private async Task<PowerRequest> RequestAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var texts = new InputText(_context.Console.Input);
        var problems = new List<string>();
        var request = new PowerRequest { Nodes = await _nodes.ReadAsync(arguments, texts, problems, cancellationToken), User = CommandContext.User, Action = _action };
        if (_action != PowerAction.Status)
        {
            request = request with { Level = arguments.GetValue(_level), Breakpoint = arguments.GetValue(_breakpoint) };
            if (arguments.GetValue(_customSteps) is { } file)
            {
                try
                {
                    request = request with { CustomOperations = CustomStepsReader.Read(await texts.ReadAsync("file of custom steps", file, cancellationToken), file) };
                }
                catch (ConfigurationException wrong)
                {
                    problems.AddRange(wrong.Problems);
                }
            }
        }

        return problems.Count == 0 ? request : throw new ConfigurationException([.. problems]);
    }
}
