using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>The variables that scripts of users and administrators find in their environment; the names are Kadeploy 3's.</summary>
internal static partial class ScriptVariables
{
    /// <summary>Gives the variables of an operation on a node.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>Names and values; those of environment and partition only where the operation has such.</returns>
    public static ImmutableDictionary<string, string> Of(StepContext context)
    {
        var cluster = context.Cluster;
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        variables["KADEPLOY_CLUSTER"] = cluster.Name;
        variables["KADEPLOY_SWAP_PART_NUM"] = Number(cluster.SwapPartition, "none");
        variables["KADEPLOY_PROD_PART_NUM"] = Number(cluster.ProductionPartition, "");
        variables["KADEPLOY_TMP_PART_NUM"] = Number(cluster.TemporaryPartition, "");
        variables["KADEPLOY_ENV_EXTRACTION_DIR"] = NodePaths.ExtractionDirectory;
        variables["KADEPLOY_PREPOST_EXTRACTION_DIR"] = NodePaths.ArchiveDirectory;
        variables["KADEPLOY_TMP_DIR"] = NodePaths.TemporaryDirectory;
        if (context is BootContext { Target: var target })
        {
            variables["KADEPLOY_DEPLOY_PART"] = target.Device;
            variables["KADEPLOY_BLOCK_DEVICE"] = target.Disk;
            variables["KADEPLOY_DEPLOY_PART_NUM"] = Number(target.Partition, "");
        }

        if (EnvironmentOf(context) is { } environment)
        {
            var boot = environment.Boot.On(cluster.Architecture);
            variables["KADEPLOY_ENV"] = environment.Name;
            variables["KADEPLOY_ENV_KERNEL"] = boot.Kernel ?? "";
            variables["KADEPLOY_ENV_INITRD"] = boot.Initrd ?? "";
            variables["KADEPLOY_ENV_KERNEL_PARAMS"] = KernelParameters(environment, cluster);
            variables["KADEPLOY_OS_KIND"] = environment.OperatingSystem.ToString().ToLowerInvariant();
            variables["KADEPLOY_PART_TYPE"] = environment.PartitionType.ToString("x", CultureInfo.InvariantCulture);
            variables["KADEPLOY_FS_TYPE"] = environment.FileSystem ?? "";
        }

        if (context is DeploymentContext { Request.ReformatTemporary: { } type }) variables["KADEPLOY_FS_TYPE_TMP"] = type;
        return variables.ToImmutable();
    }

    /// <summary>Gives the kernel parameters of the deployed system: the cluster's, then the environment's.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The parameters, separated by spaces.</returns>
    public static string KernelParameters(KaEnvironment environment, Cluster cluster) =>
        $"{cluster.KernelParameters} {environment.Boot.On(cluster.Architecture).KernelParameters}".Trim();

    /// <summary>Puts values in the place of <c>$KADEPLOY_…</c> in a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="variables">The variables.</param>
    /// <returns>The path; a variable that does not exist stays as it is written.</returns>
    public static string Expand(string path, ImmutableDictionary<string, string> variables) =>
        Variable().Replace(path, match => variables.GetValueOrDefault(match.Value[1..], match.Value));

    private static KaEnvironment? EnvironmentOf(StepContext context) => context switch
    {
        DeploymentContext deployment => deployment.Request.Environment,
        RebootContext reboot => reboot.Request.Environment,
        _ => null,
    };

    [GeneratedRegex(@"\$KADEPLOY_[A-Z_]+", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    private static string Number(int? number, string absent) => number?.ToString(CultureInfo.InvariantCulture) ?? absent;
}
