using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Running;

namespace Kadeploy.Cli.Commands.Machines;

/// <summary><c>kadeploy reboot</c>.</summary>
internal sealed class RebootCommand : CliCommand
{
    private readonly RebootOptions _what = new();
    private readonly RunOptions _run = new();
    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public RebootCommand(CommandContext context)
        : base("reboot", "reboot nodes")
    {
        (_context, _config) = (context, new(context));
        _what.AddTo(this);
        _run.AddTo(this);
        Options.Add(_config);
        Options.Add(_state);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [$"kadeploy reboot {RebootOptions.Synopsis} {RunOptions.Synopsis} [--config FILE] [--state DIR] [--json] [--no-color]"],
        [
            "Reboots nodes through their management controllers and waits until each is up again. A node that does not follow is rebooted harder: soft asks its system, hard resets it, "
            + "very_hard cuts its power. A node is up when another boot of a system is seen there; of a system that does not let this server in, it is enough that it was silent and answers again.",
            "simple changes nothing but that. set_pxe writes a boot profile of yours, in the language of the cluster's boot program. deploy_env ends in the deployment environment. "
            + "recorded_env boots what is on a partition, and checks that its root is there.",
            "The nodes belong to the operation until it ends, as in a deployment; it may be interrupted or killed, and 'kadeploy resume' goes on. With --json, standard output receives every event "
            + "and at last the line {\"kind\":\"summary\",...} that 'kadeploy simulate --help' describes.",
        ],
        [
            new("kadeploy reboot -m node-[1-10]", "Reboot ten nodes."),
            new("kadeploy reboot -m node-1 -r deploy_env -k", "Take a node into the deployment environment and let your keys log in."),
            new("kadeploy reboot -m node-[1-2] -r recorded_env -e debian13 -p 3 -l hard", "Boot the system on partition 3, by a reset."),
            new("kadeploy reboot -m node-1 -r set_pxe -w rescue.ipxe -x vmlinuz,initrd.img", "Boot kernel and initrd of your own."),
            new("kadeploy reboot -m node-[1-10] --check-destructive", "Refuse if what was deployed there must not be rebooted."),
        ],
        ["kadeploy power", "kadeploy deploy", "kadeploy resume", "kadeploy operations", "kadeploy cancel"]);

    private Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken) => new OperationStart(_context, _run, _state, _config).RunAsync(
        arguments, _what.ReadsInput(arguments), async find => await _what.RequestAsync(arguments, _context.Console.Input, find, cancellationToken), cancellationToken);
}
