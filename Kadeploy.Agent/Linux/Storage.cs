using System.Runtime.InteropServices;

namespace Kadeploy.Agent.Linux;

/// <summary>Large memory, and files that are written at places of their own.</summary>
internal static unsafe partial class Storage
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int HugePages = 14;
    private const int KeepSize = 1;
    private const int PunchHole = 2;
    private const int StartWriting = 2;
    private const nuint ZeroOut = 0x127F;
    private const nuint RereadPartitions = 0x125F;
    private const long HugePage = 2 * 1024 * 1024;

    private const int CurrentDirectory = -100;
    private const uint ModeWanted = 3;
    private const int ModeOffset = 28;

    public const int KindMask = 0xF000;
    public const int RegularFile = 0x8000;
    public const int BlockDevice = 0x6000;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Truncate = 0x200;

    /// <summary>Gets memory that is filled with zeros when it is first touched.</summary>
    /// <returns>Its start, or null when there is not enough.</returns>
    public static byte* Map(long length)
    {
        var start = mmap(null, (nint)(length + HugePage), ReadWrite, PrivateAnonymous, -1, 0);
        if (start == -1) return null;
        var aligned = (byte*)((start + HugePage - 1) & ~(HugePage - 1));
        // Fewer faults: with small pages, touching memory for the first time costs more than copying into it.
        _ = madvise(aligned, (nint)length, HugePages);
        return aligned;
    }

    /// <summary>Makes a range hold zeros, without writing them where the device or the file system can do without.</summary>
    /// <returns>False when that cannot be done so.</returns>
    public static bool TryZero(int descriptor, bool isDevice, long start, long length)
    {
        var range = stackalloc ulong[2];
        (range[0], range[1]) = ((ulong)start, (ulong)length);
        return (isDevice ? ioctl(descriptor, ZeroOut, range) : fallocate(descriptor, KeepSize | PunchHole, start, length)) == 0;
    }

    /// <summary>Gives kind and permissions of a file, following links; 0 when it is not there.</summary>
    public static int ModeOf(string path)
    {
        var status = stackalloc byte[256];
        return statx(CurrentDirectory, path, 0, ModeWanted, status) == 0 ? *(ushort*)(status + ModeOffset) : 0;
    }

    /// <summary>Makes the kernel read a disk's new partition table.</summary>
    public static void ReadPartitions(int descriptor) => _ = ioctl(descriptor, RereadPartitions, null);

    /// <summary>Begins to bring a range to the disk.</summary>
    public static void StartWriteback(int descriptor, long start, long length) => _ = sync_file_range(descriptor, start, length, StartWriting);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int descriptor, byte* data, nint length, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventCounter(uint start, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc")]
    private static partial nint mmap(void* address, nint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nint length, int advice);

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc")]
    private static partial int fallocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc")]
    private static partial int sync_file_range(int descriptor, long offset, long length, uint flags);
}
