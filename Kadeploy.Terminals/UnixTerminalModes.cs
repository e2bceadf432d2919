using System.Runtime.InteropServices;

namespace Kadeploy.Terminals;

/// <summary>The modes of a terminal as POSIX has them.</summary>
/// <remarks>The structure is the C library's own affair: it is read, changed and put back by the library, and never looked into.</remarks>
internal sealed unsafe partial class UnixTerminalModes : ITerminalModes
{
    // Larger than struct termios of any C library.
    private const int StructSize = 512;
    private const int Now = 0; // TCSANOW, on Linux and BSD

    private readonly byte[] _found = new byte[StructSize];
    private readonly int _terminal;

    /// <summary>Finds the modes.</summary>
    /// <param name="terminal">The terminal's descriptor; it stays open.</param>
    /// <exception cref="IOException">It is no terminal.</exception>
    public UnixTerminalModes(int terminal)
    {
        _terminal = terminal;
        fixed (byte* found = _found)
            if (TcGetAttr(terminal, found) != 0) throw Failure("be asked for its modes");
    }

    /// <summary>Gets the descriptor of standard input.</summary>
    public static int StandardInput => 0;

    public void SetRaw()
    {
        var raw = _found.ToArray();
        fixed (byte* modes = raw)
        {
            CfMakeRaw(modes);
            if (TcSetAttr(_terminal, Now, modes) != 0) throw Failure("be made to give keys as they are");
        }
    }

    public void Restore()
    {
        fixed (byte* found = _found) _ = TcSetAttr(_terminal, Now, found); // a terminal that is gone needs nothing
    }

    public ITerminalKeys OpenKeys() => new UnixTerminalKeys(_terminal);

    private static IOException Failure(string what) => new($"the terminal cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int TcGetAttr(int descriptor, byte* modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int TcSetAttr(int descriptor, int when, byte* modes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void CfMakeRaw(byte* modes);
}
