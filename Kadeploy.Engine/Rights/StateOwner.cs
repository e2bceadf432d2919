using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;

namespace Kadeploy.Engine.Rights;

/// <summary>Finds out who owns a directory, which .NET tells on Windows only.</summary>
internal static class StateOwner
{
    /// <summary>Gives the owner's name.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>The name as <see cref="Environment.UserName"/> has it; null when it cannot be found out.</returns>
    public static string? Of(string directory)
    {
        if (OperatingSystem.IsWindows()) return OnWindows(directory);
        return OperatingSystem.IsLinux() ? OnLinux(directory) : null;
    }

    [SupportedOSPlatform("windows")]
    private static string? OnWindows(string directory)
    {
        try
        {
            var owner = new DirectoryInfo(directory).GetAccessControl().GetOwner(typeof(SecurityIdentifier)) as SecurityIdentifier;
            // What an elevated administrator makes belongs to all administrators.
            if (owner?.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid) == true)
            {
                using var identity = WindowsIdentity.GetCurrent();
                return new WindowsPrincipal(identity).IsInRole(WindowsBuiltInRole.Administrator) ? Environment.UserName : null;
            }

            var name = ((NTAccount?)owner?.Translate(typeof(NTAccount)))?.Value;
            return name?[(name.LastIndexOf('\\') + 1)..];
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or IdentityNotMappedException or SystemException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("linux")]
    private static string? OnLinux(string directory)
    {
        try
        {
            // statx, and not stat: its structure is the same on every architecture (man 2 statx). stx_uid is at byte 20.
            var status = new byte[256];
            if (Statx(CurrentDirectory, directory, 0, OwnerWanted, status) != 0) return null;
            return NameOf(BitConverter.ToUInt32(status, 20));
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            return null; // a C library from before 2018
        }
    }

    [SupportedOSPlatform("linux")]
    private static string? NameOf(uint user)
    {
        // The entry points into this memory, which therefore must not move.
        const int Size = 64 * 1024;
        var text = Marshal.AllocHGlobal(Size);
        try
        {
            return GetUser(user, out var entry, text, Size, out var found) == 0 && found != 0 ? Marshal.PtrToStringUTF8(entry.Name) : null;
        }
        finally
        {
            Marshal.FreeHGlobal(text);
        }
    }

    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint OwnerWanted = 8; // STATX_UID

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);

    [DllImport("libc", EntryPoint = "getpwuid_r")]
    private static extern int GetUser(uint user, out PasswordEntry entry, nint text, nint length, out nint found);

    /// <summary><c>struct passwd</c> of glibc and musl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PasswordEntry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Description;
        public nint Home;
        public nint Shell;
    }
}
