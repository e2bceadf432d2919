using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab fault</c>.</summary>
internal sealed class LabFaultCommand : LinuxCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "The node, such as node-1." };

    private readonly Argument<string> _fault = new("FAULT")
    {
        Description = "'no-boot': the machine does nothing from its next start on; 'bmc-hang': its BMC answers nothing; 'none': all is well again.",
    };

    private readonly LabSelection _lab = new();

    public LabFaultCommand(CommandContext context)
        : base(context, "fault", "make a node fail, to see what a deployment makes of it")
    {
        _fault.AcceptOnlyFromAmong("none", "no-boot", "bmc-hang");
        Arguments.Add(_node);
        Arguments.Add(_fault);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab fault NODE none|no-boot|bmc-hang [--lab NAME] [--state DIR]"],
        [
            "Makes a node of a lab fail as machines do. Other failures need no help: switch a node off with 'kadeploy lab power', remove a file below "
            + "$KADEPLOY_LAB_BOOT_FILES, or write a wrong password into $KADEPLOY_LAB_BMC_PASSWORD_FILE.",
        ],
        [new("kadeploy lab fault node-1 bmc-hang", "Let its BMC hang."), new("kadeploy lab fault node-1 none", "Mend it.")],
        ["kadeploy lab power", "kadeploy lab"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = _lab.Open(arguments, Context);
        var fault = arguments.GetValue(_fault) switch { "no-boot" => LabFault.NoBoot, "bmc-hang" => LabFault.BmcHang, _ => LabFault.None };
        await lab.InjectAsync(lab.Inventory.Find(arguments.GetValue(_node)!), fault, cancellationToken);
        return ExitCode.Ok;
    }
}
