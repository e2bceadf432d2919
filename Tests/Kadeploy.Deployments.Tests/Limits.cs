using Xunit;

// Each has a lab of its own, and a machine has few processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Kadeploy.Deployments.Tests;

/// <summary>How long tests may take before they count as hanging, in milliseconds.</summary>
internal static class Limits
{
    /// <summary>For nodes that are namespaces.</summary>
    public const int Namespaces = 180_000;

    /// <summary>For machines.</summary>
    public const int Machines = 600_000;
}
