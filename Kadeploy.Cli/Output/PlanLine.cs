using System.Text.Json.Serialization;

namespace Kadeploy.Cli.Output;

/// <summary>A plan, for programs.</summary>
/// <param name="Clusters">What is done on each cluster.</param>
internal sealed record PlanLine(IReadOnlyList<PlanLine.ClusterPart> Clusters)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "plan";

    /// <summary>Writes a plan as a line.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The line.</returns>
    public static PlanLine Of(OperationPlan plan) => new([.. plan.Clusters.Select(static cluster => new ClusterPart(
        cluster.Cluster.Name,
        NodeNames.Fold(cluster.Nodes.Select(static node => node.Name)),
        [.. cluster.MacroSteps.SelectMany(static macroStep => macroStep.Instances.Select(instance => new InstancePart(
            macroStep.MacroStep.ToString(),
            instance.Name.Value,
            instance.Retries,
            instance.Timeout.Text,
            [.. instance.MicroSteps.Select(static step => step.Step.MicroStep.Value)],
            [.. instance.Bypassed.Select(static step => step.MicroStep.Value)])))]))]);

    /// <summary>What is done on a cluster.</summary>
    internal sealed record ClusterPart(string Name, string Nodes, IReadOnlyList<InstancePart> Instances);

    /// <summary>An implementation of a macro-step.</summary>
    internal sealed record InstancePart(
        string MacroStep, string Name, int Retries, string Timeout, IReadOnlyList<string> MicroSteps, IReadOnlyList<string> Bypassed);
}

/// <summary>An operation that goes on by itself.</summary>
internal sealed record DetachedLine(string Operation, string Log)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "detached";
}

/// <summary>What is configured of a cluster.</summary>
internal sealed record ClusterLine(string Name, string Nodes, int Count, IReadOnlyList<string> Missing)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "cluster";
}
