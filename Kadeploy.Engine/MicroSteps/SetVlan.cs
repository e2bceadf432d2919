using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Moves nodes into the network that was asked for, or back.</summary>
internal sealed class SetVlan : SetMicroStep<BootContext>
{
    /// <summary>The network in which nodes are deployed.</summary>
    public const string Default = "Default";

    /// <summary>The network that the request names.</summary>
    public const string Requested = "Requested";

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SetStepResult> RunAsync(
        IReadOnlyList<BootContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = contexts[0];
        var vlan = first.Step.Variant switch
        {
            Default => "DEFAULT",
            Requested => first.Vlan ?? throw new InvalidOperationException($"{nameof(SetVlan)} was planned without a network"),
            _ => throw new InvalidOperationException($"'{first.Step.Variant}' is no variant of {nameof(SetVlan)}"),
        };
        await first.Drivers.Vlan.MoveAsync([.. contexts.Select(static context => context.Node)], vlan, cancellationToken).ConfigureAwait(false);
        foreach (var context in contexts) yield return new(context.Node.Name);
    }
}
