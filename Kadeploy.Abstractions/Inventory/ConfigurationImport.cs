using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for the configuration of Kadeploy 3 to be taken over.</summary>
public sealed record ConfigurationImport
{
    /// <summary>Gets the directory that holds <c>server.conf</c>, <c>clusters.conf</c> and <c>command.conf</c>.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets the directory that receives <c>kadeploy.yml</c> and the folder <c>clusters</c>; neither may be there.</summary>
    public required string Output { get; init; }

    /// <summary>Gets the kernel of this Kadeploy's deployment environment, relative to the boot repository.</summary>
    /// <value>Null takes over that of Kadeploy 3, in which no agent calls home.</value>
    public string? Kernel { get; init; }

    /// <summary>Gets the initial RAM disks that belong to <see cref="Kernel"/>, in their order.</summary>
    public ImmutableArray<string> Initrds { get; init; } = [];

    /// <summary>Gets how nodes reach this machine.</summary>
    /// <value>Null for <c>network/server_hostname</c>, or the system's own name.</value>
    public string? ServerAddress { get; init; }

    /// <summary>Gets a value indicating whether nothing is written.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was done with a configuration of Kadeploy 3.</summary>
/// <param name="Keys">What became of each key that is there, in the order of files and lines.</param>
/// <param name="Warnings">What has to be done, or known, before the site can deploy.</param>
/// <param name="Files">The files that were written, or would be.</param>
/// <param name="Clusters">The number of clusters.</param>
/// <param name="Nodes">The number of nodes.</param>
/// <param name="DryRun">Whether nothing was written.</param>
public sealed record ConfigurationImportReport(
    ImmutableArray<ImportedKey> Keys, ImmutableArray<string> Warnings, ImmutableArray<string> Files, int Clusters, int Nodes, bool DryRun);

/// <summary>What became of a key. Values are not shown: some are secrets.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line where it stands first, from 1.</param>
/// <param name="Key">The key with those above it, parted by slashes, without numbers of list items.</param>
/// <param name="Count">How often it is there.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Target">The key in which its value went, for those that were taken over; else empty.</param>
/// <param name="Note">Why it was not taken over, or how it was changed; else empty.</param>
public sealed record ImportedKey(string File, int Line, string Key, int Count, ImportOutcome Outcome, string Target, string Note);

/// <summary>What became of a key.</summary>
public enum ImportOutcome
{
    /// <summary>Its value holds here too.</summary>
    TakenOver,

    /// <summary>Its value was changed into what means the same, or the nearest, here.</summary>
    Adapted,

    /// <summary>There is nothing here that it could set.</summary>
    NotApplicable,
}
