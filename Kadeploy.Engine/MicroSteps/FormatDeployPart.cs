namespace Kadeploy.Engine.MicroSteps;

/// <summary>Makes the file system that receives the environment.</summary>
internal sealed class FormatDeployPart : FormatStep
{
    /// <inheritdoc/>
    protected override (string Type, string Device) Target(DeploymentContext context) =>
        (context.Request.Environment.FileSystem ?? throw new InvalidOperationException($"{nameof(FormatDeployPart)} was planned without a file system"),
            context.Target.Device);

    /// <inheritdoc/>
    /// <remarks>The production system is not rebooted in between, and may have it from a deployment before this one, which failed.</remarks>
    protected override bool MayBeMounted(DeploymentContext context) =>
        context.Attempt.InstanceAttempt > 1 || context.Step.Step.Instance == new InstanceName("SetDeploymentEnvProd");
}
