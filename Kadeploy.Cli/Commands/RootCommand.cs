using System.CommandLine.Help;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy</c> itself: the list of its commands.</summary>
internal sealed class RootCommand : CliCommand
{
    public RootCommand(CommandContext context)
        : base("kadeploy", "install operating systems on many machines at once")
    {
        Options.Add(context.Global.Json);
        Options.Add(context.Global.NoColor);
        Options.Add(new HelpOption("--help", "-h", "-?")
        {
            Description = "Show this manual, or that of a command.",
            Action = new ManualAction(context.Console),
        });
        Options.Add(new VersionOption(context.Console));
        Subcommands.Add(new DemoCommand(context));
        Subcommands.Add(new DeployCommand(context));
        Subcommands.Add(new Machines.RebootCommand(context));
        Subcommands.Add(new Machines.PowerCommand(context));
        Subcommands.Add(new Machines.ConsoleCommand(context));
        Subcommands.Add(new SimulateCommand(context));
        Subcommands.Add(new OperationsCommand(context));
        Subcommands.Add(new ResumeCommand(context));
        Subcommands.Add(new CancelCommand(context));
        Subcommands.Add(new Environments.EnvCommand(context));
        Subcommands.Add(new Cache.CacheCommand(context));
        Subcommands.Add(new Rights.RightsCommand(context));
        Subcommands.Add(new Audit.AuditCommand(context));
        Subcommands.Add(new Statistics.StatCommand(context));
        Subcommands.Add(new ConfigCommand(context));
        Subcommands.Add(new NodesCommand(context));
        Subcommands.Add(new Clusters.ClustersCommand(context));
        Subcommands.Add(new Labs.LabCommand(context));
        Subcommands.Add(new MinirootCommand(context));
        Subcommands.Add(new LinksCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy COMMAND [ARGUMENTS] [OPTIONS]", "kadeploy COMMAND --help", "kadeploy --version"],
        [
            "Kadeploy takes nodes through a deployment: each reboots into a deployment environment, its disk is prepared, the image is "
            + "broadcast to all of them, they boot it, and each proves that it runs what was written. Nodes flow: a slow or failing one "
            + "does not hold back the others.",
            "Everything that happens is journaled in the state directory before it is done. An engine may be killed at any instant; "
            + "'kadeploy resume' takes every node up where it was.",
            "Scripts that were written for Kadeploy 3 find its commands, kadeploy3, kaenv3 and the others, by 'kadeploy links'.",
            "Results go to standard output, all else to standard error. Progress is drawn only on a terminal.",
        ],
        [
            new("kadeploy deploy -m node-[1-2] -a debian.yaml", "Install what a description names on two nodes."),
            new("kadeploy simulate --nodes 1000 --latency realistic --fault-rate 0.05",
                "Watch a thousand simulated nodes be deployed, one in twenty with a fault."),
            new("kadeploy operations", "List the latest operations."),
            new("kadeploy resume", "Take up what an interrupted or killed run left."),
        ],
        ["kadeploy demo", "kadeploy deploy", "kadeploy reboot", "kadeploy power", "kadeploy console", "kadeploy env", "kadeploy cache", "kadeploy config", "kadeploy simulate", "kadeploy operations", "kadeploy resume", "kadeploy cancel", "kadeploy rights", "kadeploy audit", "kadeploy stat", "kadeploy nodes", "kadeploy clusters", "kadeploy lab", "kadeploy miniroot", "kadeploy links"])
    {
        Variables =
        [
            ("NO_COLOR", "When set to anything, no colors are used (see https://no-color.org)."),
            ("TERM", "When 'dumb', progress is written in plain lines."),
            ("KADEPLOY_CONFIG", "The configuration, when --config does not name it."),
            ("XDG_STATE_HOME", "Where the default state directory is."),
            ("KADEPLOY_DEBUG", "When 1, an internal error is shown with its stack trace."),
        ],
    };
}
