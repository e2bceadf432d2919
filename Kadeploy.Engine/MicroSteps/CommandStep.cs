using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>A micro-step that runs a program on the node, seldom more than one.</summary>
/// <typeparam name="TContext">What it sees.</typeparam>
/// <param name="fault">The code of the fault when a program fails.</param>
internal abstract class CommandStep<TContext>(FaultCode fault) : NodeMicroStep<TContext>
    where TContext : StepContext
{
    /// <summary>Gets the code of the fault when a program fails.</summary>
    public FaultCode Fault { get; } = fault;

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(TContext context, CancellationToken cancellationToken)
    {
        var ordinal = 0;
        NodeFacts? facts = null;
        await foreach (var command in CommandsAsync(context, cancellationToken).ConfigureAwait(false))
        {
            var result = await context.Drivers.Channel
                .RunAsync(context.Node, command with { Ordinal = ordinal++ }, cancellationToken).ConfigureAwait(false);
            if (!IsSuccess(command, result)) throw Failure(context, command, result);
            facts = Learn(context, result) ?? facts;
        }

        return facts;
    }

    /// <summary>Gives the programs to run. For steps that send files in between; others say <see cref="Commands"/>.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The programs in their order; the next is asked for after the one before it has succeeded.</returns>
    protected virtual async IAsyncEnumerable<NodeCommand> CommandsAsync(
        TContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var command in Commands(context)) yield return await ValueTask.FromResult(command).ConfigureAwait(false);
    }

    /// <summary>Gives the programs to run.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The programs in their order; each runs after the one before it has succeeded.</returns>
    protected virtual IEnumerable<NodeCommand> Commands(TContext context) => [];

    /// <summary>Reads what a program that succeeded has printed about the node.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="result">How it ended.</param>
    /// <returns>The facts, or null.</returns>
    protected virtual NodeFacts? Learn(TContext context, CommandResult result) => null;

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
        new(context.Attempt, program, [.. arguments]) { Environment = ScriptVariables.Of(context) };

    /// <summary>Finds the value of a line <c>name=value</c>.</summary>
    /// <param name="result">What a program has printed.</param>
    /// <param name="name">The name.</param>
    /// <returns>The value of the last such line, or null.</returns>
    protected static string? Value(CommandResult result, string name) => result.LastLines
        .LastOrDefault(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length + 1 && line[name.Length] == '=')?[(name.Length + 1)..]
        .Trim();

    private OperationFailedException Failure(TContext context, NodeCommand command, CommandResult result)
    {
        // Our own programs end with a sentence for users; of others the last lines tell.
        var sentence = command.Program.StartsWith("kadeploy-", StringComparison.Ordinal)
            ? result.LastLines.LastOrDefault(line => line.StartsWith($"{command.Program}: ", StringComparison.Ordinal))?[(command.Program.Length + 2)..]
            : null;
        return new(Fault, sentence is not null
            ? $"node {context.Node.Name}: {sentence}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"node {context.Node.Name}: '{command.Program}' ended with status {result.ExitStatus} in {context.Step.Step}"))
        {
            Evidence = result.LastLines,
        };
    }
}
