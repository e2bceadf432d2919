using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Xunit;

namespace Kadeploy.Cli.Tests.Terminals;

/// <summary>A terminal without a screen, whose user is the test.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2; // O_RDWR
    private const int NotControlling = 0x100; // O_NOCTTY
    private const int Now = 0;
    private const short Input = 1;

    private readonly byte[] _modes;
    private int _user;

    public PseudoTerminal()
    {
        _user = PosixOpenPt(ReadWrite | NotControlling);
        var name = new byte[256];
        fixed (byte* path = name)
        {
            if (_user < 0 || GrantPt(_user) != 0 || UnlockPt(_user) != 0 || PtsName(_user, path, 256) != 0) Assert.Skip("not run: there are no pseudo-terminals here");
            Descriptor = Open(path, ReadWrite | NotControlling);
        }

        Assert.True(Descriptor >= 0);
        _modes = Modes();
    }

    /// <summary>Gets the descriptor of the side that programs have.</summary>
    public int Descriptor { get; }

    /// <summary>Gets a value indicating whether the modes are those that it had at first.</summary>
    public bool IsAsBefore => Modes().AsSpan().SequenceEqual(_modes);

    public void Type(string keys)
    {
        var bytes = Encoding.UTF8.GetBytes(keys);
        fixed (byte* first = bytes) Assert.Equal(bytes.Length, Write(_user, first, (nuint)bytes.Length));
    }

    public void HangUp()
    {
        _ = Close(_user);
        _user = -1;
    }

    /// <summary>Reads what is typed, without lines, as any program could.</summary>
    public string Read(int count)
    {
        var raw = Modes();
        var keys = new byte[count];
        fixed (byte* modes = raw)
        fixed (byte* first = keys)
        {
            CfMakeRaw(modes);
            Assert.Equal(0, TcSetAttr(Descriptor, Now, modes));
            for (var read = 0; read < count;) read += (int)Read(Descriptor, first + read, (nuint)(count - read));
        }

        return Encoding.UTF8.GetString(keys);
    }

    public void Dispose()
    {
        _ = Close(Descriptor);
        if (_user >= 0) HangUp();
    }

    private byte[] Modes()
    {
        var modes = new byte[512];
        fixed (byte* first = modes) Assert.Equal(0, TcGetAttr(Descriptor, first));
        return modes;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int PosixOpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int GrantPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int UnlockPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int PtsName(int descriptor, byte* name, nuint length);

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int TcGetAttr(int descriptor, byte* modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int TcSetAttr(int descriptor, int when, byte* modes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void CfMakeRaw(byte* modes);
}
