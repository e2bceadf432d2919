using System.CommandLine;
using System.Globalization;
using System.Runtime.Versioning;
using Kadeploy.Cli.Errors;
using Kadeploy.Cli.Help;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab run</c>.</summary>
internal sealed class LabRunCommand : LinuxCommand
{
    private readonly Argument<string[]> _command = new(UsageReport.CommandToRun)
    {
        Description = "The command that runs in the lab, with its arguments; write '--' before it.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly LabMakingOptions _making = new();
    private readonly LabSelection _lab = new();

    public LabRunCommand(CommandContext context)
        : base(context, "run", "run a command in a lab that ends with it")
    {
        Arguments.Add(_command);
        _making.AddTo(this);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        [$"kadeploy lab run {LabMakingOptions.Synopsis} -- COMMAND..."],
        [
            "Starts a lab, runs a command where its nodes and BMCs answer, and removes the lab. Nodes are off at first. The exit code is the command's. "
            + "When this is killed, even by SIGKILL, the lab and the command end with it.",
            "The command finds the lab in its environment: KADEPLOY_LAB_INVENTORY names a JSON file with everything; KADEPLOY_LAB_NODES, _ADDRESSES, "
            + "_MACS and _BMC_ADDRESSES list nodes, parted by spaces; KADEPLOY_LAB_BMC_USER and _BMC_PASSWORD_FILE, _SSH_KEY, _PROFILES, _BOOT_FILES, "
            + "_BOOT_URL, _SERVER and _TIMEOUT_FACTOR tell the rest. Other 'kadeploy lab' commands reach this lab from inside it.",
        ],
        [
            new("kadeploy lab run -n 8 -k namespace -- bash", "A shell in a lab of eight nodes."),
            new("kadeploy lab run -n 2 --kernel vmlinuz --initrd initrd.img -- ./test", "Two machines that boot a kernel over the network."),
        ],
        ["kadeploy lab up", "kadeploy lab power", "kadeploy lab ssh"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        VirtualLab.Prune(_lab.Parent(arguments));
        var name = VirtualLab.RunPrefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var lab = await VirtualLab.StartAsync(
            _lab.Folder(arguments, name), _making.Read(arguments), OwnCommandLine.Get("lab", "supervise"), tethered: true, TimeProvider.System, cancellationToken);
        try
        {
            return await LabSelection.RunAsync(lab.Enter(arguments.GetValue(_command)!), Context, cancellationToken);
        }
        finally
        {
            await lab.StopAsync(TimeProvider.System);
        }
    }
}
