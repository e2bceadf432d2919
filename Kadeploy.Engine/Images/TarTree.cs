using System.Formats.Tar;
using System.Text;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Images;

/// <summary>What is remembered of an archive's tree of files while it streams by: where links lead, which files there are, and how those begin that a node boots.</summary>
/// <remarks>Of other files only a number of 64 bits each is kept, so that the largest trees take a few megabytes.</remarks>
internal sealed class TarTree
{
    private const int MostLinks = 40;
    private const int MostHeads = 2000;

    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> _files = [];
    private readonly HashSet<ulong> _folders = [];
    private readonly Dictionary<string, TreeFile> _heads = new(StringComparer.Ordinal);

    /// <summary>Gets the number of entries.</summary>
    public long Entries { get; private set; }

    /// <summary>Gets the number of bytes of all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the text that names the system, of <c>os-release</c>; empty when there is none.</summary>
    public string Release => ReadText("/etc/os-release") ?? ReadText("/usr/lib/os-release") ?? "";

    /// <summary>Reads a whole archive.</summary>
    /// <param name="archive">The archive, unpacked.</param>
    /// <param name="also">Further paths whose files are looked into.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The tree.</returns>
    /// <exception cref="InvalidDataException">It is no archive of tar, or broken.</exception>
    public static async Task<TarTree> ReadAsync(Stream archive, IEnumerable<string> also, CancellationToken cancellationToken)
    {
        var tree = new TarTree();
        var wanted = also.Select(static path => Normal("", path)).ToHashSet(StringComparer.Ordinal);
        var reader = new TarReader(archive, leaveOpen: true);
        await using var closing = reader.ConfigureAwait(false);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            await tree.AddAsync(entry, wanted, cancellationToken).ConfigureAwait(false);
        // What pads an archive to its end is part of the file too.
        await archive.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        return tree;
    }

    /// <summary>Finds a file behind all links.</summary>
    /// <param name="path">Its path in the tree.</param>
    /// <returns>The path without links and, when the file was looked into, the file; null when there is no such file.</returns>
    public (string Path, TreeFile? File)? Find(string path)
    {
        if (Resolve(path) is not { } target) return null;
        if (_heads.TryGetValue(target, out var file)) return ("/" + target, file);
        return _files.Contains(Number(target)) ? ("/" + target, null) : null;
    }

    /// <summary>Says whether a folder is there.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether it is, or something in it.</returns>
    public bool HasFolder(string path) => Resolve(path) is { } target && _folders.Contains(Number(target));

    private async Task AddAsync(TarEntry entry, HashSet<string> wanted, CancellationToken cancellationToken)
    {
        Entries++;
        var path = Normal("", entry.Name);
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
            if (!_folders.Add(Number(path[..end]))) break;
        switch (entry.EntryType)
        {
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                if (path.Length > 0) _folders.Add(Number(path));
                break;
            case TarEntryType.SymbolicLink:
                _links[path] = entry.LinkName;
                break;
            case TarEntryType.HardLink:
                _links[path] = "/" + Normal("", entry.LinkName);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile or TarEntryType.SparseFile:
                Bytes += entry.Length;
                _links.Remove(path); // a later entry of a name takes the place of an earlier one
                _files.Add(Number(path));
                if ((wanted.Contains(path) || IsOfInterest(path)) && (_heads.Count < MostHeads || wanted.Contains(path)))
                    _heads[path] = new(entry.Length, await HeadAsync(entry, cancellationToken).ConfigureAwait(false));
                break;
        }
    }

    private static bool IsOfInterest(string path) =>
        path.StartsWith("boot/", StringComparison.Ordinal) || !path.Contains('/') || path is "etc/os-release" or "usr/lib/os-release"
        || path is "sbin/init" or "usr/sbin/init" or "lib/systemd/systemd" or "usr/lib/systemd/systemd" or "bin/busybox" or "usr/bin/busybox" or "bin/sh" or "usr/bin/dash" or "usr/bin/bash"
        || path.EndsWith("/vmlinuz", StringComparison.Ordinal) || path.EndsWith("/vmlinux", StringComparison.Ordinal);

    private static async Task<byte[]> HeadAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.DataStream is not { } data) return [];
        var head = new byte[(int)Math.Min(entry.Length, BootFileKinds.Head)];
        var count = await data.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return head[..count];
    }

    private string? ReadText(string path) => Find(path) is { File: { } file } ? Encoding.UTF8.GetString(file.Head) : null;

    /// <summary>Follows all links, also those of folders on the way, inside the tree.</summary>
    private string? Resolve(string path)
    {
        var rest = new Stack<string>(Parts(path).Reverse());
        var (done, links) = (new List<string>(), 0);
        while (rest.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                if (done.Count > 0) done.RemoveAt(done.Count - 1);
                continue;
            }

            done.Add(part);
            if (!_links.TryGetValue(string.Join('/', done), out var target)) continue;
            if (++links > MostLinks) return null;
            done.RemoveAt(done.Count - 1);
            if (target.StartsWith('/')) done.Clear();
            foreach (var next in Parts(target).Reverse()) rest.Push(next);
        }

        return string.Join('/', done);
    }

    private static string Normal(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in Parts($"{folder}/{path}"))
        {
            if (part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static ulong Number(string path) => StableHash.Of(0).Add(path).ToBits();
}

/// <summary>A file in a tree.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Head">Its first bytes.</param>
internal sealed record TreeFile(long Length, byte[] Head);
