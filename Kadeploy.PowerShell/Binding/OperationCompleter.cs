using System.Globalization;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes identifiers of deployments, newest first.</summary>
public sealed class OperationCompleter : KaCompleter
{
    private const int Most = 50;

    private protected override string What => "operations";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken) =>
    [
        .. (await session.Operations.ListOperationsAsync(Most, cancellationToken).ConfigureAwait(false)).Where(static each => each.Kind == OperationKind.Deployment).Select(static each =>
            new Completion(each.Id.Value, string.Create(CultureInfo.InvariantCulture, $"{each.Environment} on {each.Nodes} nodes, {each.State}, {each.PlannedAt:yyyy-MM-dd HH:mm}"))),
    ];
}
