namespace Kadeploy;

/// <summary>Reads what was done, by whom, when, and from which program. Nothing can be changed through it.</summary>
/// <remarks>Safe for use by many callers at once. Exceptions: <see cref="NotAllowedException"/>, <see cref="StoreException"/>.</remarks>
public interface IAuditTrail
{
    /// <summary>Reads entries.</summary>
    /// <param name="query">Which.</param>
    /// <param name="user">Who asks: others than administrators are shown what they did themselves.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The entries in the order of their numbers, up to the last at the time of the call; streamed.</returns>
    IAsyncEnumerable<AuditEntry> ReadAsync(AuditQuery query, string user, CancellationToken cancellationToken);

    /// <summary>Checks every entry against the chain of hashes.</summary>
    /// <param name="noted">An entry that was noted earlier; null when none was. It tells a trail that was rewritten as a whole.</param>
    /// <param name="user">Who asks: an administrator.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>What was found.</returns>
    Task<AuditVerification> VerifyAsync(AuditMark? noted, string user, CancellationToken cancellationToken);
}
