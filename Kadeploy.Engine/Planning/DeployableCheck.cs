namespace Kadeploy.Engine.Planning;

/// <summary>Refuses environments that can be described, but not be deployed yet: to leave out of account what they ask for would deploy something else.</summary>
internal static class DeployableCheck
{
    /// <summary>Says what keeps an environment from being deployed on clusters.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="clusters">The clusters.</param>
    /// <returns>Every problem.</returns>
    public static IEnumerable<string> Problems(KaEnvironment environment, IEnumerable<Cluster> clusters)
    {
        var name = $"environment '{Quoted.Text(environment.Name)}'";
        if (environment.OperatingSystem == OperatingSystemKind.Xen || environment.Boot.Hypervisor is not null || environment.Boot.HypervisorParameters.Length > 0)
            yield return $"{name} needs a hypervisor (os: xen, boot.hypervisor), which cannot be deployed yet: it would not be started";
        if (environment.Multipart || !environment.Partitions.IsDefaultOrEmpty)
            yield return $"{name} fills several partitions (multipart, options.partitions), which cannot be deployed yet";
        if (environment.Architecture is not { } architecture) yield break;
        foreach (var cluster in clusters)
            if (cluster.Architecture is { } own && own != architecture && environment.Boot.Architectures.All(other => other.Architecture != own))
                yield return $"{name} is for {architecture}, but cluster {cluster.Name} is of {own}; choose another environment, or other nodes";
    }
}
