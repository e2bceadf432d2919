using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Commands.Machines;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kareboot3</c>: reboots.</summary>
internal sealed class Kareboot3Command : CompatibleCommand
{
    private readonly RebootOptions _what = new();
    private readonly List<Option> _same;
    private readonly WorkflowOptions _run = new();

    public Kareboot3Command(CommandContext context)
        : base(context, "kareboot3", "reboot nodes, with the options of Kadeploy 3")
    {
        var others = Options.Count;
        _what.AddTo(this);
        _same = [.. Options.Skip(others)];
        _run.AddTo(this, Idle);
        Idle(new Option<bool>("--secure", "--no-secure") { Description = "Without effect: what goes to nodes is compared with digests." }, null);
    }

    public override ManualPage Manual => new(
        [$"kareboot3 {RebootOptions.Synopsis} {WorkflowOptions.Synopsis} [--secure] {GenericSynopsis}"],
        [
            "Does what 'kadeploy reboot' does, with the options and the words of Kadeploy 3, for scripts that were written for it. Options may be abbreviated word by word.",
            "The exit code is that of 'kadeploy reboot': it is not 0 when nodes fail. docs/from-kadeploy3.md lists all differences.",
        ],
        [
            new("kareboot3 -f nodes.txt -l hard", "Reset nodes."),
            new("kareboot3 -m node-1 -r deploy_env -k", "Take a node into the deployment environment."),
        ],
        ["kadeploy reboot", "kadeploy3", "kapower3"]);

    protected override Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken) => CarryOutAsync(
        _run.AddTo(arguments, Own(arguments, "reboot").With(arguments, _same)), _run.Shown(arguments, Context, new("Reboot operation", "reboot operation", "reboot")), cancellationToken);
}
