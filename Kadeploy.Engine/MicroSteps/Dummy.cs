namespace Kadeploy.Engine.MicroSteps;

/// <summary>Does nothing, at once.</summary>
internal sealed class Dummy : INodeMicroStep
{
    /// <inheritdoc/>
    public Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult<NodeFacts?>(null);
}
