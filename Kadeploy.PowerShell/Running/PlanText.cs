using System.Globalization;
using System.Text;
using Kadeploy.Progress;

namespace Kadeploy.PowerShell.Running;

/// <summary>Writes plans for people: for <c>-WhatIf</c> what will be done, for <c>-Confirm</c> what it costs.</summary>
internal static class PlanText
{
    private const int MostNames = 120;

    /// <summary>Writes the whole plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Several lines.</returns>
    public static string Of(OperationPlan plan)
    {
        var text = new StringBuilder(Question(plan));
        foreach (var cluster in plan.Clusters)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  {cluster.Cluster.Name}: {Nodes(cluster.Nodes.Length)}, {Names(cluster.Nodes)}");
            if (plan.Request is DeploymentRequest deployment) text.Append(", ").Append(Disk(deployment, cluster.Cluster));
            foreach (var macroStep in cluster.MacroSteps)
            {
                for (var i = 0; i < macroStep.Instances.Length; i++) Append(text, macroStep.Instances[i], i == 0 ? "" : "if that fails: ");
            }
        }

        return text.ToString();
    }

    /// <summary>Says what is asked, on one line.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The number of nodes and their names; of a deployment also the environment and the disks, of a reboot or a switch how hard it begins.</returns>
    public static string Question(OperationPlan plan)
    {
        var (nodes, names) = (Nodes(plan.NodeCount), Names(plan.Clusters.SelectMany(static part => part.Nodes)));
        return plan.Request switch
        {
            RebootRequest reboot => Strings.AskReboot(nodes, names, Into(reboot), reboot.Level),
            PowerRequest { Action: PowerAction.Status } => Strings.AskPowerStatus(nodes, names),
            PowerRequest power => Strings.AskPower(nodes, names, power.Action, power.Level),
            ConsoleRequest => Strings.AskConsole(names),
            DeploymentRequest deployment => Strings.AskDeploy(
                deployment.Environment.ToString(), nodes, names,
                string.Join("; ", plan.Clusters.Select(part => Disk(deployment, part.Cluster)).Distinct(StringComparer.Ordinal))),
            _ => throw new NotSupportedException($"an operation of kind {plan.Kind}"),
        };
    }

    private static string Into(RebootRequest reboot) => reboot switch
    {
        { Into: RebootKind.Simple } => "what their boot profiles say",
        { Into: RebootKind.SetPxe } => "a boot profile of yours",
        { Into: RebootKind.DeployEnv } => "the deployment environment",
        _ => string.Create(CultureInfo.InvariantCulture, $"{reboot.Environment} on partition {reboot.Partition}"),
    };

    /// <summary>Words a number of nodes.</summary>
    /// <param name="count">The number.</param>
    /// <returns>For example <c>1 node</c>.</returns>
    public static string Nodes(int count) => Figures.Nodes(count);

    /// <summary>Names the disk by what does not change when disks are found in another order, where that is known.</summary>
    private static string Disk(DeploymentRequest request, Cluster cluster)
    {
        var rule = request.BlockDevice is null ? cluster.DiskRule : null;
        var disk = rule switch
        {
            { Serial: { } serial } => $"the disk with serial number {serial}",
            { Wwn: { } wwn } => $"the disk with WWN {wwn}",
            { Model: { } model } => $"the disk of model {model}",
            not null => "the disk that the cluster's rule finds",
            null => $"disk {request.BlockDevice ?? cluster.BlockDevice}",
        };
        var partition = request.Partition ?? (request.BlockDevice is null ? cluster.DeployPartition : (int?)null);
        return partition is null ? $"the whole of {disk}"
            : request.DisableDiskPartitioning ? string.Create(CultureInfo.InvariantCulture, $"partition {partition} of {disk}")
            : string.Create(CultureInfo.InvariantCulture, $"{disk} (partitioned anew, deployed to partition {partition})");
    }

    private static string Names(IEnumerable<Node> nodes)
    {
        var names = NodeSet.From(nodes.Select(static node => node.Name)).Fold();
        return names.Length <= MostNames ? names : names[..MostNames] + "…";
    }

    private static void Append(StringBuilder text, InstancePlan instance, string otherwise)
    {
        text.AppendLine().Append("    ").Append(otherwise).Append(instance.Name.Value);
        if (instance.Timeout.Text != "0") text.Append(", at most ").Append(instance.Timeout.Text).Append(" s");
        if (instance.Retries > 0) text.Append(CultureInfo.InvariantCulture, $", up to {instance.Retries + 1} times");
        text.Append(": ").AppendJoin(", ", instance.MicroSteps.Select(static step => step.Breakpoint ? $"(stop) {step.Step.MicroStep}" : step.Step.MicroStep.Value));
        if (instance.Breakpoint) text.Append(" (nodes stop before it)");
    }
}
