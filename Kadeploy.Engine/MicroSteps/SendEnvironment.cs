using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Brings the image to the nodes, where it is written as it arrives.</summary>
internal sealed class SendEnvironment : SetMicroStep<DeploymentContext>
{
    /// <inheritdoc/>
    public override async IAsyncEnumerable<SetStepResult> RunAsync(
        IReadOnlyList<DeploymentContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = contexts[0];
        var image = first.Request.Environment.Image;
        if (!first.Drivers.Broadcasters.TryGetValue(first.Step.Step.Instance, out var broadcaster))
            throw new DriverUnusableException(FaultCodes.DriverMissing, $"no broadcaster serves {first.Step.Step.Instance}");
        var request = new BroadcastRequest(
            image,
            [
                .. contexts.Select(context =>
                {
                    var device = context.Target.Device;
                    return new BroadcastTarget(context.Node, context.Attempt, device, ImageWriter.OnArrival(context, image, device));
                }),
            ]);
        await foreach (var result in broadcaster.SendAsync(request, cancellationToken).ConfigureAwait(false))
            yield return new(result.Node, result.Digest is null ? null : new() { ImageDigest = result.Digest }, Judge(result, image));
    }

    private static OperationFailedException? Judge(BroadcastResult result, ImageReference image)
    {
        if (result.Failure is not null) return result.Failure;
        if (result.Digest is null)
            return new(FaultCodes.ImageDigest, $"node {result.Node}: the broadcast ended without a digest of what was written");
        return image.Sha256 is null || string.Equals(result.Digest, image.Sha256, StringComparison.OrdinalIgnoreCase)
            ? null
            : new(FaultCodes.ImageDigest, $"node {result.Node}: SHA-256 {result.Digest} was written, but {image.Sha256} is recorded for {image.Location}");
    }
}
