namespace Kadeploy.Cli;

/// <summary>What <c>kadeploy</c> tells its caller at the end; scripts may rely on these numbers.</summary>
internal enum ExitCode
{
    /// <summary>All nodes are ok, or stand at the breakpoint that was asked for; or the command involved no nodes and succeeded.</summary>
    Ok = 0,

    /// <summary>An internal error, another engine took over, or lists of nodes could not be written.</summary>
    InternalError = 1,

    /// <summary>Bad usage or configuration, which includes a state directory that cannot be used.</summary>
    Usage = 2,

    /// <summary>Some nodes failed.</summary>
    SomeFailed = 3,

    /// <summary>All nodes failed.</summary>
    AllFailed = 4,

    /// <summary>The user may not do this.</summary>
    Refused = 5,

    /// <summary>Refused because a node's environment is marked destructive.</summary>
    Destructive = 6,

    /// <summary>Interrupted; what was under way can be resumed unless it was cancelled.</summary>
    Interrupted = 130,
}

/// <summary>Chooses and explains exit codes.</summary>
internal static class ExitCodes
{
    /// <summary>Gets the exit codes with their meaning, as the manual shows them.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Table { get; } =
    [
        (ExitCode.Ok, "All nodes are ok. Nodes that stopped at a breakpoint count as ok. Commands that deploy nothing: success."),
        (ExitCode.InternalError, "Internal error, another engine took over the operation, or the lists of nodes could not be written."),
        (ExitCode.Usage, "Bad usage or configuration, or a state directory that cannot be used."),
        (ExitCode.SomeFailed, "Some nodes failed."),
        (ExitCode.AllFailed, "All nodes failed."),
        (ExitCode.Refused, "Refused: the user lacks a right."),
        (ExitCode.Destructive, "Refused: --check-destructive found a node whose environment is marked destructive."),
        (ExitCode.Interrupted, "Interrupted by Ctrl-C or a signal."),
    ];

    /// <summary>Chooses by how nodes ended.</summary>
    /// <param name="results">The counts; a node that was cancelled or discarded did not get its system, so it counts as failed.</param>
    /// <returns><see cref="ExitCode.Ok"/>, <see cref="ExitCode.SomeFailed"/> or <see cref="ExitCode.AllFailed"/>.</returns>
    public static ExitCode From(NodeCounts results) => (results.Ok + results.Stopped, results.Ko + results.Cancelled + results.Discarded) switch
    {
        (_, 0) => ExitCode.Ok,
        (0, _) => ExitCode.AllFailed,
        _ => ExitCode.SomeFailed,
    };
}
