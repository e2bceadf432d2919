using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>The engine's own programs on one node, as one connection sees them.</summary>
/// <remarks>All are sent before the first command that names one, since they may use each other. A new connection sends them again: the node may have
/// booted, and an engine that was restarted may be a newer one. A program that runs keeps the file that it was started from.</remarks>
/// <param name="programs">Content by name.</param>
/// <param name="directory">Where they go, as the agent says; empty when it takes none.</param>
/// <param name="send">Writes a file on the node.</param>
internal sealed class SentPrograms(
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> programs, string directory, Func<string, UnixFileMode, ReadOnlyMemory<byte>, Task> send)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly Lock _gate = new();
    private Task? _sent;

    /// <summary>Makes sure that the programs that a command names are on the node.</summary>
    /// <param name="command">The command; also its arguments may name some.</param>
    /// <param name="cancellationToken">Ends the wait, not the sending, which others wait for too.</param>
    /// <exception cref="OperationFailedException">The node could not write one; repeating is harmless.</exception>
    /// <exception cref="ChannelLostException">The connection ended.</exception>
    public async Task PrepareAsync(NodeCommand command, CancellationToken cancellationToken)
    {
        if (directory.Length == 0 || !command.Arguments.Prepend(command.Program).Any(word => programs.ContainsKey(NameIn(word)))) return;
        Task sent;
        lock (_gate) sent = _sent is { IsCompleted: false } or { IsCompletedSuccessfully: true } ? _sent : _sent = SendAsync();
        await sent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a command's program and arguments as the node is to run them.</summary>
    public ImmutableArray<string> VectorOf(NodeCommand command) =>
        [directory.Length > 0 && programs.ContainsKey(command.Program) ? $"{directory}/{command.Program}" : command.Program, .. command.Arguments];

    private string NameIn(string word) =>
        word.StartsWith(directory, StringComparison.Ordinal) && word.Length > directory.Length ? word[(directory.Length + 1)..] : word;

    private Task SendAsync() => Task.WhenAll(programs.Select(each => send($"{directory}/{each.Key}", Mode, each.Value)));
}
