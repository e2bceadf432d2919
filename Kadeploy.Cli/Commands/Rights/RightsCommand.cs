using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Rights;

/// <summary><c>kadeploy rights</c>: who may work on which nodes.</summary>
internal sealed class RightsCommand : CliCommand
{
    public RightsCommand(CommandContext context)
        : base("rights", "say who may work on which nodes, and when")
    {
        Subcommands.Add(new RightsGrantCommand(context));
        Subcommands.Add(new RightsRevokeCommand(context));
        Subcommands.Add(new RightsListCommand(context));
        Subcommands.Add(new RightsTestCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy rights grant|revoke|list|test [OPTIONS]"],
        [
            "A right lets a user, or a group of the configuration written @GROUP, deploy nodes, reboot them, switch them and see their consoles: nodes one by one, the nodes "
            + "of a cluster (cluster:NAME) or all ('*'), for all time or a part of it. For a deployment it also says which disk or partition may be written, by its exact path. Whoever has no right "
            + "on a node does nothing there; administrators need none. It is asked for when an operation is planned, when it starts, and again at each macro-step on each node.",
            "docs/rights.md tells all rules, and docs/schedulers/ has scripts for Slurm and OAR.",
        ],
        [
            new("kadeploy rights grant -u alice -m node-[1-4] --for 2h", "Give four nodes to a user for two hours."),
            new("kadeploy rights list", "Show all rights."),
        ],
        ["kadeploy rights grant", "kadeploy rights revoke", "kadeploy rights list", "kadeploy rights test", "kadeploy audit"]);
}
