using System.Collections.Immutable;
using System.Net;

namespace Kadeploy.Engine.Configuration;

/// <summary>Where files that users name may come from, and how many of them are kept.</summary>
public sealed record FileSettings
{
    /// <summary>Gets the folders of this machine whose files every user may use; administrators may use all.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<string> Allow { get; init; } = [];

    /// <summary>Gets the networks from which files are fetched although they are private.</summary>
    /// <value>The default is none: files come from the Internet only.</value>
    public ImmutableArray<IPNetwork> Networks { get; init; } = [];

    /// <summary>Gets how many bytes fetched files may have together.</summary>
    /// <value>The default is 100 GB.</value>
    public long Size { get; init; } = 100_000_000_000;

    /// <summary>Gets after what time a fetched file is compared with its SHA-256 once more, while no operation runs.</summary>
    /// <value>The default is a week; zero is never.</value>
    public TimeSpan VerifyAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets other places of files.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<FileMirror> Mirrors { get; init; } = [];

    /// <summary>Gets how many bytes a pre-install's archive may have.</summary>
    /// <value>The default is 20 MB, as in Kadeploy 3.</value>
    public long PreinstallLimit { get; init; } = 20_000_000;

    /// <summary>Gets how many bytes a post-install's archive may have.</summary>
    /// <value>The default is 20 MB, as in Kadeploy 3.</value>
    public long PostinstallLimit { get; init; } = 20_000_000;
}

/// <summary>Other places of the files below an address.</summary>
/// <param name="Prefix">How the addresses begin.</param>
/// <param name="Others">What may stand in the place of that, in the order in which it is tried.</param>
public sealed record FileMirror(Uri Prefix, ImmutableArray<Uri> Others);
