using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Talks to the system that runs on a node.</summary>
/// <remarks>
/// Safe for use by many callers at once. Cancellation: a command that has not been sent is not run; one that has is told to stop, and what it
/// did remains. Exceptions: <see cref="OperationFailedException"/>, <see cref="ChannelLostException"/>,
/// <see cref="DriverUnusableException"/>, <see cref="OperationCanceledException"/>.
/// </remarks>
public interface INodeChannel
{
    /// <summary>Gets what is missing when this driver can do nothing, for users; else empty.</summary>
    string Missing { get; }

    /// <summary>Waits until a node has booted a system of a kind.</summary>
    /// <param name="node">The node.</param>
    /// <param name="expected">The kind of system.</param>
    /// <param name="previousBootId">A boot identifier that does not count, because it was there before; null when unknown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The system that answered; notified, within 100 ms of its first sign of life.</returns>
    Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken);

    /// <summary>Waits until a node that was told to reboot is up again, whatever it runs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="previousBootId">The boot identifier of the system that was told to go down; null when unknown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The system that answered; null when one answers that was silent before and does not say what it is, such as one that lets
    /// nobody in.</returns>
    Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken);

    /// <summary>Asks which system runs on a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The system, or null when none answers.</returns>
    Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken);

    /// <summary>Runs a program on a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Stops the program.</param>
    /// <returns>How it ended, whatever its exit status.</returns>
    /// <exception cref="CommandStoppedException">It was cancelled while it ran; what it had printed is told.</exception>
    /// <remarks>A command whose attempt and ordinal are already known on the node is not run twice: its result is fetched.</remarks>
    Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken);

    /// <summary>Writes a file on a node, as a whole or not at all; directories that are missing are made.</summary>
    /// <param name="node">The node.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Ends the transfer; the node keeps what it had.</param>
    /// <returns>A task that ends when the file is there. Idempotent.</returns>
    Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken);
}

/// <summary>A file to write on a node.</summary>
/// <param name="Path">Its absolute path there.</param>
/// <param name="Mode">Its permissions there.</param>
public sealed record NodeFile(string Path, UnixFileMode Mode)
{
    /// <summary>Gets the file on the engine's machine that holds the content.</summary>
    /// <value>Null when <see cref="Content"/> does.</value>
    public string? Source { get; init; }

    /// <summary>Gets the content, when it is in memory.</summary>
    /// <value>Empty when <see cref="Source"/> is given; the default is an empty file.</value>
    public ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>A program to run on a node. There is no shell: arguments arrive as they are.</summary>
/// <param name="Attempt">The attempt for which it runs.</param>
/// <param name="Program">The program's name or path.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record NodeCommand(AttemptId Attempt, string Program, ImmutableArray<string> Arguments)
{
    /// <summary>Gets its number among the commands of its attempt.</summary>
    /// <value>From 0; most attempts run a single command.</value>
    public int Ordinal { get; init; }

    /// <summary>Gets variables that are added to the program's environment.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets what the program reads from its standard input.</summary>
    /// <value>Null for nothing.</value>
    public string? StandardInput { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitStatus">Its exit status; 0 is success.</param>
/// <param name="LastLines">The last lines of its output and errors.</param>
public sealed record CommandResult(int ExitStatus, ImmutableArray<string> LastLines);

/// <summary>A system that runs on a node.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="BootId">A value that is new with each boot.</param>
public sealed record RunningSystem(SystemKind Kind, string BootId)
{
    /// <summary>Gets the device that holds the root file system.</summary>
    /// <value>Null when it was not told.</value>
    public string? RootDevice { get; init; }

    /// <summary>Gets the identifier (UUID) of the root file system.</summary>
    /// <value>Null when it was not told.</value>
    public string? FileSystemId { get; init; }

    /// <summary>Gets the deployment whose marker the system carries.</summary>
    /// <value>Null when it carries none.</value>
    public OperationId? DeployedBy { get; init; }
}

/// <summary>Kinds of systems.</summary>
public enum SystemKind
{
    /// <summary>The deployment environment.</summary>
    DeploymentEnvironment,

    /// <summary>A system that was installed on the node: the deployed one, the production one or another.</summary>
    Installed,
}
