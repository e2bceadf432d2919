using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Kadeploy.Engine;

/// <summary>Puts the names in a folder on disk: a file that is there after a power failure need not have its name.</summary>
internal static partial class FolderOnDisk
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC of Linux

    /// <summary>Returns when they are there. Windows does so by itself.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsLinux()) OnLinux(folder);
    }

    [SupportedOSPlatform("linux")]
    private static void OnLinux(string folder)
    {
        // .NET opens no folders.
        var descriptor = Open(folder, ReadOnly | CloseOnExec);
        if (descriptor < 0) throw new IOException($"the folder '{folder}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Synchronize(descriptor) != 0) throw new IOException($"the folder '{folder}' cannot be written to disk: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
