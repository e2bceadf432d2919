namespace Kadeploy.Miniroot.Trees;

/// <summary>Something in an <see cref="ImageTree"/>. Owner and group are always root, times always the same.</summary>
/// <param name="Mode">The permissions, as in <c>chmod</c>.</param>
internal abstract record TreeEntry(UnixFileMode Mode);

/// <summary>A directory.</summary>
internal sealed record DirectoryEntry(UnixFileMode Mode) : TreeEntry(Mode);

/// <summary>A regular file whose bytes are read when the image is written.</summary>
internal sealed record FileEntry(UnixFileMode Mode, FileContent Content) : TreeEntry(Mode);

/// <summary>A symbolic link.</summary>
internal sealed record LinkEntry(string Target) : TreeEntry(Permissions.Link);

/// <summary>A character device.</summary>
internal sealed record DeviceEntry(UnixFileMode Mode, int Major, int Minor) : TreeEntry(Mode);

/// <summary>Where the bytes of a file come from.</summary>
internal sealed class FileContent
{
    private readonly string? _path;
    private readonly ReadOnlyMemory<byte> _bytes;

    private FileContent(string? path, ReadOnlyMemory<byte> bytes) => (_path, _bytes) = (path, bytes);

    public static FileContent Of(ReadOnlyMemory<byte> bytes) => new(null, bytes);

    public static FileContent From(string path) => new(path, default);

    public ReadOnlyMemory<byte> Read() => _path is null ? _bytes : File.ReadAllBytes(_path);
}

/// <summary>The permissions that occur.</summary>
internal static class Permissions
{
    public const UnixFileMode Link = (UnixFileMode)0x1FF; // 0777
    public const UnixFileMode Folder = (UnixFileMode)0x1ED; // 0755
    public const UnixFileMode Private = (UnixFileMode)0x1C0; // 0700
    public const UnixFileMode Sticky = (UnixFileMode)0x3FF; // 1777
    public const UnixFileMode Program = (UnixFileMode)0x1ED; // 0755
    public const UnixFileMode Data = (UnixFileMode)0x1A4; // 0644
    public const UnixFileMode Secret = (UnixFileMode)0x180; // 0600
}
