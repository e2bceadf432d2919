namespace Kadeploy.Engine.MicroSteps;

/// <summary>Makes the file system that receives the environment.</summary>
internal sealed class FormatDeployPart : FormatStep
{
    /// <inheritdoc/>
    protected override (string Type, string Device) Target(StepContext context) =>
        (context.Request.Environment.FileSystem ?? throw new InvalidOperationException($"{nameof(FormatDeployPart)} was planned without a file system"),
            DeployTarget.Of(context).Device);
}
