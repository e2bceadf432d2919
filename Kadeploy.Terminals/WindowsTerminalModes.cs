using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Kadeploy.Terminals;

/// <summary>The modes of a Windows console: keys come and control sequences go as with other terminals.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsTerminalModes : ITerminalModes
{
    private const int StandardInput = -10;
    private const int StandardOutput = -11;

    private const uint ProcessedInput = 0x1;
    private const uint LineInput = 0x2;
    private const uint EchoInput = 0x4;
    private const uint VirtualTerminalInput = 0x200;
    private const uint ProcessedOutput = 0x1;
    private const uint VirtualTerminalProcessing = 0x4;
    private const uint DisableNewlineAutoReturn = 0x8;
    private const uint Utf8 = 65001;

    private readonly nint _input = GetStdHandle(StandardInput);
    private readonly nint _output = GetStdHandle(StandardOutput);
    private readonly uint _foundInput;
    private readonly uint _foundOutput;
    private readonly uint _foundOutputPage = GetConsoleOutputCP();

    public WindowsTerminalModes()
    {
        uint input, output;
        if (!GetConsoleMode(_input, &input) || !GetConsoleMode(_output, &output)) throw Failure("be asked for its modes");
        (_foundInput, _foundOutput) = (input, output);
    }

    public void SetRaw()
    {
        if (!SetConsoleMode(_input, (_foundInput & ~(ProcessedInput | LineInput | EchoInput)) | VirtualTerminalInput)
            || !SetConsoleMode(_output, _foundOutput | ProcessedOutput | VirtualTerminalProcessing | DisableNewlineAutoReturn))
            throw Failure("be made to give keys as they are");
        _ = SetConsoleOutputCP(Utf8); // without it, letters beyond ASCII are not what they should be, and all else works
    }

    public void Restore()
    {
        _ = SetConsoleMode(_input, _foundInput); // a console that is gone needs nothing
        _ = SetConsoleMode(_output, _foundOutput);
        _ = SetConsoleOutputCP(_foundOutputPage);
    }

    public ITerminalKeys OpenKeys() => new WindowsTerminalKeys(_input);

    private static IOException Failure(string what) => new($"the console cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, uint* mode);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);

    [LibraryImport("kernel32")]
    private static partial uint GetConsoleOutputCP();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleOutputCP(uint page);
}
