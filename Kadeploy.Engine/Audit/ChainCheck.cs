namespace Kadeploy.Engine.Audit;

/// <summary>Follows the chain of hashes through the entries of a trail.</summary>
/// <param name="problems">Receives what is wrong.</param>
/// <param name="noted">An entry that was noted earlier; null when none was.</param>
internal sealed class ChainCheck(List<string> problems, AuditMark? noted)
{
    private string? _found;

    /// <summary>Gets the number of the last entry.</summary>
    public long Number { get; private set; }

    /// <summary>Gets the hash of the last entry.</summary>
    public string Hash { get; private set; } = AuditChain.Beginning;

    /// <summary>Checks the next entry.</summary>
    /// <param name="entry">The entry.</param>
    public void Add(AuditEntry entry)
    {
        // What stands behind a gap cannot be checked against what is missing; the chain goes on from there.
        if (entry.Number != Number + 1) Miss(entry.Number - 1);
        else if (AuditChain.Hash(Hash, entry) != entry.Hash)
            problems.Add($"entry {entry.Number} is not as it was written{(entry.Number > 1 ? ", or the one before it is not" : "")}");
        if (entry.Number == noted?.Number) _found = entry.Hash;
        (Number, Hash) = (entry.Number, entry.Hash);
    }

    /// <summary>Checks the end.</summary>
    /// <param name="head">The end as it was noted beside the entries.</param>
    public void End((long Number, string Hash) head)
    {
        if (Number < head.Number) Miss(head.Number);
        else if (Number > head.Number) problems.Add($"entries {head.Number + 1} to {Number} stand behind the end of the trail");
        else if (Hash != head.Hash) problems.Add($"entry {Number} is not the one that was written last");
        if (noted is null || string.Equals(_found, noted.Hash, StringComparison.OrdinalIgnoreCase)) return;
        problems.Add(_found is null
            ? $"entry {noted.Number}, which was noted earlier, is not there"
            : $"entry {noted.Number} is not the one that was noted earlier: the trail was rewritten");
    }

    private void Miss(long last) => problems.Add(last <= Number + 1 ? $"entry {Number + 1} is missing" : $"entries {Number + 1} to {last} are missing");
}
