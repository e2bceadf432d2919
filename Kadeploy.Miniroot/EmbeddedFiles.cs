using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot;

/// <summary>The files that this project itself puts into images; they are kept under Files/ as they appear there.</summary>
internal static class EmbeddedFiles
{
    private static readonly string[] Programs =
        ["init", "etc/rc.boot", "etc/rc.agent", "etc/udhcpc.script", "etc/acpi/PWRF/00000080", "tiny/etc/rc.boot", "tiny-initrd/init",
         "small/etc/rc.boot", "small/etc/udhcpc.script"];

    private static readonly string[] Samples = ["tiny", "small"];

    /// <summary>Adds files to an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="folder">Those below this folder, with '/' at its end; empty for the deployment environment's.</param>
    public static void AddTo(ImageTree image, string folder)
    {
        foreach (var name in typeof(EmbeddedFiles).Assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(folder, StringComparison.Ordinal) || (folder.Length == 0 && Samples.Any(each => name.StartsWith(each, StringComparison.Ordinal)))) continue;
            var mode = Programs.Contains(name, StringComparer.Ordinal) ? Permissions.Program
                : name.EndsWith("etc/shadow", StringComparison.Ordinal) ? Permissions.Secret : Permissions.Data;
            image.Add(name[folder.Length..], new FileEntry(mode, FileContent.Of(Read(name))));
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFiles).Assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
