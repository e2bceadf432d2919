using System.Runtime.InteropServices;

namespace Kadeploy.Agent.Linux;

/// <summary>What the framework does not offer: programs in sessions of their own, and how they ended.</summary>
internal static unsafe partial class Libc
{
    public const int Sigkill = 9;
    public const int Sigterm = 15;
    public const int Sigpipe = 13;
    public const int Sigchld = 17;
    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Enospc = 28;
    public const int Epipe = 32;

    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int SetStatusFlags = 4;
    public const int SetDescriptorFlags = 2;
    public const int SetPipeSize = 1031;
    public const int MayExecute = 1;

    public const int ThisThreadsTime = 3;

    public const int LockAlone = 2;
    public const int LockNow = 4;

    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8 | 16 | 32;

    public const short SpawnSetDefaultSignals = 4;
    public const short SpawnSetSignalMask = 8;
    public const short SpawnSetSession = 0x80;

    // Larger than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t of any C library.
    public const int StructSize = 1024;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeValue
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "creat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Create(string path, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ReadClock(int clock, TimeValue* value);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitFor(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int ClearSignals(void* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static partial int AddSignal(void* set, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    public static partial int Spawn(int* process, byte* file, void* actions, void* attributes, byte** arguments, byte** environment);

    /// <summary>Says what an error number means.</summary>
    public static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);
}
