using System.Net.Sockets;
using System.Text;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Where processes that want the console of the same node find each other: <c>STATE/consoles/NODE</c>, with a lock for the one that holds the line,
/// the socket at which it hands on what comes, and the log.</summary>
/// <param name="stateDirectory">The state directory.</param>
internal sealed class ConsoleFolder(string stateDirectory)
{
    // sockaddr_un's sun_path has 108 bytes on Linux and Windows, 104 elsewhere, with a zero at its end.
    private const int LongestSocketPath = 103;
    private const int Backlog = 16;

    /// <summary>Gives a node's folder.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its path; it need not exist.</returns>
    public string Of(NodeName node) => Path.Combine(stateDirectory, "consoles", node.Value);

    /// <summary>Says why processes cannot find each other here.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The reason, for users; null when they can.</returns>
    public string? Obstacle(NodeName node) => Encoding.UTF8.GetByteCount(Socket(node)) <= LongestSocketPath
        ? null
        : $"the path '{Socket(node)}' is too long for a socket (more than {LongestSocketPath} bytes); choose a shorter state directory with --state";

    /// <summary>Takes a node's lock, unless some process has it.</summary>
    /// <param name="node">The node.</param>
    /// <returns>What gives it back when disposed of, as the end of the process does; null when somebody has it.</returns>
    /// <exception cref="StoreException">The folder cannot be used.</exception>
    public IDisposable? TryTake(NodeName node)
    {
        try
        {
            PrivateFile.CreateDirectory(Of(node));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the folder '{Of(node)}' cannot be made: {refused.Message}", refused);
        }

        try
        {
            return new FileStream(Path.Combine(Of(node), "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new StoreException($"the folder '{Of(node)}' cannot be used: {refused.Message}", refused);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Listens for other processes. Only who has the lock may.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The listener.</returns>
    /// <exception cref="StoreException">The socket cannot be made.</exception>
    public Socket Listen(NodeName node)
    {
        var path = Socket(node);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path); // of a process that was killed
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
            return listener;
        }
        catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            listener.Dispose();
            throw new StoreException($"the socket '{path}' cannot be made: {refused.Message}", refused);
        }
    }

    /// <summary>Connects with the process that has the line.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection; null when there is no such process, or it is not ready yet.</returns>
    public async Task<Stream?> ConnectAsync(NodeName node, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket(node)), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception absent) when (absent is SocketException or OperationCanceledException or ArgumentException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Removes the socket.</summary>
    /// <param name="node">The node.</param>
    public void RemoveSocket(NodeName node)
    {
        try
        {
            File.Delete(Socket(node));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Nobody listens there any more, which is what counts.
        }
    }

    private string Socket(NodeName node) => Path.Combine(Of(node), "socket");
}
