using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Engine;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy config check</c>.</summary>
internal sealed class ConfigCheckCommand : CliCommand
{
    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public ConfigCheckCommand(CommandContext context)
        : base("check", "say what is configured, and what is wrong with it")
    {
        (_context, _config) = (context, new(context));
        Options.Add(_config);
        Options.Add(_state);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy config check [--config FILE] [--state DIR] [--json]"],
        [
            "Reads the configuration with the files that it names, and the clusters and nodes of the state directory, and lists every problem with its file, line and key; "
            + "nothing is asked of any machine. "
            + "When all is well, it shows the clusters, their nodes, and what a cluster cannot do because nothing is said about it.",
        ],
        [
            new("kadeploy config check", "Check the configuration that 'kadeploy deploy' would use."),
            new("kadeploy config check --config new/kadeploy.yml", "Check another one."),
        ],
        ["kadeploy config", "kadeploy deploy"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var site = await EngineHost.JoinSiteAsync(_config.Read(arguments), _state.Directory(arguments), cancellationToken);
        var output = _context.Output(arguments);
        foreach (var cluster in site.Clusters)
            output.Cluster(cluster.Cluster.Name, [.. cluster.Nodes.Select(static node => node.Name)], Missing(cluster));
        return ExitCode.Ok;
    }

    private static List<string> Missing(ClusterSettings cluster)
    {
        var missing = new List<string>();
        if (cluster.Power is null) missing.Add("no power: nodes cannot be rebooted from outside");
        if (cluster.NetBoot is null) missing.Add("no boot: nodes cannot be booted over the network");
        if (cluster.Console is null) missing.Add("no console: failures come without what nodes last printed");
        if (cluster.Cluster is { PartitionTable: null, PartitionScript: null }) missing.Add("no partitioning.layout and no partitioning.script: disks cannot be partitioned");
        return missing;
    }
}
