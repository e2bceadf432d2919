using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Lists the files that were fetched for deployments.</summary>
/// <remarks>
/// <para>Images, archives and scripts that come by http are kept in the state directory by their SHA-256, and shared by all deployments. Those used last are listed first.</para>
/// <para>With -Summary it says how much room they take, and how much they may.</para>
/// </remarks>
/// <example>
/// <code>Get-KaCache</code>
/// <para>Lists all files.</para>
/// </example>
/// <example>
/// <code>Get-KaCache https://images.example/* | Measure-Object Length -Sum</code>
/// <para>Says how much room the files of one server take.</para>
/// </example>
/// <example>
/// <code>Get-KaCache -Summary</code>
/// <para>Shows how full the cache is.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaCache", DefaultParameterSetName = FileSet)]
[OutputType(typeof(CachedFile), ParameterSetName = new[] { FileSet })]
[OutputType(typeof(CacheContents), ParameterSetName = new[] { SummarySet })]
public sealed class GetKaCache : KaAsyncCmdlet
{
    private const string FileSet = "File";
    private const string SummarySet = "Summary";

    private readonly List<string> _wanted = [];

    /// <summary>The files: beginnings of their SHA-256, or their addresses; wildcards are allowed. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = FileSet)]
    [CachedFileTransformation]
    [ArgumentCompleter(typeof(CachedFileCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] File { get; set; } = [];

    /// <summary>Give the cache as a whole instead of its files.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SummarySet)]
    public SwitchParameter Summary { get; set; }

    private protected override void Collect() => _wanted.AddRange(File.Length == 0 ? ["*"] : File);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var cache = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Files;
        var contents = await cache.ListAsync(cancellationToken).ConfigureAwait(false);
        if (Summary)
        {
            await streams.WriteAsync(contents).ConfigureAwait(false);
            return;
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var wanted in _wanted)
        {
            var fitting = contents.Files.Where(each => CachedFiles.Fits(wanted, each)).ToList();
            if (fitting.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(wanted))
                await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NotCached(wanted), wanted)).ConfigureAwait(false);
            found.UnionWith(fitting.Select(static each => each.Sha256));
        }

        foreach (var each in contents.Files)
            if (found.Contains(each.Sha256)) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
