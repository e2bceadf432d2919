using Kadeploy.Miniroot.Packages;
using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot.Programs;

/// <summary>Adds to an image the loader and the libraries that its programs need, and what these need in turn.</summary>
/// <param name="stage">Where they are taken from.</param>
internal sealed class LibraryClosure(StagedTree stage)
{
    private static readonly string[] Folders = ["usr/lib/x86_64-linux-gnu", "usr/lib", "usr/lib64"];

    /// <summary>Completes the image.</summary>
    /// <exception cref="MinirootBuildException">A library is in none of the packages.</exception>
    public void Complete(ImageTree image)
    {
        var waiting = new Queue<string>(image.Entries.Where(static each => each.Value is FileEntry).Select(static each => each.Key));
        while (waiting.TryDequeue(out var path))
        {
            if (image.Find(path) is not FileEntry file || Read(path, file) is not { } elf) continue;
            foreach (var needed in Wanted(path, elf))
            {
                if (image.Contains(needed)) continue;
                var real = stage.Resolve(needed)!;
                image.AddFile(needed, stage.OnDisk(real), Permissions.Program);
                waiting.Enqueue(needed);
            }
        }
    }

    /// <summary>Finds a library by its name.</summary>
    /// <returns>Its path inside the image, or null.</returns>
    public string? Find(string library, IEnumerable<string> before) =>
        before.Concat(Folders).Select(folder => $"{stage.Follow(folder)}/{library}").FirstOrDefault(path => stage.Resolve(path) is not null);

    private static ElfFile? Read(string path, FileEntry file)
    {
        try
        {
            return ElfFile.Read(file.Content.Read().Span);
        }
        catch (InvalidDataException broken)
        {
            throw new MinirootBuildException($"{path}: {broken.Message}");
        }
    }

    private IEnumerable<string> Wanted(string path, ElfFile elf)
    {
        if (elf.Interpreter is { } loader)
        {
            // Programs name it below /lib64, which is a link in the image too.
            var inside = loader.TrimStart('/');
            yield return inside.StartsWith("usr/", StringComparison.Ordinal) ? inside : "usr/" + inside;
        }

        var own = elf.SearchPath.Select(folder => folder.Replace("$ORIGIN", Path.GetDirectoryName(path), StringComparison.Ordinal));
        foreach (var library in elf.Needed)
            yield return library.StartsWith("ld-linux", StringComparison.Ordinal)
                ? "usr/lib64/" + library
                : Find(library, own) ?? throw new MinirootBuildException($"{path} needs {library}, which none of the packages has");
    }
}
