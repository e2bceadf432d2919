namespace Kadeploy;

/// <summary>One entry of the audit trail: who did what, when, and from which program.</summary>
public sealed record AuditEntry
{
    /// <summary>Gets the place in the trail, from 1 without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>Gets the time, by the clock of the machine that wrote the entry.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets who did it.</summary>
    /// <value>Empty for what happens by itself, such as the end of a right.</value>
    public required string User { get; init; }

    /// <summary>Gets what was done.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>Gets the particulars, in words.</summary>
    public required string What { get; init; }

    /// <summary>Gets the nodes concerned, as a folded list, perhaps with <c>cluster:NAME</c> and <c>*</c>.</summary>
    /// <value>Empty when no nodes are.</value>
    public string Nodes { get; init; } = "";

    /// <summary>Gets the operation concerned.</summary>
    /// <value>Null when none is.</value>
    public OperationId? Operation { get; init; }

    /// <summary>Gets the program, its process and its machine.</summary>
    public required string Program { get; init; }

    /// <summary>Gets the SHA-256 over this entry and the hash of the one before, as 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }
}

/// <summary>What the audit trail records. The numbers are on disk and never change.</summary>
public enum AuditAction
{
    /// <summary>A right was granted.</summary>
    Granted = 1,

    /// <summary>A right was revoked or overwritten.</summary>
    Revoked = 2,

    /// <summary>A right has ended.</summary>
    Expired = 3,

    /// <summary>Somebody was refused what he asked for, or a node was stopped for lack of a right.</summary>
    Refused = 4,

    /// <summary>An operation was started.</summary>
    OperationStarted = 5,

    /// <summary>An operation was asked to be cancelled.</summary>
    OperationCancelled = 6,

    /// <summary>All nodes of an operation have ended.</summary>
    OperationEnded = 7,

    /// <summary>Something that administrators keep was changed: nodes, environments, files.</summary>
    Changed = 8,
}
