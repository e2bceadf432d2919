using System.Text;

namespace Kadeploy.Lab.Configuration;

/// <summary>A memory image with nothing but the lab's public key, so that whoever holds the lab's key may log in to what nodes boot, and the images
/// given stay the same for every lab. The format is cpio's "newc" (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
internal static class KeyImage
{
    private const uint Folder = 0x4000 | 0x1C0; // drwx------
    private const uint File = 0x8000 | 0x180; // -rw-------

    /// <summary>Makes the image.</summary>
    /// <param name="publicKey">The line for authorized_keys.</param>
    /// <returns>An uncompressed archive.</returns>
    public static byte[] Make(string publicKey)
    {
        using var archive = new MemoryStream();
        Add(archive, "root", Folder, "");
        Add(archive, "root/.ssh", Folder, "");
        Add(archive, "root/.ssh/authorized_keys", File, publicKey);
        Add(archive, "TRAILER!!!", 0, "");
        return archive.ToArray();
    }

    // Thirteen numbers of eight hexadecimal digits after the magic: inode, mode, user, group, links, time, size, four device numbers, length of the
    // name, checksum. Name and content are each padded to four bytes.
    private static void Add(MemoryStream archive, string name, uint mode, string content)
    {
        var (path, bytes) = (Encoding.ASCII.GetBytes(name + "\0"), Encoding.ASCII.GetBytes(content));
        uint[] fields = [(uint)archive.Length + 1, mode, 0, 0, 1, 0, (uint)bytes.Length, 0, 0, 0, 0, (uint)path.Length, 0];
        archive.Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(static field => field.ToString("X8", null)))));
        archive.Write(path);
        Pad(archive);
        archive.Write(bytes);
        Pad(archive);
    }

    private static void Pad(MemoryStream archive)
    {
        while (archive.Length % 4 != 0) archive.WriteByte(0);
    }
}
