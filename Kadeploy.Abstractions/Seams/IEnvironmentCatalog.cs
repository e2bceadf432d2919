using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>The environments that users have described for others and for themselves.</summary>
/// <remarks>
/// Safe for use by many callers and processes at once; each call changes all or nothing, and what was changed meanwhile by others is never lost. Everybody sees
/// what <see cref="ListAsync"/> says; only owners and administrators change anything, and only administrators' environments are public.
/// Exceptions: <see cref="ConfigurationException"/>, with all problems; <see cref="NotAllowedException"/>; <see cref="StoreException"/>;
/// <see cref="OperationFailedException"/> when a file cannot be had.
/// </remarks>
public interface IEnvironmentCatalog
{
    /// <summary>Reads descriptions, and records nothing.</summary>
    /// <param name="text">YAML or JSON; one or more documents.</param>
    /// <param name="source">Where it is from: a path, an address of http or https, or "-" for standard input. Paths in it are relative to that.</param>
    /// <param name="user">Who owns what does not say whose it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The descriptions in their order, at least one.</returns>
    Task<ImmutableArray<KaEnvironment>> ReadAsync(string text, string source, string user, CancellationToken cancellationToken);

    /// <summary>Writes descriptions as text that reads back as the same.</summary>
    /// <param name="environments">The descriptions.</param>
    /// <param name="owners">Whether their owners are written too.</param>
    /// <returns>YAML, one document for each.</returns>
    string Write(IReadOnlyList<KaEnvironment> environments, bool owners);

    /// <summary>Adds environments: all of them or none.</summary>
    /// <param name="environments">The descriptions. Owners other than the user count for administrators only; else the user owns them.</param>
    /// <param name="checksums">Whether files are fetched now and the SHA-256 of those that have none is recorded.</param>
    /// <param name="user">Who adds them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was recorded.</returns>
    /// <exception cref="ConfigurationException">One is there already, or a file is not the one that its checksum says.</exception>
    Task<ImmutableArray<RecordedEnvironment>> AddAsync(
        ImmutableArray<KaEnvironment> environments, bool checksums, string user, CancellationToken cancellationToken);

    /// <summary>Adds environments, or brings those that are there to their descriptions: all of them or none.</summary>
    /// <param name="environments">The descriptions.</param>
    /// <param name="replace">Whether those that are there with another description get a new revision; when false, they are refused.</param>
    /// <param name="checksums">As for <see cref="AddAsync"/>.</param>
    /// <param name="user">Who does it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was done.</returns>
    Task<EnvironmentImport> ImportAsync(
        ImmutableArray<KaEnvironment> environments, bool replace, bool checksums, string user, CancellationToken cancellationToken);

    /// <summary>Lists environments that a user may see.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Public ones first, then private, then shared ones; by name; newest version first.</returns>
    Task<ImmutableArray<RecordedEnvironment>> ListAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken);

    /// <summary>Finds the environment that is meant when one is needed: the user's own before others'.</summary>
    /// <param name="selection">Which, by a name.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="ConfigurationException">There is none that the user may see.</exception>
    Task<RecordedEnvironment> FindAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken);

    /// <summary>Reads all that a version ever was, also after its deletion.</summary>
    /// <param name="selection">A name, an owner (default: the user) and a version (default: the highest that ever was).</param>
    /// <param name="user">Who asks: someone who may see the version as it is or last was.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The revisions, the first one first.</returns>
    Task<ImmutableArray<EnvironmentRevision>> HistoryAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken);

    /// <summary>Changes environments; each gets a new revision.</summary>
    /// <param name="selection">Which, by their exact name; the owner is the user unless another one is named.</param>
    /// <param name="change">What changes.</param>
    /// <param name="user">Who changes them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The environments as they are now.</returns>
    /// <exception cref="ConfigurationException">There is nothing to change, or the result would be no valid description.</exception>
    Task<ImmutableArray<RecordedEnvironment>> SetAsync(
        EnvironmentSelection selection, EnvironmentChange change, string user, CancellationToken cancellationToken);

    /// <summary>Deletes environments; their history stays.</summary>
    /// <param name="selection">Which, as for <see cref="SetAsync"/>.</param>
    /// <param name="force">Whether they go although nodes or operations use them.</param>
    /// <param name="user">Who deletes them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was deleted.</returns>
    /// <exception cref="ConfigurationException">There is none, or one is in use.</exception>
    Task<ImmutableArray<RecordedEnvironment>> DeleteAsync(EnvironmentSelection selection, bool force, string user, CancellationToken cancellationToken);

    /// <summary>Puts other beginnings to the addresses of files, in all environments of all users.</summary>
    /// <param name="moves">Old and new beginnings of paths or addresses; the new files have to be there.</param>
    /// <param name="user">Who asks: an administrator.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The environments that were changed.</returns>
    Task<ImmutableArray<RecordedEnvironment>> MoveFilesAsync(
        IReadOnlyList<(string Old, string New)> moves, string user, CancellationToken cancellationToken);

    /// <summary>Compares two descriptions.</summary>
    /// <param name="before">The one.</param>
    /// <param name="after">The other.</param>
    /// <returns>The fields in which they differ; revisions and owners are not compared.</returns>
    ImmutableArray<FieldDifference> Compare(KaEnvironment before, KaEnvironment after);

    /// <summary>Fetches an environment's files, compares them with what is recorded, and looks for what a node needs to boot.</summary>
    /// <param name="environment">The environment, recorded or not.</param>
    /// <param name="architecture">The kind of processor whose kernel is looked for; null for the environment's own.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was found; a file that cannot be had is a finding, not an exception.</returns>
    Task<EnvironmentVerification> VerifyAsync(KaEnvironment environment, string? architecture, string user, CancellationToken cancellationToken);
}
