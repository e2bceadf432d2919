using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Checks that the audit trail is as it was written.</summary>
/// <remarks>
/// <para>Computes the hash of every entry anew and follows the chain from the first to the last: changed, missing, added and exchanged entries are named in Problems. It also tries whether
/// the database still refuses to change entries. Only administrators check the trail.</para>
/// <para>Whoever may write the file, and takes the trouble to compute all hashes anew, can hide a change from this check alone. Keep an entry of Get-KaAudit elsewhere from time to time,
/// and give it back with -Expect.</para>
/// </remarks>
/// <example>
/// <code>Test-KaAudit</code>
/// <para>Checks the trail.</para>
/// </example>
/// <example>
/// <code>Get-KaAudit -Last 1 | Export-Clixml /mnt/elsewhere/mark.xml
/// Test-KaAudit -Expect (Import-Clixml /mnt/elsewhere/mark.xml)</code>
/// <para>Notes the last entry, and later checks that the trail still holds what it held then.</para>
/// </example>
/// <example>
/// <code>if (-not (Test-KaAudit -Quiet)) { (Test-KaAudit).Problems }</code>
/// <para>Shows what is wrong, if anything is.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "KaAudit")]
[OutputType(typeof(AuditVerification), typeof(bool))]
public sealed class TestKaAudit : KaAsyncCmdlet
{
    /// <summary>An entry that was noted earlier: what Get-KaAudit gave, or an object with its Number and Hash. The default is none.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Binding.AuditMarkTransformation]
    public AuditMark? Expect { get; set; }

    /// <summary>Give only $true when nothing is wrong, or $false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var audit = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Audit;
        var found = await audit.VerifyAsync(Expect, session.User, cancellationToken).ConfigureAwait(false);
        await streams.WriteAsync(Quiet ? found.IsIntact : found).ConfigureAwait(false);
    }
}
