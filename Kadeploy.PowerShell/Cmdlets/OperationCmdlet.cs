using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>A cmdlet for deployments that were started before.</summary>
public abstract class OperationCmdlet : KaAsyncCmdlet
{
    private readonly List<OperationId> _ids = [];

    /// <summary>The deployments: identifiers, or objects that Get-KaDeployment and Start-KaDeployment gave, results of nodes included. Reboots and switches of power are
    /// operations, too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Operation", "Deployment")]
    [OperationIdTransformation]
    [ArgumentCompleter(typeof(OperationCompleter))]
    [ValidateNotNullOrEmpty]
    public OperationId[] Id { get; set; } = [];

    /// <summary>Gets the identifiers that were bound, each once.</summary>
    private protected IReadOnlyList<OperationId> Ids => [.. _ids.Distinct()];

    private protected override void Collect() => _ids.AddRange(Id);

    /// <summary>Finds the deployments; those that are not there are errors, and the others are gone on with.</summary>
    private protected async Task<IReadOnlyList<Operation>> FindAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var found = new List<Operation>();
        foreach (var id in Ids)
        {
            if (await session.FindOperationAsync(id, cancellationToken).ConfigureAwait(false) is { } operation) found.Add(operation);
            else await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NoOperation(id.Value), id)).ConfigureAwait(false);
        }

        return found;
    }
}
