using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Compares files of the cache with their SHA-256.</summary>
/// <remarks>
/// <para>Reads each file and gives an object for it as soon as it is known, whose Problem is $null when the file is as it was fetched. One that differs is removed from the cache, and
/// fetched again when it is needed: no deployment ever gets it.</para>
/// <para>An engine that has nothing else to do does the same by itself, slowly.</para>
/// </remarks>
/// <example>
/// <code>Test-KaCache</code>
/// <para>Compares all files.</para>
/// </example>
/// <example>
/// <code>Test-KaCache | Where-Object Problem</code>
/// <para>Shows only what was damaged.</para>
/// </example>
/// <example>
/// <code>Get-KaCache https://images.example/debian13.tar.zst | Test-KaCache -Quiet</code>
/// <para>Says whether one file is whole.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "KaCache")]
[OutputType(typeof(CacheCheck), typeof(bool))]
public sealed class TestKaCache : KaAsyncCmdlet
{
    private readonly List<string> _wanted = [];
    private bool _some;

    /// <summary>The files: beginnings of their SHA-256, their addresses, or what Get-KaCache gave. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [CachedFileTransformation]
    [ArgumentCompleter(typeof(CachedFileCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] File { get; set; } = [];

    /// <summary>Give only $true when nothing is wrong with any of them, or $false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void Collect()
    {
        _some = true;
        _wanted.AddRange(File);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (!_some) return;
        var cache = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Files;
        var whole = true;
        await foreach (var check in cache.VerifyAsync([.. _wanted], cancellationToken).ConfigureAwait(false))
        {
            whole &= check.Problem is null;
            if (!Quiet) await streams.WriteAsync(check).ConfigureAwait(false);
        }

        if (Quiet) await streams.WriteAsync(whole).ConfigureAwait(false);
    }
}
