using System.Text;

namespace Kadeploy.Miniroot.Trees;

/// <summary>The files of an image before it is written, in ordinal order of their paths.</summary>
/// <remarks>Paths are relative, with '/'. Folders above an entry are made when they are missing. Nothing touches a disk, so no
/// privilege is needed for owners and devices.</remarks>
internal sealed class ImageTree
{
    private readonly SortedDictionary<string, TreeEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Gets the entries; each folder comes before what is in it.</summary>
    public IEnumerable<KeyValuePair<string, TreeEntry>> Entries => _entries;

    public TreeEntry? Find(string path) => _entries.GetValueOrDefault(path);

    public bool Contains(string path) => _entries.ContainsKey(path);

    /// <summary>Adds or replaces an entry.</summary>
    /// <exception cref="ArgumentException">The path is no relative path of plain names.</exception>
    public void Add(string path, TreeEntry entry)
    {
        Check(path);
        _entries[path] = entry;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var parent = path[..slash];
            if (!_entries.TryGetValue(parent, out var present)) _entries.Add(parent, new DirectoryEntry(Permissions.Folder));
            else if (present is not DirectoryEntry) throw new ArgumentException($"{path}: {parent} is no directory", nameof(path));
        }
    }

    public void AddFolder(string path, UnixFileMode mode = Permissions.Folder) => Add(path, new DirectoryEntry(mode));

    public void AddText(string path, string text, UnixFileMode mode = Permissions.Data) =>
        Add(path, new FileEntry(mode, FileContent.Of(Encoding.UTF8.GetBytes(text))));

    public void AddFile(string path, string source, UnixFileMode mode) => Add(path, new FileEntry(mode, FileContent.From(source)));

    public void AddLink(string path, string target) => Add(path, new LinkEntry(target));

    public void Remove(string path) => _entries.Remove(path);

    private static void Check(string path)
    {
        if (path.Split('/').Any(static part => part is "" or "." or "..") || path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"'{path}' is no path inside an image", nameof(path));
    }
}
