using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>What decides which micro-steps are needed.</summary>
/// <param name="Request">The request.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Instance">The implementation whose micro-steps are judged.</param>
internal sealed record BypassCase(DeploymentRequest Request, Cluster Cluster, InstanceDefinition Instance)
{
    /// <summary>Gets the image.</summary>
    public ImageReference Image => Request.Environment.Image;

    /// <summary>Gets what is written.</summary>
    public DeployTarget Target => DeployTarget.Of(Request, Cluster);

    /// <summary>Gets a value indicating whether the deployment environment can mount what is written.</summary>
    public bool FileSystemSupported => Supports(Request, Cluster);

    /// <summary>Says whether a cluster's deployment environment can mount what a request writes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>False also when the environment names no file system.</returns>
    public static bool Supports(DeploymentRequest request, Cluster cluster) =>
        request.Environment.FileSystem is { } type && cluster.SupportedFileSystems.Contains(type);
}

/// <summary>One reason for leaving micro-steps out.</summary>
/// <param name="Name">A short name, unique in the table.</param>
/// <param name="Reason">Why, in words for users.</param>
/// <param name="Steps">The micro-steps that are left out.</param>
/// <param name="Applies">When.</param>
internal sealed record BypassRule(string Name, string Reason, ImmutableArray<MicroStepName> Steps, Func<BypassCase, bool> Applies)
{
    /// <summary>Gets the macro-step to whose implementations the rule is confined; null for all.</summary>
    public MacroStep? Only { get; init; }
}
