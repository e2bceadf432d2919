using System.Collections.Immutable;
using System.Runtime.Versioning;
using Kadeploy.Lab;
using Kadeploy.Miniroot;
using Kadeploy.Miniroot.Overlays;
using Kadeploy.Miniroot.Sample;
using Kadeploy.Miniroot.Tools;

namespace Kadeploy.Cli.Demo;

/// <summary>What a demonstration deploys with: the deployment environment, the site's overlay with the agent, and a small system.</summary>
/// <param name="Kernel">The deployment environment's kernel.</param>
/// <param name="Initrds">Its initial memory images.</param>
/// <param name="Description">The description of the system to deploy.</param>
/// <param name="Agent">The agent's executable, for installed systems.</param>
[SupportedOSPlatform("linux")]
internal sealed record DemoFiles(string Kernel, ImmutableArray<string> Initrds, string Description, string Agent)
{
    /// <summary>Gets where files are kept for the next time.</summary>
    public static string Cache => Path.GetDirectoryName(MinirootOptions.DefaultCache)!;

    /// <summary>Installs and builds all that is needed and not there yet.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <param name="say">Is told what takes time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ConfigurationException">Something is missing that cannot be installed here.</exception>
    public static async Task<DemoFiles> PrepareAsync(NodeKind kind, Action<string> say, CancellationToken cancellationToken)
    {
        ImmutableArray<string> packages = [.. Missing(kind).Distinct(StringComparer.Ordinal)];
        if (!packages.IsEmpty)
        {
            say($"installing Debian packages: {string.Join(' ', packages)}");
            await LabRequirements.InstallAsync(packages, cancellationToken);
        }

        // The agent is compiled while packages are fetched and unpacked.
        if (AgentProgram.Find() is null) say("building the agent for nodes");
        var building = AgentProgram.BuildAsync(cancellationToken);
        var options = new MinirootOptions { OutputDirectory = Path.Combine(Cache, "demo") };
        Directory.CreateDirectory(options.OutputDirectory);
        var images = await MinirootBuilder.BuildAsync(options, say, cancellationToken);
        var system = await SampleEnvironment.BuildAsync(
            options, kind == NodeKind.Vm ? SampleKind.Machine : SampleKind.Namespace, gzip: false, say, cancellationToken);
        var overlay = Path.Combine(options.OutputDirectory, "site.img");
        var agent = await building;
        OverlayImage.WriteFile([OverlayImage.Agent(agent)], overlay);
        return new(images.Kernel, [images.Initrd, overlay], system.Description, agent);
    }

    /// <summary>Gives the Debian packages that are missing.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <returns>Their names; some may come twice.</returns>
    public static IEnumerable<string> Missing(NodeKind kind)
    {
        foreach (var package in LabRequirements.MissingPackages(kind)) yield return package;
        foreach (var package in Requirements.MissingPackages()) yield return package;
        if (AgentProgram.Find() is not null) yield break;
        (string Package, string File)[] needed = [("gcc", "/usr/bin/gcc"), ("libc6-dev", "/usr/include/stdio.h"), ("zlib1g-dev", "/usr/include/zlib.h")];
        foreach (var (package, file) in needed)
            if (!File.Exists(file)) yield return package;
    }
}
