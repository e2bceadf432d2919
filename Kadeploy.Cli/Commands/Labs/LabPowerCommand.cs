using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary>What a BMC can be asked to do with its node.</summary>
internal enum LabPowerAction
{
    /// <summary>Say whether it is on.</summary>
    Status,

    /// <summary>Switch it on.</summary>
    On,

    /// <summary>Switch it off at once.</summary>
    Off,

    /// <summary>Off, then on.</summary>
    Cycle,

    /// <summary>Restart it at once.</summary>
    Reset,

    /// <summary>Press the power button.</summary>
    Soft,
}

/// <summary><c>kadeploy lab power</c>.</summary>
internal sealed class LabPowerCommand : LinuxCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "The node, such as node-1." };

    private readonly Argument<LabPowerAction> _action = new("ACTION")
    {
        Description = "One of status, on, off, cycle, reset and soft (the power button).",
        CustomParser = static result => OptionParsing.Name<LabPowerAction>(result),
    };

    private readonly LabSelection _lab = new();

    public LabPowerCommand(CommandContext context)
        : base(context, "power", "ask a node's BMC")
    {
        Arguments.Add(_node);
        Arguments.Add(_action);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab power NODE status|on|off|cycle|reset|soft [--lab NAME] [--state DIR]"],
        ["Asks the BMC of a node by ipmitool, over the lab's network, as a deployment does. The exit code is ipmitool's."],
        [new("kadeploy lab power node-1 on", "Switch a node on.")],
        ["kadeploy lab status", "kadeploy lab console"]);

    [SupportedOSPlatform("linux")]
    protected override Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = _lab.Open(arguments, Context);
        string[] request = ["chassis", "power", arguments.GetValue(_action).ToString().ToLowerInvariant()];
        return LabSelection.RunAsync(lab.Ipmi(lab.Inventory.Find(arguments.GetValue(_node)!), request), Context, cancellationToken);
    }
}
