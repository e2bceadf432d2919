using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Inventories;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Writes nodes as a list that can be read again.</summary>
/// <remarks>
/// <para>Writes what is recorded of nodes as YAML or CSV, as Import-KaNode reads it: what files define, too. With -Path it goes to a file, as UTF-8; without it the text is given. What the
/// journal knows of nodes is not written.</para>
/// <para>Passwords are in no list, because they are recorded nowhere.</para>
/// </remarks>
/// <example>
/// <code>Export-KaNode -Path ./nodes.csv</code>
/// <para>Writes all nodes as a table, for a spreadsheet.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster lab | Export-KaNode -Path ./lab.yml -NoClobber</code>
/// <para>Writes the nodes of a cluster, unless the file is there already.</para>
/// </example>
/// <example>
/// <code>Export-KaNode lab-[1-4] -Format Csv | ConvertFrom-Csv</code>
/// <para>Gives rows of a few nodes.</para>
/// </example>
[Cmdlet(VerbsData.Export, "KaNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(string), typeof(FileInfo))]
public sealed class ExportKaNode : KaAsyncCmdlet
{
    private static readonly NodeSelection Everything = new(NodeSet.Empty, ["*"]);

    private readonly List<NodeSelection> _wanted = [];
    private string? _file;

    /// <summary>The nodes: names, ranges, wildcards, or objects that have a name. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Node", "ComputerName")]
    [NodeSelectionTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    [ValidateNotNull]
    public NodeSelection? Name { get; set; }

    /// <summary>The file that is written. The default gives the text.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>How the list is written: Yaml or Csv. The default is by the file's extension: .csv, or YAML.</summary>
    [Parameter]
    public NodeListFormat? Format { get; set; }

    /// <summary>Refuse to write over a file that is there.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Give the file that was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Says how a file is written by its name.</summary>
    internal static NodeListFormat FormatOf(string? file) =>
        string.Equals(System.IO.Path.GetExtension(file), ".csv", StringComparison.OrdinalIgnoreCase) ? NodeListFormat.Csv : NodeListFormat.Yaml;

    private protected override void Collect() => _wanted.Add(Name ?? Everything);

    private protected override void Prepare()
    {
        _file = Path is null ? null : FullPath(Path);
        if (NoClobber && File.Exists(_file)) throw new ConfigurationException(Strings.FileIsThere(_file));
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var nodes = await new NodeSearch(session, streams).FindAsync(_wanted, new(), cancellationToken).ConfigureAwait(false);
        // A session of simulated nodes has nodes that no inventory knows.
        var names = NodeSet.From(nodes.Where(static each => each.Origin != NodeSearch.SimulationOrigin).Select(static each => each.Name));
        if (names.Count == 0) return;
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var text = await inventory.ExportAsync(new() { Names = names }, Format ?? FormatOf(_file), cancellationToken).ConfigureAwait(false);
        await TextFile.WriteAsync(streams, _file, text, Strings.AskWriteFile(PlanText.Nodes(names.Count), _file ?? ""), PassThru, cancellationToken).ConfigureAwait(false);
    }
}
