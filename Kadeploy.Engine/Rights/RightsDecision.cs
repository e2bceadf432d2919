namespace Kadeploy.Engine.Rights;

/// <summary>A right as the store has it.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Right">The right.</param>
internal sealed record StoredRight(long Key, Right Right);

/// <summary>What is to be changed in the store, and what is to be told of it.</summary>
internal sealed class RightsDecision
{
    private readonly HashSet<long> _removed = [];
    private readonly List<Right> _added = [];
    private readonly List<Right> _granted = [];
    private readonly List<Right> _revoked = [];

    /// <summary>Gets the rows that go.</summary>
    public IReadOnlyCollection<long> Removed => _removed;

    /// <summary>Gets the rights that come.</summary>
    public IEnumerable<Right> Added => _added.Concat(_granted);

    /// <summary>Gets what was granted.</summary>
    public IReadOnlyList<Right> Granted => _granted;

    /// <summary>Gets what somebody has lost.</summary>
    public IReadOnlyList<Right> Revoked => _revoked;

    /// <summary>Takes something away.</summary>
    /// <param name="row">The row that goes.</param>
    /// <param name="lost">What its holder loses by that.</param>
    public void Revoke(StoredRight row, Right lost)
    {
        _removed.Add(row.Key);
        _revoked.Add(lost);
    }

    /// <summary>Leaves something of a row that goes.</summary>
    /// <param name="rest">The rest.</param>
    public void Keep(Right rest) => _added.Add(rest);

    /// <summary>Drops a row, because another right says the same and more.</summary>
    /// <param name="row">The row.</param>
    public void Drop(StoredRight row) => _removed.Add(row.Key);

    /// <summary>Drops a right that was granted a moment ago, for the same reason.</summary>
    /// <param name="right">The right.</param>
    public void Drop(Right right) => _granted.Remove(right);

    /// <summary>Grants something.</summary>
    /// <param name="right">The right, with what went before it.</param>
    public void Grant(Right right) => _granted.Add(right);
}
