using System.Collections.Immutable;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Lets the user log in to the deployed system.</summary>
internal sealed class SendKey() : CommandStep<DeploymentContext>(FaultCodes.Command)
{
    /// <summary>Gets the arguments by which keys go into the image.</summary>
    public static ImmutableArray<string> ToImage { get; } = ["--root", NodePaths.ExtractionDirectory, "/root/.ssh/authorized_keys"];

    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context) =>
        [Program(context, NodePrograms.AddKeys, [.. ToImage]) with { StandardInput = context.Request.AuthorizedKeys }];
}
