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

    /// <summary>Says whether a variant waits for a reboot by kexec.</summary>
    /// <param name="variant">The variant.</param>
    /// <returns>False when it waits for one through the firmware.</returns>
    public static bool IsKexec(string? variant) => variant is KexecDeploy or KexecUser;

    /// <summary>Says in words what a variant waits for.</summary>
    /// <param name="variant">The variant.</param>
    /// <returns>The subject of a sentence.</returns>
    public static string Awaited(string? variant) => variant is ClassicalUser or KexecUser ? "the deployed system" : "the deployment environment";

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(BootContext context, CancellationToken cancellationToken)
    {
        var expected = context.Step.Variant switch
        {
            ClassicalDeploy or KexecDeploy => SystemKind.DeploymentEnvironment,
            ClassicalUser or KexecUser => SystemKind.Installed,
            _ => throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(WaitReboot)}"),
        };
        await context.Drivers.Channel.WaitForAsync(context.Node, expected, context.Facts.BootId, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
