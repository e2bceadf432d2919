using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Finds the disk that is meant on this node, and refuses one that is absent, too small or in use; nothing is written before.</summary>
internal sealed class FindDisk() : CommandStep<DeploymentContext>(FaultCodes.Disk)
{
    /// <summary>For how many seconds a controller that is still looking for its disks is waited for.</summary>
    private const int Patience = 15;

    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context) => [Program(context, NodePrograms.FindDisk, [.. Arguments(context)])];

    /// <inheritdoc/>
    protected override NodeFacts? Learn(DeploymentContext context, CommandResult result) => new()
    {
        Disk = Value(result, "disk")
            ?? throw new OperationFailedException(Fault, $"node {context.Node.Name}: the program that finds the disk named none") { Evidence = result.LastLines },
        DiskSerial = Value(result, "serial"),
        DiskWwn = Value(result, "wwn"),
        DiskBytes = long.TryParse(Value(result, "bytes"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null,
    };

    private static List<string> Arguments(DeploymentContext context)
    {
        var (request, cluster) = (context.Request, context.Cluster);
        var arguments = new List<string>();
        if (request.BlockDevice is null && (context.Node.DiskRule ?? cluster.DiskRule) is { } rule) AddRule(arguments, rule);
        else Add("--path", request.BlockDevice ?? cluster.BlockDevice);
        if (DeployTarget.Of(request, cluster).Partition is { } number && LeavesTableAlone(context)) Add("--partition", Text(number));
        else if (cluster is { PartitionTable: { } table, PartitionScript: null } && !LeavesTableAlone(context)) Add("--need", Text(PartitionPlan.Bytes(table)));

        // What an earlier attempt of this deployment mounted is no use by others.
        Add("--ours", NodePaths.ExtractionDirectory);
        // In the production system that directory is everybody's.
        if (!IsProduction(context)) Add("--ours", NodePaths.TemporaryDirectory);
        Add("--wait", Text(Patience));
        return arguments;

        void Add(string name, string value) => arguments.AddRange([name, value]);
    }

    private static void AddRule(List<string> arguments, DiskRule rule)
    {
        Add("--serial", rule.Serial);
        Add("--wwn", rule.Wwn);
        Add("--model", rule.Model);
        Add("--at-least", rule.AtLeast is { } least ? Text(least) : null);
        Add("--at-most", rule.AtMost is { } most ? Text(most) : null);
        if (rule.Smallest) arguments.Add("--smallest");

        void Add(string name, string? value)
        {
            if (value is not null) arguments.AddRange([name, value]);
        }
    }

    /// <summary>Says whether only the deployment partition is written, and the rest of the disk may be in use.</summary>
    private static bool LeavesTableAlone(DeploymentContext context) =>
        DeployTarget.Of(context.Request, context.Cluster).Partition is not null
        && (IsProduction(context)
            || (context.Request.DisableDiskPartitioning && context.Step.Step.Instance != new InstanceName("SetDeploymentEnvUntrustedCustomPreInstall")));

    private static bool IsProduction(DeploymentContext context) => context.Step.Step.Instance == new InstanceName("SetDeploymentEnvProd");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
