using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.NetBoot;
using Kadeploy.Engine.Drivers.Refusing;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Makes the boot drivers of clusters.</summary>
internal static class SiteNetBoot
{
    /// <summary>Makes a cluster's for one operation.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="environment">What is deployed, or what is booted from the disk; null when nothing is.</param>
    /// <param name="files">Where the image comes from.</param>
    /// <param name="kernelArguments">Gives what the deployment environment finds on its kernel command line to call home.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The driver; one that refuses when the settings do not fit the machine.</returns>
    public static INetBoot Of(ClusterSettings cluster, KaEnvironment? environment, IFileSource files, Func<Node, string> kernelArguments, TimeProvider time)
    {
        var name = cluster.Cluster.Name;
        if (environment is not null) environment = environment with { Boot = environment.Boot.On(cluster.Cluster.Architecture) };
        if (cluster.NetBoot is null)
            return new RefusingNetBoot($"no boot repository is configured for cluster '{name}': what its nodes boot cannot be chosen");
        try
        {
            var options = cluster.NetBoot with { NodeParameters = (node, _) => kernelArguments(node), Deployed = Deployed(cluster, environment) };
            var profiles = new ProfileNetBoot(options)
            {
                UserFiles = options.UserFiles is { } folder ? new(options.Dhcp, folder, files, time) : null,
            };
            var program = options.Network ?? options.Dhcp;
            // GRUB reads the deployed kernel from the disk; the others get it from here.
            if (!cluster.Cluster.BootsDiskOverNetwork || environment is null || program.Method == NetBootMethod.Grub || !DeployedKernels.Has(environment)) return profiles;
            return program.Method == NetBootMethod.Ipxe && KernelWords.IpxeProblem(ScriptVariables.KernelParameters(environment, cluster.Cluster)) is { } problem
                ? new RefusingNetBoot($"environment '{Quoted.Text(environment.Name)}' on cluster '{name}': {problem}")
                : new DeployedKernelBoot(profiles, new DeployedKernels(program.Repository, files, time), environment, cluster.Cluster);
        }
        catch (ConfigurationException wrong)
        {
            return new RefusingNetBoot($"cluster '{name}': {string.Join("; ", wrong.Problems)}");
        }
    }

    private static DeployedSystem? Deployed(ClusterSettings cluster, KaEnvironment? environment)
    {
        if (environment?.Boot.Kernel is not { } kernel || environment.OperatingSystem != OperatingSystemKind.Linux) return cluster.NetBoot!.Deployed;
        return new(OperatingSystemKind.Linux, kernel, environment.Boot.Initrd, ScriptVariables.KernelParameters(environment, cluster.Cluster));
    }
}
