using System.Formats.Tar;
using Kadeploy.Miniroot.Tools;

namespace Kadeploy.Miniroot.Packages;

/// <summary>Unpacks packages, without configuring them, into one merged tree.</summary>
internal static class PackageStage
{
    // Debian 12's packages have files in both, and the tree has one place for each (the "merged /usr").
    private static readonly string[] Merged = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    private static readonly string[] Needless =
        ["usr/share/doc/", "usr/share/man/", "usr/share/locale/", "usr/share/info/", "usr/share/lintian/", "usr/share/bug/", "usr/share/i18n/"];

    /// <summary>Gives the tree of a set of packages, unpacking it when the cache has none.</summary>
    /// <param name="cache">The cache directory.</param>
    /// <param name="set">The packages.</param>
    /// <param name="fetch">Gives their files; called only when they are needed.</param>
    /// <param name="say">Is told what takes time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The tree.</returns>
    public static async Task<StagedTree> OpenAsync(
        string cache, PackageSet set, Func<Task<IReadOnlyList<string>>> fetch, Action<string> say, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(cache, "stages", set.Key);
        if (Directory.Exists(folder)) return new(folder);
        var files = await fetch().ConfigureAwait(false);
        say($"unpacking {files.Count} packages");
        var unfinished = folder + ".unfinished";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        foreach (var each in Merged)
        {
            Directory.CreateDirectory(Path.Combine(unfinished, "usr", each));
            File.CreateSymbolicLink(Path.Combine(unfinished, each), "usr/" + each);
        }

        var tree = new StagedTree(unfinished);
        foreach (var file in files)
            await Tool.RunAsync(
                "dpkg-deb", ["--fsys-tarfile", file], null, output => Unpack(output, tree, cancellationToken), cancellationToken).ConfigureAwait(false);
        Directory.Move(unfinished, folder); // whole or not at all
        return new(folder);
    }

    /// <summary>Unpacks one archive.</summary>
    internal static void Unpack(Stream archive, StagedTree tree, CancellationToken cancellationToken)
    {
        using var reader = new TarReader(archive, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Merge(entry.Name);
            if (path.Length == 0 || Array.Exists(Needless, folder => path.StartsWith(folder, StringComparison.Ordinal))) continue;
            var parent = tree.Follow(Path.GetDirectoryName(path) ?? "")
                ?? throw new InvalidDataException($"the folder of {path} is a link to itself");
            var target = tree.OnDisk(Path.Combine(parent, Path.GetFileName(path)));
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    if (!Path.Exists(target)) Directory.CreateDirectory(target);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    Make(target);
                    entry.ExtractToFile(target, overwrite: true);
                    File.SetUnixFileMode(target, entry.Mode | UnixFileMode.UserRead | UnixFileMode.UserWrite);
                    break;
                case TarEntryType.SymbolicLink:
                    Make(target);
                    if (!Path.Exists(target)) File.CreateSymbolicLink(target, entry.LinkName);
                    break;
                case TarEntryType.HardLink:
                    Make(target);
                    var source = tree.Resolve(Merge(entry.LinkName)) ?? throw new InvalidDataException($"{path} is a hard link to nothing");
                    File.Copy(tree.OnDisk(source), target, overwrite: true);
                    break;
                default:
                    break; // packages carry no devices
            }
        }

        static void Make(string target)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (new FileInfo(target).LinkTarget is not null) File.Delete(target);
        }
    }

    private static string Merge(string name)
    {
        var path = string.Join('/', name.Split('/').Where(static part => part is not ("" or "." or "..")));
        var first = path.Split('/')[0];
        return Merged.Contains(first, StringComparer.Ordinal) ? path == first ? "" : "usr/" + path : path;
    }
}
