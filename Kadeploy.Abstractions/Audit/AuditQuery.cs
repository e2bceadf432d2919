using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Chooses entries of the audit trail.</summary>
public sealed record AuditQuery
{
    /// <summary>Gets who did it.</summary>
    /// <value>Null for everybody.</value>
    public string? User { get; init; }

    /// <summary>Gets what was done.</summary>
    /// <value>Empty for everything; the default.</value>
    public ImmutableArray<AuditAction> Actions { get; init; } = [];

    /// <summary>Gets the operation.</summary>
    /// <value>Null for all, and for what concerns none.</value>
    public OperationId? Operation { get; init; }

    /// <summary>Gets a node that is named in the entry.</summary>
    /// <value>Null for all, and for what concerns none.</value>
    public NodeName? Node { get; init; }

    /// <summary>Gets the time from which on.</summary>
    /// <value>Null for the beginning.</value>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the time up to which, itself excluded.</summary>
    /// <value>Null for the end.</value>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets how many of the latest entries that fit.</summary>
    /// <value>Null for all.</value>
    public int? Last { get; init; }
}

/// <summary>What the check of the audit trail found.</summary>
/// <param name="Entries">How many entries there are.</param>
/// <param name="Head">The hash of the last one, to be kept elsewhere and compared later; of nothing when there are none.</param>
/// <param name="Problems">What is wrong, in words; empty when the trail is as it was written.</param>
public sealed record AuditVerification(long Entries, string Head, ImmutableArray<string> Problems)
{
    /// <summary>Gets a value indicating whether nothing is wrong.</summary>
    public bool IsIntact => Problems.IsEmpty;
}

/// <summary>An entry that was noted earlier, outside of the state directory.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash.</param>
public sealed record AuditMark(long Number, string Hash);
