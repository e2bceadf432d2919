using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kadeploy.Agent.Linux;

/// <summary>Sockets that never wait, used by descriptor: blocks go from the network into memory and on without a copy in between.</summary>
internal static unsafe partial class Sockets
{
    private const int InternetV4 = 2;
    private const int InternetV6 = 10;
    private const int Stream = 1;
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int ErrorOption = 4;
    private const int ReceiveBuffer = 8;
    private const int ReceiveBufferByForce = 33;
    // The system takes twice as much, for what it keeps beside the bytes. A sender counts as sent what its reader has not looked at yet, and gives it up: the more that is, the
    // more has to come from elsewhere when the reader dies. It is enough for 10 Gbit/s and 1 ms there and back.
    private const int MostUnread = 2 * 1024 * 1024;
    private const int ReceiveLowWater = 18;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int V6Level = 41;
    private const int V6Only = 26;
    private const int InProgress = 115;
    private const int NoFamily = 97;

    /// <summary>A part of memory to read into or write from.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Part
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary>Listens on every address.</summary>
    /// <param name="port">The port; when it is taken, a free one is used. 0 for any.</param>
    /// <returns>The socket and its port, or -1 and the system's error.</returns>
    public static (int Socket, int PortOrError) Listen(int port)
    {
        var listener = ListenOn(new(IPAddress.IPv6Any, port), out var error);
        // Without IPv6, or with a port that another has.
        if (listener < 0) listener = ListenOn(new(IPAddress.Any, port), out error);
        if (listener < 0 && port != 0) return Listen(0);
        return listener < 0 ? (-1, error) : (listener, PortOf(listener));
    }

    /// <summary>Begins to connect; the socket can be written when that has ended.</summary>
    /// <returns>The socket, or -1.</returns>
    public static int Connect(IPEndPoint target)
    {
        var socket = Open(target.AddressFamily == AddressFamily.InterNetworkV6 ? InternetV6 : InternetV4);
        if (socket < 0) return -1;
        var unread = MostUnread;
        if (setsockopt(socket, SocketLevel, ReceiveBufferByForce, &unread, sizeof(int)) != 0) _ = setsockopt(socket, SocketLevel, ReceiveBuffer, &unread, sizeof(int));
        var address = stackalloc byte[28];
        var length = Write(target, address);
        if (connect(socket, address, length) == 0 || Marshal.GetLastPInvokeError() == InProgress) return socket;
        ChildProcess.Close(socket);
        return -1;
    }

    /// <summary>Takes a connection that has come.</summary>
    /// <returns>The socket, or -1 when there is none.</returns>
    public static int Accept(int listener)
    {
        var socket = accept4(listener, null, null, Libc.NonBlocking | Libc.CloseOnExec);
        if (socket >= 0) SetNoDelay(socket);
        return socket;
    }

    /// <summary>Gives the error with which a connection attempt has ended; 0 for none.</summary>
    public static int ErrorOf(int socket)
    {
        int error;
        var length = sizeof(int);
        return getsockopt(socket, SocketLevel, ErrorOption, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>Says from how many bytes on there is something to read: fewer do not wake who waits. The end of the connection always does.</summary>
    public static void SetLowWater(int socket, int bytes) => _ = setsockopt(socket, SocketLevel, ReceiveLowWater, &bytes, sizeof(int));

    [LibraryImport("libc", EntryPoint = "readv", SetLastError = true)]
    public static partial nint Read(int descriptor, Part* parts, int count);

    [LibraryImport("libc", EntryPoint = "writev", SetLastError = true)]
    public static partial nint Write(int descriptor, Part* parts, int count);

    private static int ListenOn(IPEndPoint at, out int error)
    {
        var isV6 = at.AddressFamily == AddressFamily.InterNetworkV6;
        var socket = Open(isV6 ? InternetV6 : InternetV4);
        error = socket < 0 ? NoFamily : 0;
        if (socket < 0) return -1;
        int yes = 1, no = 0;
        _ = setsockopt(socket, SocketLevel, ReuseAddress, &yes, sizeof(int));
        if (isV6) _ = setsockopt(socket, V6Level, V6Only, &no, sizeof(int));
        var address = stackalloc byte[28];
        var length = Write(at, address);
        if (bind(socket, address, length) == 0 && listen(socket, 128) == 0) return socket;
        error = Marshal.GetLastPInvokeError();
        ChildProcess.Close(socket);
        return -1;
    }

    private static int Open(int family)
    {
        var made = socket(family, Stream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (made >= 0) SetNoDelay(made);
        return made;
    }

    private static void SetNoDelay(int socket)
    {
        var yes = 1;
        _ = setsockopt(socket, TcpLevel, NoDelay, &yes, sizeof(int));
    }

    private static int PortOf(int socket)
    {
        var address = stackalloc byte[28];
        var length = 28;
        _ = getsockname(socket, address, &length);
        return BinaryPrimitives.ReadUInt16BigEndian(new(address + 2, 2));
    }

    // struct sockaddr_in and sockaddr_in6, as in ip(7) and ipv6(7).
    private static int Write(IPEndPoint target, byte* address)
    {
        var bytes = new Span<byte>(address, 28);
        bytes.Clear();
        var isV6 = target.AddressFamily == AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(bytes, (ushort)(isV6 ? InternetV6 : InternetV4));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)target.Port);
        target.Address.TryWriteBytes(bytes[(isV6 ? 8 : 4)..], out _);
        if (isV6) MemoryMarshal.Write(bytes[24..], (uint)target.Address.ScopeId);
        return isV6 ? 28 : 16;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int socket, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int socket, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int socket, int waiting);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int socket, byte* address, int* length, int flags);

    [LibraryImport("libc")]
    private static partial int getsockname(int socket, byte* address, int* length);

    [LibraryImport("libc")]
    private static partial int setsockopt(int socket, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int socket, int level, int option, void* value, int* length);
}
