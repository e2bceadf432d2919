using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Does what a user or an administrator added to the workflow.</summary>
internal sealed class CustomOperationStep() : CommandStep<StepContext>(FaultCodes.CustomOperation)
{
    /// <inheritdoc/>
    protected override async IAsyncEnumerable<NodeCommand> CommandsAsync(
        StepContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var operation = context.Step.Custom ?? throw new InvalidOperationException($"{context.Step.Step} is no custom operation");
        switch (operation.Action)
        {
            case CustomAction.Exec:
                yield return Script(context, operation.Arguments[0], operation.Arguments.AsSpan()[1..]);
                break;
            case CustomAction.Run:
                yield return Script(
                    context, await FilesForNodes.SendScriptAsync(context, File(operation), cancellationToken).ConfigureAwait(false), operation.Arguments.AsSpan());
                break;
            case CustomAction.Send:
                await FilesForNodes.SendFileAsync(context, File(operation), Destination(context, operation), cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException($"'{operation.Action}' is no action");
        }
    }

    private static Uri File(CustomOperation operation) =>
        operation.File ?? throw new InvalidOperationException($"custom operation '{operation.Name}' was planned without a file");

    private static string Destination(StepContext context, CustomOperation operation)
    {
        var directory = ScriptVariables.Expand(operation.Arguments[0], ScriptVariables.Of(context));
        return $"{directory.TrimEnd('/')}/{FilesForNodes.FileName(File(operation))}";
    }
}
