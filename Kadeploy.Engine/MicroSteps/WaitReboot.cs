namespace Kadeploy.Engine.MicroSteps;

/// <summary>Waits for the system that the node was told to start.</summary>
internal sealed class WaitReboot : NodeMicroStep<BootContext>
{
    /// <summary>The deployment environment, through the firmware.</summary>
    public const string ClassicalDeploy = "ClassicalDeploy";

    /// <summary>The deployment environment, by kexec.</summary>
    public const string KexecDeploy = "KexecDeploy";

    /// <summary>The deployed system, through the firmware.</summary>
    public const string ClassicalUser = "ClassicalUser";

    /// <summary>The deployed system, by kexec.</summary>
    public const string KexecUser = "KexecUser";

    /// <summary>Whatever the node boots through the firmware.</summary>
    public const string ClassicalAny = "ClassicalAny";

    /// <summary>Says whether a variant waits for a reboot by kexec.</summary>
    /// <param name="variant">The variant.</param>
    /// <returns>False when it waits for one through the firmware.</returns>
    public static bool IsKexec(string? variant) => variant is KexecDeploy or KexecUser;

    /// <summary>Says in words what a variant waits for.</summary>
    /// <param name="variant">The variant.</param>
    /// <returns>The subject of a sentence.</returns>
    public static string Awaited(string? variant) => variant switch
    {
        ClassicalUser or KexecUser => "the deployed system",
        ClassicalAny => "the node",
        _ => "the deployment environment",
    };

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(BootContext context, CancellationToken cancellationToken)
    {
        // Deployments happen in the usual network; what comes up afterwards is in the one that was asked for.
        var (channel, previous) = (context.Drivers.Channel, context.Facts.BootId);
        switch (context.Step.Variant)
        {
            case ClassicalDeploy or KexecDeploy:
                await channel.WaitForAsync(context.Node, SystemKind.DeploymentEnvironment, previous, cancellationToken).ConfigureAwait(false);
                return null;
            case ClassicalUser or KexecUser:
                await channel.WaitForAsync(context.Reached, SystemKind.Installed, previous, cancellationToken).ConfigureAwait(false);
                return null;
            case ClassicalAny:
                await channel.WaitForAnySystemAsync(context.Reached, previous, cancellationToken).ConfigureAwait(false);
                return null;
            default:
                throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(WaitReboot)}");
        }
    }
}
