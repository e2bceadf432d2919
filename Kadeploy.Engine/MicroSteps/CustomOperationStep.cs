namespace Kadeploy.Engine.MicroSteps;

/// <summary>Does what a user or an administrator added to the workflow.</summary>
internal sealed class CustomOperationStep() : CommandStep(FaultCodes.CustomOperation)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context)
    {
        var operation = context.Step.Custom ?? throw new InvalidOperationException($"{context.Step.Step} is no custom operation");
        return
        [
            operation.Action switch
            {
                CustomAction.Exec => Script(context, operation.Arguments[0], operation.Arguments.AsSpan()[1..]),
                CustomAction.Run => Script(context, NodePrograms.RunScript, [File(operation).AbsoluteUri, .. operation.Arguments]),
                CustomAction.Send => Script(context, NodePrograms.Fetch, File(operation).AbsoluteUri, Destination(context, operation)),
                _ => throw new InvalidOperationException($"'{operation.Action}' is no action"),
            },
        ];
    }

    private static Uri File(CustomOperation operation) =>
        operation.File ?? throw new InvalidOperationException($"custom operation '{operation.Name}' was planned without a file");

    private static string Destination(StepContext context, CustomOperation operation)
    {
        var directory = ScriptVariables.Expand(operation.Arguments[0], ScriptVariables.Of(context.Request, context.Cluster));
        return $"{directory.TrimEnd('/')}/{Path.GetFileName(Uri.UnescapeDataString(File(operation).AbsolutePath))}";
    }
}
