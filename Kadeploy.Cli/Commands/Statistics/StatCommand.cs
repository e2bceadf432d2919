using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat</c>: what became of nodes in all operations so far.</summary>
internal sealed class StatCommand : CliCommand
{
    public StatCommand(CommandContext context)
        : base("stat", "show what became of nodes: failures, durations, suspects")
    {
        Subcommands.Add(new StatLogCommand(context));
        Subcommands.Add(new StatRatesCommand(context));
        Subcommands.Add(new StatStepsCommand(context));
        Subcommands.Add(new StatNodesCommand(context));
        Subcommands.Add(new StatCompareCommand(context));
        Subcommands.Add(new StatSuspectsCommand(context));
        Subcommands.Add(new StatEtaCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy stat log|rates|steps|nodes|compare|suspects|eta [OPTIONS]"],
        [
            "Every node leaves a row in the log when it ends in an operation: how it ended, what it took, how often it was tried again. These commands read it; they start "
            + "no engine, need no configuration, and may run while operations do.",
            "Rates count nodes that ended well or failed; those that were stopped at a breakpoint, cancelled, or busy elsewhere say nothing about a machine and are in no rate. "
            + "Operations on simulated nodes are left out, unless --simulated asks for them and for nothing else.",
            "docs/statistics.md tells how figures are worked out and how exact they are.",
        ],
        [
            new("kadeploy stat log --from 7d", "What happened in the last seven days."),
            new("kadeploy stat rates --from 30d --min 0.1 --chart", "Nodes of which one deployment in ten or more failed, as bars."),
            new("kadeploy stat steps --step WaitReboot --chart", "How long boots take, as a histogram."),
            new("kadeploy stat compare --before 14d..7d --after 7d..now", "What has changed since last week."),
            new("kadeploy stat suspects", "Nodes that somebody should look at."),
        ],
        ["kadeploy stat log", "kadeploy stat rates", "kadeploy stat steps", "kadeploy stat nodes", "kadeploy stat compare", "kadeploy stat suspects", "kadeploy stat eta", "kadeploy operations"]);
}
