using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>A micro-step that runs a program on the node, seldom more than one.</summary>
/// <param name="fault">The code of the fault when a program fails.</param>
internal abstract class CommandStep(FaultCode fault) : INodeMicroStep
{
    /// <summary>Gets the code of the fault when a program fails.</summary>
    public FaultCode Fault { get; } = fault;

    /// <inheritdoc/>
    public virtual async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var ordinal = 0;
        foreach (var command in Commands(context))
        {
            var result = await context.Drivers.Channel
                .RunAsync(context.Node, command with { Ordinal = ordinal++ }, cancellationToken).ConfigureAwait(false);
            if (!IsSuccess(command, result)) throw Failure(context, command, result);
        }

        return null;
    }

    /// <summary>Gives the programs to run.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The programs in their order; each runs after the one before it has succeeded.</returns>
    protected abstract IEnumerable<NodeCommand> Commands(StepContext context);

    /// <summary>Judges how a program ended.</summary>
    /// <param name="command">The program.</param>
    /// <param name="result">How it ended.</param>
    /// <returns>Whether what was wanted holds.</returns>
    protected virtual bool IsSuccess(NodeCommand command, CommandResult result) => result.ExitStatus == 0;

    /// <summary>Makes a command of a program and its arguments.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The command.</returns>
    protected static NodeCommand Program(StepContext context, string program, params ReadOnlySpan<string> arguments) =>
        new(context.Attempt, program, [.. arguments]);

    /// <summary>Makes a command of a script, which finds its variables in its environment.</summary>
    /// <inheritdoc cref="Program"/>
    protected static NodeCommand Script(StepContext context, string program, params ReadOnlySpan<string> arguments) =>
        new(context.Attempt, program, [.. arguments]) { Environment = ScriptVariables.Of(context.Request, context.Cluster) };

    private OperationFailedException Failure(StepContext context, NodeCommand command, CommandResult result) =>
        new(Fault, string.Create(
            CultureInfo.InvariantCulture,
            $"node {context.Node.Name}: '{command.Program}' ended with status {result.ExitStatus} in {context.Step.Step}"))
        {
            Evidence = result.LastLines,
        };
}
