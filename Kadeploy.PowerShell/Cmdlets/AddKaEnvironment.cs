using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Records environments in the catalogue.</summary>
/// <remarks>
/// <para>Reads descriptions and records them: all of them or none. Everything is checked before; what is wrong is told with line and field. The image and the archives are fetched and
/// their SHA-256 is recorded, so that each later deployment gets exactly these files.</para>
/// <para>One that is there already is refused: raise its version, change it with Set-KaEnvironment, or use Import-KaEnvironment -Replace. You own what you add, whatever the description
/// says; only administrators add environments of others, and only environments of administrators are public.</para>
/// </remarks>
/// <example>
/// <code>Add-KaEnvironment ./debian13.yaml</code>
/// <para>Records what a file describes.</para>
/// </example>
/// <example>
/// <code>Add-KaEnvironment https://images.example/debian13.yaml
/// Start-KaDeployment lab-[1-40] debian13</code>
/// <para>Records what a server describes, and deploys it by its name.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem ./environments -Filter *.yaml | Add-KaEnvironment -WhatIf</code>
/// <para>Says what the files of a folder would add, all of them together.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "KaEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(RecordedEnvironment))]
public sealed class AddKaEnvironment : EnvironmentDescriptionCmdlet
{
    private protected override string Question(string environments) => Strings.AskAddEnvironment(environments);

    private protected override async Task RecordAsync(
        IEnvironmentCatalog catalog, ImmutableArray<KaEnvironment> environments, string user, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var each in await catalog.AddAsync(environments, !NoChecksum, user, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
