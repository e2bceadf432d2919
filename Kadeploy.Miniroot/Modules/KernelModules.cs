using Kadeploy.Miniroot.Packages;
using Kadeploy.Miniroot.Programs;
using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot.Modules;

/// <summary>Takes modules of one kernel out of the packages.</summary>
/// <param name="stage">The packages.</param>
/// <param name="version">The kernel's version.</param>
internal sealed class KernelModules(StagedTree stage, string version)
{
    // What depmod reads beside the modules themselves.
    private static readonly string[] Lists = ["modules.builtin", "modules.builtin.modinfo", "modules.order"];

    private readonly StagedPrograms _programs = new(stage);

    private string Folder => "usr/lib/modules/" + version;

    /// <summary>Finds the newest kernel.</summary>
    public static KernelModules Newest(StagedTree stage) => stage.Resolve("usr/lib/modules") is { } folder
        && Directory.GetDirectories(stage.OnDisk(folder)).Select(Path.GetFileName).OrderBy(static name => name, VersionOrder).LastOrDefault() is { } newest
            ? new(stage, newest)
            : throw new MinirootBuildException("the packages have no kernel modules");

    /// <summary>Gets the version.</summary>
    public string Version => version;

    /// <summary>Gives a module's place on the disk.</summary>
    /// <param name="file">Its path as the index has it.</param>
    public string OnDisk(string file) => stage.OnDisk($"{Folder}/{file}");

    private static Comparer<string?> VersionOrder { get; } =
        Comparer<string?>.Create(static (a, b) => string.Compare(a, b, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.CompareOptions.NumericOrdering));

    /// <summary>Reads what the modules need of each other.</summary>
    public async Task<ModuleIndex> IndexAsync(CancellationToken cancellationToken)
    {
        var folder = stage.OnDisk(Folder);
        if (!File.Exists(Path.Combine(folder, "modules.dep"))) await DepmodAsync(stage.Root, cancellationToken).ConfigureAwait(false);
        return new(Lines("modules.dep"), Lines("modules.builtin"), Lines("modules.alias"), Lines("modules.softdep"));

        IEnumerable<string> Lines(string name) => File.Exists(Path.Combine(folder, name)) ? File.ReadLines(Path.Combine(folder, name)) : [];
    }

    /// <summary>Adds module files and an index of just these to an image.</summary>
    public async Task AddAsync(ImageTree image, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("kadeploy-modules-");
        try
        {
            var below = Path.Combine(work.FullName, "lib", "modules", version);
            string[] lists = [.. Lists.Where(file => File.Exists(stage.OnDisk($"{Folder}/{file}")))];
            foreach (var file in files.Concat(lists))
            {
                var (source, copy) = (stage.OnDisk($"{Folder}/{file}"), Path.Combine(below, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(source, copy);
                image.AddFile($"{Folder}/{file}", source, Permissions.Data);
            }

            await DepmodAsync(work.FullName, cancellationToken).ConfigureAwait(false);
            foreach (var written in Directory.EnumerateFiles(below))
                if (!image.Contains($"{Folder}/{Path.GetFileName(written)}"))
                    image.Add($"{Folder}/{Path.GetFileName(written)}", new FileEntry(Permissions.Data, FileContent.Of(await File.ReadAllBytesAsync(written, cancellationToken).ConfigureAwait(false))));
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private Task<string> DepmodAsync(string root, CancellationToken cancellationToken) =>
        _programs.RunAsync("usr/bin/kmod", "depmod", ["-b", root, version], cancellationToken);
}
