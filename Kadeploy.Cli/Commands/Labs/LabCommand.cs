using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab</c>: virtual nodes.</summary>
internal sealed class LabCommand : CliCommand
{
    public LabCommand(CommandContext context)
        : base("lab", "run virtual nodes with firmware, BMC and network boot")
    {
        Subcommands.Add(new LabInstallCommand(context));
        Subcommands.Add(new LabRunCommand(context));
        Subcommands.Add(new LabUpCommand(context));
        Subcommands.Add(new LabDownCommand(context));
        Subcommands.Add(new LabStatusCommand(context));
        Subcommands.Add(new LabPowerCommand(context));
        Subcommands.Add(new LabSshCommand(context));
        Subcommands.Add(new LabConsoleCommand(context));
        Subcommands.Add(new LabExecCommand(context));
        Subcommands.Add(new LabFaultCommand(context));
        Subcommands.Add(new LabSuperviseCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy lab COMMAND [ARGUMENTS] [OPTIONS]"],
        [
            "A lab is a cluster on one Linux machine: nodes that have a BMC which speaks IPMI over LAN, that boot over the network by DHCP and "
            + "TFTP, and that answer ssh. Nodes are QEMU machines with real firmware, a disk and a serial console, or, for hundreds at once, network "
            + "namespaces without kernel and disk of their own; from outside they look the same.",
            "Everything is in network, PID and mount namespaces of its own. Nothing is configured on the machine's own interfaces, any number of labs "
            + "run side by side, and when a lab's first process ends, for whatever reason, the kernel removes all of it.",
        ],
        [
            new("kadeploy lab install --kind namespace", "Install the Debian packages that labs of namespace nodes need."),
            new("kadeploy lab run -n 8 -k namespace -- bash", "A shell in a lab of eight nodes, which ends with the shell."),
            new("kadeploy lab up -n 2", "Start a lab of two machines, which goes on until 'kadeploy lab down'."),
        ],
        ["kadeploy lab install", "kadeploy lab run", "kadeploy lab up", "kadeploy lab exec"]);
}
