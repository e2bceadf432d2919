using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Records environments, or brings those that are there to their descriptions.</summary>
/// <remarks>
/// <para>Records all environments that are not there yet; those that are there as they are described stay as they are. It does all of it or nothing, and may be repeated.</para>
/// <para>With -Replace, those that are there with another description get a new revision, and the earlier ones stay readable. Without it they are refused, with the names of the
/// fields that differ.</para>
/// </remarks>
/// <example>
/// <code>Import-KaEnvironment ./all.yaml</code>
/// <para>Brings over what Export-KaEnvironment wrote elsewhere.</para>
/// </example>
/// <example>
/// <code>Import-KaEnvironment ./environments/*.yaml -Replace | Where-Object Change -NE Unchanged</code>
/// <para>Brings the catalogue to what a folder describes, and shows what that has changed.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment -AllVersions | Import-KaEnvironment -Session ([Kadeploy.KaSession]@{ StateDirectory = '/srv/other' })</code>
/// <para>Copies what you see to another state directory.</para>
/// </example>
[Cmdlet(VerbsData.Import, "KaEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ImportedEnvironment))]
public sealed class ImportKaEnvironment : EnvironmentDescriptionCmdlet
{
    /// <summary>Give those that are there with another description a new revision.</summary>
    [Parameter]
    public SwitchParameter Replace { get; set; }

    private protected override string Question(string environments) => Strings.AskImportEnvironment(environments);

    private protected override async Task RecordAsync(
        IEnvironmentCatalog catalog, ImmutableArray<KaEnvironment> environments, string user, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var done = await catalog.ImportAsync(environments, Replace, !NoChecksum, user, cancellationToken).ConfigureAwait(false);
        foreach (var each in done.Added) await streams.WriteAsync(new ImportedEnvironment(ImportedEnvironmentChange.Added, each)).ConfigureAwait(false);
        foreach (var each in done.Changed) await streams.WriteAsync(new ImportedEnvironment(ImportedEnvironmentChange.Changed, each)).ConfigureAwait(false);
        foreach (var each in done.Unchanged) await streams.WriteAsync(new ImportedEnvironment(ImportedEnvironmentChange.Unchanged, each)).ConfigureAwait(false);
    }
}
