using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Leaves in the image who deployed it, and lets this engine ask for that afterwards.</summary>
internal sealed class WriteMarker() : CommandStep<DeploymentContext>(FaultCodes.Command)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context)
    {
        yield return Program(context, NodePrograms.WriteMarker, NodePaths.ExtractionDirectory, context.Target.Device) with
        {
            StandardInput = Text(context),
        };
        if (context.Drivers.ProofKeyLine is { } key)
            yield return Program(context, NodePrograms.AddKeys, [.. SendKey.ToImage]) with { StandardInput = $"{key}\n" };
    }

    /// <inheritdoc/>
    protected override NodeFacts? Learn(DeploymentContext context, CommandResult result) =>
        Value(result, "uuid") is { } identifier ? new() { FileSystemId = identifier } : null;

    private static string Text(DeploymentContext context)
    {
        var environment = context.Request.Environment;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{context.Attempt.Operation}\nenvironment: {environment.Name}\nversion: {environment.Version}\nimage: {context.Facts.ImageDigest ?? "unknown"}\n");
    }
}
