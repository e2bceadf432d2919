namespace Kadeploy.Engine.MicroSteps;

/// <summary>Starts another kernel without going through the firmware.</summary>
internal sealed class Kexec() : CommandStep<DeploymentContext>(FaultCodes.Kexec)
{
    /// <summary>Starts the deployment environment.</summary>
    public const string ToDeployEnv = "ToDeployEnv";

    /// <summary>Starts what was deployed.</summary>
    public const string ToDeployedEnv = "ToDeployedEnv";

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        var facts = await RunningSystemProbe.IdentifyAsync(context, cancellationToken).ConfigureAwait(false);
        await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        return facts;
    }

    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context) =>
    [
        context.Step.Variant switch
        {
            // The command line holds the node's token: it stays in a file.
            ToDeployEnv => Program(
                context, NodePrograms.Kexec, "--root", NodePaths.KexecRepository, "--kernel", "/vmlinuz", "--initrds", "/initrd",
                "--append-file", $"{NodePaths.KexecRepository}/cmdline"),
            ToDeployedEnv => Program(context, NodePrograms.Kexec, [.. Deployed(context)]),
            _ => throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(Kexec)}"),
        },
    ];

    private static IEnumerable<string> Deployed(DeploymentContext context)
    {
        var boot = context.Request.Environment.Boot.On(context.Cluster.Architecture);
        yield return "--root";
        yield return NodePaths.ExtractionDirectory;
        yield return "--kernel";
        yield return boot.Kernel ?? throw new InvalidOperationException($"{nameof(Kexec)} was planned for an environment without a kernel");
        if (boot.Initrd is not null)
        {
            yield return "--initrd";
            yield return boot.Initrd;
        }

        var parameters = ScriptVariables.KernelParameters(context.Request.Environment, context.Cluster);
        var hasRoot = parameters.Split(' ').Any(static parameter => parameter.StartsWith("root=", StringComparison.Ordinal));
        yield return "--append";
        yield return hasRoot ? parameters : $"root={Root(context, boot)} {parameters}".TrimEnd();
        yield return "--unmount";
        yield return NodePaths.ExtractionDirectory;
    }

    // Names of devices may change from boot to boot, but the kernel alone, without an initial RAM disk, understands nothing else.
    private static string Root(DeploymentContext context, BootParameters boot) =>
        boot.Initrd is not null && context.Facts.FileSystemId is { } identifier ? $"UUID={identifier}" : context.Target.Device;
}
