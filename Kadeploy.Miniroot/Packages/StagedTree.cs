namespace Kadeploy.Miniroot.Packages;

/// <summary>The unpacked files of packages, seen as the root of a system: links, absolute ones too, stay inside.</summary>
/// <param name="root">The folder.</param>
internal sealed class StagedTree(string root)
{
    private const int MostLinks = 40; // as in Linux

    /// <summary>Gets the folder.</summary>
    public string Root => root;

    /// <summary>Gives a file's place on the disk.</summary>
    /// <param name="path">A path inside, without a leading slash.</param>
    public string OnDisk(string path) => path.Length == 0 ? root : Path.Combine(root, path);

    /// <summary>Follows all links of a path.</summary>
    /// <param name="path">A path inside, with or without a leading slash.</param>
    /// <returns>The path without links, relative; null when there is nothing.</returns>
    public string? Resolve(string path)
    {
        var real = Follow(path);
        return real is not null && Path.Exists(OnDisk(real)) ? real : null;
    }

    /// <summary>Follows the links of a path whose last parts need not exist.</summary>
    /// <returns>The path, or null when links go in circles.</returns>
    public string? Follow(string path)
    {
        var left = new Stack<string>();
        var done = new List<string>();
        var links = 0;
        Push(left, path);
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                if (done.Count > 0) done.RemoveAt(done.Count - 1);
                continue;
            }

            done.Add(part);
            if (new FileInfo(OnDisk(string.Join('/', done))).LinkTarget is not { } target) continue;
            if (++links > MostLinks) return null;
            if (target.StartsWith('/')) done.Clear();
            else done.RemoveAt(done.Count - 1);
            Push(left, target);
        }

        return string.Join('/', done);
    }

    /// <summary>Lists the files below a folder.</summary>
    /// <param name="folder">A path inside.</param>
    /// <returns>Their paths inside, in ordinal order; nothing when there is no such folder.</returns>
    public IEnumerable<string> FilesBelow(string folder) => Resolve(folder) is { } real && Directory.Exists(OnDisk(real))
        ? Directory.EnumerateFiles(OnDisk(real), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal)
        : [];

    private static void Push(Stack<string> stack, string path)
    {
        foreach (var part in path.Split('/').Reverse())
            if (part is not ("" or ".")) stack.Push(part);
    }
}
