using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Removes environments from the catalogue.</summary>
/// <remarks>
/// <para>Removes the highest version of each, the one that is named, or with -AllVersions all of them. One that nodes or operations use is refused unless -Force is given; it does not
/// hold back the others. Images are not touched.</para>
/// <para>The history stays, and goes on if the same version is added again: Get-KaEnvironment -History still shows it.</para>
/// </remarks>
/// <example>
/// <code>Remove-KaEnvironment debian12</code>
/// <para>Removes its highest version.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment debian12 -AllVersions | Where-Object Version -LT 5 | Remove-KaEnvironment -Confirm</code>
/// <para>Removes old versions, asking for each.</para>
/// </example>
/// <example>
/// <code>Remove-KaEnvironment test-* -AllVersions -WhatIf</code>
/// <para>Says what would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KaEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(RecordedEnvironment))]
public sealed class RemoveKaEnvironment : EnvironmentSelectionCmdlet
{
    /// <summary>The names, or environments that Get-KaEnvironment gave; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [EnvironmentSelectionTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public EnvironmentSelection[] Name { get; set; } = [];

    /// <summary>Remove what is in use, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Give what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => Want(Name);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        foreach (var each in await FindOwnAsync(session, streams, cancellationToken).ConfigureAwait(false))
        {
            var question = Strings.AskRemoveEnvironment(Exactly(each.Environment).ToString());
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            await OneOfSeveral.TryAsync(streams, each, async () =>
            {
                var removed = await catalog.DeleteAsync(Exactly(each.Environment), Force, session.User, cancellationToken).ConfigureAwait(false);
                if (PassThru) await streams.WriteAsync(removed[0]).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }
}
