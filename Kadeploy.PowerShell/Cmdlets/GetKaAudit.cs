using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Shows who did what, when, and from which program.</summary>
/// <remarks>
/// <para>The audit trail records every right that was granted, was revoked or has ended, every refusal, the start, the cancellation and the end of every operation, and every change to
/// what administrators keep. Entries are given in their order; nothing changes or deletes them. Administrators see all, others what they did themselves.</para>
/// <para>Each entry carries a hash over itself and the one before; Test-KaAudit follows the chain.</para>
/// </remarks>
/// <example>
/// <code>Get-KaAudit -Last 20</code>
/// <para>Shows the latest entries.</para>
/// </example>
/// <example>
/// <code>Get-KaAudit -Node lab-7 -Action Granted, Revoked, Expired</code>
/// <para>Shows who had a node, and when.</para>
/// </example>
/// <example>
/// <code>Get-KaAudit -Action Refused -From (Get-Date).AddDays(-1) | Group-Object User -NoElement</code>
/// <para>Counts who was refused something in the last day.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Get-KaAudit</code>
/// <para>Shows what is recorded of a deployment.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaAudit")]
[OutputType(typeof(AuditEntry))]
public sealed class GetKaAudit : KaAsyncCmdlet
{
    private readonly List<OperationId?> _operations = [];

    /// <summary>Only what concerns these operations: identifiers, or objects that name one. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Id", "Deployment")]
    [OperationIdTransformation]
    [ArgumentCompleter(typeof(OperationCompleter))]
    [ValidateNotNullOrEmpty]
    public OperationId[] Operation { get; set; } = [];

    /// <summary>Only what this user did. The default is everybody, for others than administrators themselves.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PrincipalCompleter))]
    public string? User { get; set; }

    /// <summary>Only what concerns this node, or all nodes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string? Node { get; set; }

    /// <summary>Only these: Granted, Revoked, Expired, Refused, OperationStarted, OperationCancelled, OperationEnded, Changed.</summary>
    [Parameter]
    public AuditAction[] Action { get; set; } = [];

    /// <summary>Only from this moment on.</summary>
    [Parameter]
    public DateTimeOffset? From { get; set; }

    /// <summary>Only before this moment.</summary>
    [Parameter]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Only the latest of those that fit, as many as this number. The default is all.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    private protected override void Collect()
    {
        if (Operation.Length == 0) _operations.Add(null);
        foreach (var each in Operation) _operations.Add(each);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (Node is not null && !NodeName.TryParse(Node, null, out _)) throw new ConfigurationException(Strings.NoSingleNode(Node));
        var audit = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Audit;
        foreach (var operation in _operations.Distinct())
        {
            var query = new AuditQuery
            {
                User = User, Node = Node is null ? null : NodeName.Parse(Node), Operation = operation, Actions = [.. Action], From = From, Until = Until, Last = Last,
            };
            await foreach (var entry in audit.ReadAsync(query, session.User, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(entry).ConfigureAwait(false);
        }
    }
}
