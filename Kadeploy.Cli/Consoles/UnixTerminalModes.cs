using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Cli.Consoles;

/// <summary>The modes of a terminal as POSIX has them.</summary>
/// <remarks>The structure is the C library's own affair: it is read, changed and put back by the library, and never looked into.</remarks>
internal sealed unsafe partial class UnixTerminalModes : ITerminalModes
{
    // Larger than struct termios of any C library.
    private const int StructSize = 512;
    private const int StandardInput = 0;
    private const int Now = 0; // TCSANOW, on Linux and BSD

    private readonly byte[] _found = new byte[StructSize];

    public UnixTerminalModes()
    {
        fixed (byte* found = _found)
            if (TcGetAttr(StandardInput, found) != 0) throw Failure("be asked for its modes");
    }

    public void SetRaw()
    {
        var raw = _found.ToArray();
        fixed (byte* modes = raw)
        {
            CfMakeRaw(modes);
            if (TcSetAttr(StandardInput, Now, modes) != 0) throw Failure("be made to give keys as they are");
        }
    }

    public void Restore()
    {
        fixed (byte* found = _found) _ = TcSetAttr(StandardInput, Now, found); // a terminal that is gone needs nothing
    }

    // The framework's own stream reads lines.
    public Stream OpenKeys() => new FileStream(new SafeFileHandle(StandardInput, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    private static IOException Failure(string what) => new($"the terminal cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int TcGetAttr(int descriptor, byte* modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int TcSetAttr(int descriptor, int when, byte* modes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void CfMakeRaw(byte* modes);
}
