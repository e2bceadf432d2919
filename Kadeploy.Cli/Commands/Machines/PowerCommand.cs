using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Machines;

/// <summary><c>kadeploy power</c>: the list of what can be done with power.</summary>
internal sealed class PowerCommand : CliCommand
{
    public PowerCommand(CommandContext context)
        : base("power", "switch nodes on or off, or ask")
    {
        foreach (var action in new[] { PowerAction.On, PowerAction.Off, PowerAction.Cycle, PowerAction.Status }) Subcommands.Add(new PowerActionCommand(context, action));
    }

    public override ManualPage Manual => new(
        ["kadeploy power on|off|cycle|status [OPTIONS]"],
        ["Switches machines through their management controllers, or asks them. Nothing is done to what runs on them beyond that."],
        [
            new("kadeploy power status -m node-[1-100]", "Ask a hundred controllers at once."),
            new("kadeploy power off -m node-[1-10] -l hard", "Cut the power of ten nodes."),
        ],
        ["kadeploy power on", "kadeploy power off", "kadeploy power cycle", "kadeploy power status", "kadeploy reboot"]);
}
