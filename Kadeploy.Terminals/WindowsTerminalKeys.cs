using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Terminals;

/// <summary>The keys of a Windows console, which gives control sequences for those that are no letters. It is read record by record: a read of bytes could not be called back.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsTerminalKeys : ITerminalKeys
{
    private const ushort KeyEvent = 0x1;
    private const ushort MenuKey = 0x12; // what was put together with Alt and digits comes when Alt is let go
    private const int LongestCharacter = 4;

    private readonly Lock _gate = new();
    private readonly nint _input;
    private readonly ManualResetEvent _stop = new(false);
    private readonly ManualResetEvent _typed;
    private char _high; // the first half of a character of two
    private bool _stopped;

    /// <summary>Opens the keys.</summary>
    /// <param name="input">The console's handle; it stays open.</param>
    public WindowsTerminalKeys(nint input)
    {
        _input = input;
        _typed = new(false);
        _typed.SafeWaitHandle.Dispose();
        _typed.SafeWaitHandle = new SafeWaitHandle(input, ownsHandle: false);
    }

    public int Read(Span<byte> keys, Func<byte, bool> isLast)
    {
        var count = 0;
        while (keys.Length - count >= LongestCharacter && WaitHandle.WaitAny([_stop, _typed], count == 0 ? Timeout.Infinite : 0) == 1)
        {
            lock (_gate)
            {
                if (_stopped) return 0;
                InputRecord record;
                uint read;
                if (!ReadConsoleInput(_input, &record, 1, &read) || read == 0) return count;
                if (Encode(record, keys[count..]) is not (> 0 and var length)) continue;
                count += length;
                if (isLast(keys[count - 1])) return count;
            }
        }

        return count;
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
            _stop.Set();
        }
    }

    public void Dispose()
    {
        Stop();
        _typed.Dispose();
        _stop.Dispose();
    }

    private int Encode(InputRecord record, Span<byte> bytes)
    {
        if (record.Kind != KeyEvent || record.Character == '\0' || (record.IsDown == 0 && record.KeyCode != MenuKey)) return 0;
        if (char.IsHighSurrogate(record.Character))
        {
            _high = record.Character;
            return 0;
        }

        var character = char.IsLowSurrogate(record.Character) && _high != '\0' ? new Rune(_high, record.Character)
            : Rune.TryCreate(record.Character, out var single) ? single : Rune.ReplacementChar;
        _high = '\0';
        return character.EncodeToUtf8(bytes);
    }

    // INPUT_RECORD with a KEY_EVENT_RECORD in it
    [StructLayout(LayoutKind.Explicit, Size = 20)]
    private struct InputRecord
    {
        [FieldOffset(0)]
        public ushort Kind;

        [FieldOffset(4)]
        public int IsDown;

        [FieldOffset(10)]
        public ushort KeyCode;

        [FieldOffset(14)]
        public char Character;
    }

    [LibraryImport("kernel32", EntryPoint = "ReadConsoleInputW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadConsoleInput(nint input, InputRecord* records, uint length, uint* read);
}
