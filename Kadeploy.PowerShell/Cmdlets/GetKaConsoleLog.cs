using System.Management.Automation;
using System.Text;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Reads what nodes have printed on their serial consoles.</summary>
/// <remarks>
/// <para>Consoles are kept while somebody uses them and while operations run, as much as the cluster's console.log_limit says, with marks for who typed and when the line was lost. Where
/// the configuration names a file to which something else writes, that is read.</para>
/// <para>Each line is text, as one would have seen it, without control sequences; its property Node says whose it is. With -Wait the lines that come follow, until the pipeline is stopped,
/// those of several nodes as they come. A node of which nothing was kept is an error, which does not hold back the others.</para>
/// </remarks>
/// <example>
/// <code>Get-KaConsoleLog lab-7 -Tail 20</code>
/// <para>Shows what a node printed last.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster lab | Get-KaConsoleLog -ErrorAction Ignore | Where-Object { $_ -match 'panic' } | Group-Object Node -NoElement</code>
/// <para>Counts on which nodes the kernel gave up, and how often.</para>
/// </example>
/// <example>
/// <code>Get-KaConsoleLog lab-[1-4] -Tail 0 -Wait | ForEach-Object { "$($_.Node): $_" }</code>
/// <para>Follows four nodes from now on.</para>
/// </example>
/// <example>
/// <code>Get-KaConsoleLog lab-7 -Raw | Set-Content lab-7.log</code>
/// <para>Keeps all of it, with control sequences.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaConsoleLog", DefaultParameterSetName = LineSet)]
[OutputType(typeof(string))]
public sealed class GetKaConsoleLog : KaAsyncCmdlet
{
    private const string LineSet = "Line";
    private const string RawSet = "Raw";

    private readonly List<NodeSet> _nodes = [];

    /// <summary>The nodes: names, ranges such as lab-[1-40], or objects that have a property Node, Name, ComputerName, DNSHostName, HostName, PSComputerName, VMName or
    /// MachineName.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ComputerName", "DNSHostName", "HostName", "PSComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet Node { get; set; } = NodeSet.Empty;

    /// <summary>Go on with what comes, until the pipeline is stopped.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Only so many of the lines that are there, the last ones. 0, with -Wait, gives those only that come. The default is all.</summary>
    [Parameter(ParameterSetName = LineSet)]
    [Alias("Last")]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Give what came as it came, with control sequences: one text for each node; with -Wait in pieces, as they come.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    public SwitchParameter Raw { get; set; }

    private protected override void Collect() => _nodes.Add(Node);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var nodes = NodeSet.From(_nodes.SelectMany(static set => set.Names)).Names;
        if (Wait) await Task.WhenAll(nodes.Select(ReadAsync)).ConfigureAwait(false);
        else foreach (var node in nodes) await ReadAsync(node).ConfigureAwait(false);

        Task ReadAsync(NodeName node) => OneOfSeveral.TryAsync(
            streams, node, () => Raw ? RawAsync(session.ConsoleLogs, streams, node, cancellationToken) : LinesAsync(session.ConsoleLogs, streams, node, cancellationToken));
    }

    private async Task LinesAsync(IConsoleLogs logs, ICmdletStreams streams, NodeName node, CancellationToken cancellationToken)
    {
        await foreach (var line in logs.ReadLinesAsync(node, Tail, Wait, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(Of(node, line)).ConfigureAwait(false);
    }

    private async Task RawAsync(IConsoleLogs logs, ICmdletStreams streams, NodeName node, CancellationToken cancellationToken)
    {
        var (decoder, text) = (Encoding.UTF8.GetDecoder(), new StringBuilder());
        await foreach (var piece in logs.ReadAsync(node, Wait, cancellationToken).ConfigureAwait(false))
        {
            var characters = new char[decoder.GetCharCount(piece.Span, flush: false)];
            decoder.GetChars(piece.Span, characters, flush: false);
            text.Append(characters);
            if (!Wait || text.Length == 0) continue;
            await streams.WriteAsync(Of(node, text.ToString())).ConfigureAwait(false);
            text.Clear();
        }

        if (text.Length > 0) await streams.WriteAsync(Of(node, text.ToString())).ConfigureAwait(false);
    }

    private static PSObject Of(NodeName node, string text)
    {
        var given = new PSObject(text);
        given.Properties.Add(new PSNoteProperty(nameof(Node), node));
        return given;
    }
}
