using System.Formats.Tar;

namespace Kadeploy.Miniroot.Trees;

/// <summary>Writes a tree as a tar archive (ustar), as system images are kept. The same tree gives the same bytes.</summary>
internal static class TarImage
{
    public static void Write(ImageTree tree, Stream output)
    {
        using var writer = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (path, entry) in tree.Entries)
        {
            using var data = entry is FileEntry file ? new MemoryStream(file.Content.Read().ToArray()) : null;
            writer.WriteEntry(new UstarTarEntry(Kind(entry), "./" + path + (entry is DirectoryEntry ? "/" : ""))
            {
                Mode = entry.Mode,
                ModificationTime = DateTimeOffset.FromUnixTimeSeconds(FixedTime.Seconds),
                UserName = "root",
                GroupName = "root",
            }.With(entry, data));
        }
    }

    private static UstarTarEntry With(this UstarTarEntry written, TreeEntry entry, Stream? data)
    {
        if (data is not null) written.DataStream = data;
        if (entry is LinkEntry link) written.LinkName = link.Target;
        if (entry is DeviceEntry device) (written.DeviceMajor, written.DeviceMinor) = (device.Major, device.Minor);
        return written;
    }

    private static TarEntryType Kind(TreeEntry entry) => entry switch
    {
        DirectoryEntry => TarEntryType.Directory,
        LinkEntry => TarEntryType.SymbolicLink,
        DeviceEntry => TarEntryType.CharacterDevice,
        _ => TarEntryType.RegularFile,
    };
}
