using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Writes environments as text that can be read again.</summary>
/// <remarks>
/// <para>Writes descriptions as YAML, one document for each, as Import-KaEnvironment, Add-KaEnvironment and Kadeploy 3 read them. With -Path they go to one file, as UTF-8; without it
/// the text is given.</para>
/// <para>What is exported is what Get-KaEnvironment lists. Images are not copied: descriptions say where they are.</para>
/// </remarks>
/// <example>
/// <code>Export-KaEnvironment -AllVersions -Path ./all.yaml</code>
/// <para>Writes all versions of all environments that you see to a file.</para>
/// </example>
/// <example>
/// <code>Export-KaEnvironment debian13 -NoOwner</code>
/// <para>Shows the description of one.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment | Where-Object OperatingSystem -EQ Windows | Export-KaEnvironment -Path ./windows.yaml -NoClobber</code>
/// <para>Writes some of them, unless the file is there already.</para>
/// </example>
[Cmdlet(VerbsData.Export, "KaEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(string), typeof(FileInfo))]
public sealed class ExportKaEnvironment : EnvironmentSelectionCmdlet
{
    private string? _file;

    /// <summary>The names or aliases, or environments that Get-KaEnvironment gave; wildcards are allowed. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [EnvironmentSelectionTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public EnvironmentSelection[] Name { get; set; } = [];

    /// <summary>The file that is written. The default gives the text.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Leave owners out, so that whoever reads the text owns what it describes.</summary>
    [Parameter]
    public SwitchParameter NoOwner { get; set; }

    /// <summary>Refuse to write over a file that is there.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Give the file that was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => Want(Name.Length == 0 ? [new()] : Name);

    private protected override void Prepare()
    {
        _file = Path is null ? null : FullPath(Path);
        if (NoClobber && File.Exists(_file)) throw new ConfigurationException(Strings.FileIsThere(_file));
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var chosen = (await FindAsync(session, streams, Wanted, cancellationToken).ConfigureAwait(false)).Select(static each => each.Environment).ToList();
        if (chosen.Count == 0) return;
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        var text = catalog.Write(chosen, owners: !NoOwner);
        await TextFile.WriteAsync(streams, _file, text, Strings.AskWriteFile(string.Join(", ", chosen), _file ?? ""), PassThru, cancellationToken).ConfigureAwait(false);
    }
}
