using System.Collections.Immutable;
using System.Globalization;
using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Removes files from the cache.</summary>
/// <remarks>
/// <para>Removes files that are neither pinned nor in use, those used longest ago first: all, those that are named, those not used for some time, or as many as are too many. What is
/// left of downloads that broke off goes, too. What is removed is fetched again when it is needed. It is for administrators.</para>
/// <para>The cache makes room by itself when it is full; this is for those who want the room for something else.</para>
/// </remarks>
/// <example>
/// <code>Clear-KaCache -Keep 50GB</code>
/// <para>Removes what was used longest ago until 50 GB are left.</para>
/// </example>
/// <example>
/// <code>Clear-KaCache -UnusedFor 30.00:00:00 -PassThru | Measure-Object Length -Sum</code>
/// <para>Removes what nobody has used for thirty days, and says how much room that gives.</para>
/// </example>
/// <example>
/// <code>Get-KaCache https://old.example/* | Clear-KaCache -WhatIf</code>
/// <para>Says how much would be removed of what came from one server.</para>
/// </example>
[Cmdlet(VerbsCommon.Clear, "KaCache", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CachedFile))]
public sealed class ClearKaCache : KaAsyncCmdlet
{
    private readonly List<string> _wanted = [];
    private bool _some;

    /// <summary>The files: beginnings of their SHA-256, their addresses, or what Get-KaCache gave. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [CachedFileTransformation]
    [ArgumentCompleter(typeof(CachedFileCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] File { get; set; } = [];

    /// <summary>How many bytes may stay, such as 50GB. The default is none.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? Keep { get; set; }

    /// <summary>Remove only what was not used for so long, such as 30.00:00:00 for thirty days. The default removes what was used just now, too.</summary>
    [Parameter]
    public TimeSpan? UnusedFor { get; set; }

    /// <summary>Give what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect()
    {
        _some = true;
        _wanted.AddRange(File);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (!_some) return; // the pipeline brought nothing: that is not everything
        if (UnusedFor < TimeSpan.Zero) throw new ConfigurationException(Strings.NegativeTime("-UnusedFor"));
        var cache = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Files;
        var contents = await cache.ListAsync(cancellationToken).ConfigureAwait(false);
        var question = Question(contents);
        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        var removed = await cache.PruneAsync(new() { Only = [.. _wanted], Keep = Keep, Unused = UnusedFor }, session.User, cancellationToken).ConfigureAwait(false);
        if (!PassThru) return;
        foreach (var each in removed) await streams.WriteAsync(each).ConfigureAwait(false);
    }

    private string Question(CacheContents contents)
    {
        ImmutableArray<CachedFile> removable =
        [
            .. contents.Files.Where(each => !each.Pinned && !each.InUse && (UnusedFor is not { } unused || TimeProvider.System.GetUtcNow() - each.UsedAt >= unused)
                && (_wanted.Count == 0 || _wanted.Any(wanted => CachedFiles.Fits(wanted, each)))),
        ];
        var bytes = removable.Sum(static each => each.Length);
        if (Keep is { } keep) bytes = Math.Clamp(contents.Used - keep, 0, bytes);
        return Strings.AskClearCache(removable.Length, string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB"));
    }
}
