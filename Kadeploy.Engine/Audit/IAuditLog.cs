namespace Kadeploy.Engine.Audit;

/// <summary>Where parts of the engine write down what users did: the only way into the audit trail.</summary>
/// <remarks>What a store changes itself, it notes in the transaction of the change (<c>SqliteStore.Note</c>); this is for what changes nothing in the
/// store, such as a refusal.</remarks>
internal interface IAuditLog
{
    /// <summary>Appends entries.</summary>
    /// <param name="notes">What was done, in its order.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are on disk.</returns>
    /// <exception cref="StoreException">They could not be saved.</exception>
    Task AppendAsync(IEnumerable<AuditNote> notes, CancellationToken cancellationToken);
}

/// <summary>What goes into the audit trail; number, time, program and hash come by themselves.</summary>
/// <param name="User">Who did it; empty for what happens by itself.</param>
/// <param name="Action">What was done.</param>
/// <param name="What">The particulars, in words; never a secret.</param>
/// <param name="Nodes">The nodes concerned, as a folded list, perhaps with <c>cluster:NAME</c> and <c>*</c>.</param>
/// <param name="Operation">The operation concerned, or null.</param>
internal sealed record AuditNote(string User, AuditAction Action, string What, string Nodes = "", OperationId? Operation = null);

/// <summary>Reads the audit trail as the store has it.</summary>
internal interface IAuditStore : IAuditLog
{
    /// <summary>Gives the end of the trail.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of the last entry, 0 when there is none, and its hash, both as they were noted beside the entries.</returns>
    Task<(long Number, string Hash)> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>Reads entries by their numbers.</summary>
    /// <param name="from">The lowest number.</param>
    /// <param name="to">The highest number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The entries that are there, in the order of their numbers; streamed.</returns>
    IAsyncEnumerable<AuditEntry> ReadAuditAsync(long from, long to, CancellationToken cancellationToken);

    /// <summary>Tries whether the store itself refuses to change entries.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it does; nothing is changed in any case.</returns>
    Task<bool> RefusesChangesAsync(CancellationToken cancellationToken);
}
