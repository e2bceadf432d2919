using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Makes a configuration of one of Kadeploy 3's.</summary>
/// <remarks>
/// <para>Reads Kadeploy 3's own files and makes kadeploy.yml with a file for each cluster. Everything is checked first, and what is made is read as an engine would; when anything is wrong,
/// it is listed with file and line, and nothing is written.</para>
/// <para>Gives a report of what became of each key: taken over, changed into what means the same here, or not applicable, with the reason. Values are not shown, because some are
/// secrets. What has to be done before the site can deploy comes as warnings. With -WhatIf the report is given and nothing is written.</para>
/// </remarks>
/// <example>
/// <code>Import-KaConfiguration /etc/kadeploy3 -Destination /etc/kadeploy -WhatIf</code>
/// <para>Reports what would be done.</para>
/// </example>
/// <example>
/// <code>Import-KaConfiguration /etc/kadeploy3 /etc/kadeploy -Kernel kadeploy/vmlinuz -Initrd kadeploy/initrd.img, kadeploy/site.img</code>
/// <para>Takes it over, with a deployment environment that New-KaMiniroot has built.</para>
/// </example>
/// <example>
/// <code>(Import-KaConfiguration /etc/kadeploy3 ./new -WhatIf).Keys | Where-Object Outcome -EQ NotApplicable | Format-Table File, Line, Key, Note</code>
/// <para>Shows which keys mean nothing here, and why.</para>
/// </example>
[Cmdlet(VerbsData.Import, "KaConfiguration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ConfigurationImportReport))]
public sealed class ImportKaConfiguration : KaAsyncCmdlet
{
    private string _from = "";
    private string _to = "";

    /// <summary>The directory of Kadeploy 3's server.conf, clusters.conf and command.conf, usually /etc/kadeploy3.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The directory that receives kadeploy.yml and the folder clusters, neither of which may be there.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The kernel of this Kadeploy's deployment environment, relative to the boot repository. The default is that of Kadeploy 3, in which no agent calls home.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Kernel { get; set; }

    /// <summary>The initial RAM disks that belong to -Kernel, in their order.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Initrd { get; set; } = [];

    /// <summary>How nodes reach this machine. The default is network/server_hostname, else this machine's own name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerAddress { get; set; }

    private protected override void Prepare() => (_from, _to) = (FullPath(Path), FullPath(Destination));

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var import = new ConfigurationImport { Directory = _from, Output = _to, Kernel = Kernel, Initrds = [.. Initrd], ServerAddress = ServerAddress, DryRun = true };
        var report = await inventory.ImportConfigurationAsync(import, session.User, cancellationToken).ConfigureAwait(false);
        var question = Strings.AskConfiguration(string.Join(", ", report.Files), report.Clusters, report.Nodes);
        var consent = await streams.AskAsync(question, question).ConfigureAwait(false);
        if (consent is Consent.Refused) return;
        if (consent is Consent.Given) report = await inventory.ImportConfigurationAsync(import with { DryRun = false }, session.User, cancellationToken).ConfigureAwait(false);
        foreach (var warning in report.Warnings) await streams.WriteWarningAsync(Errors.PowerShellWording.Of(warning)).ConfigureAwait(false);
        await streams.WriteAsync(report).ConfigureAwait(false);
    }
}
