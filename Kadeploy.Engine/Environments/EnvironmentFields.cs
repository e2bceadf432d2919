using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Environments;

/// <summary>Reads the fields of a description, and says what is wrong with each.</summary>
internal static class EnvironmentFields
{
    /// <summary>The longest name, of an environment or a user, in characters.</summary>
    public const int LongestName = 255;

    private const int LongestDescription = 8192;

    /// <summary>Reads a description.</summary>
    /// <param name="section">The whole of it.</param>
    /// <param name="user">Who owns it when it does not say.</param>
    /// <returns>The environment; of no use when something is wrong, which was told.</returns>
    public static KaEnvironment Read(Section section, string user)
    {
        var name = Name(section, "name", section.Required("name")) ?? "";
        if (!section.Has("os")) section.Missing("os", "write linux, xen, windows, bsd or other");
        var image = Image(section);
        var os = section.Name<OperatingSystemKind>("os");
        var boot = section.Table("boot") is { } table ? BootFields.Read(table) : new();
        var fileSystem = FileSystem(section);
        var multipart = section.Flag("multipart") ?? false;
        var partitions = section.Table("options") is { } options ? Partitions(options) : [];
        if (image?.Kind == ImageKind.Tar) CheckTar(section, os ?? OperatingSystemKind.Linux, boot, fileSystem);
        if (multipart) CheckMultipart(section, boot);
        var environment = new KaEnvironment
        {
            Name = name,
            Version = section.Integer("version", 1, int.MaxValue) ?? 1,
            Alias = section.Text("alias") is { Length: > 0 } alias ? Name(section, "alias", alias) : null,
            Architecture = section.Text("arch") is { Length: > 0 } architecture ? BootFields.Architecture(section, "arch", architecture) : null,
            Description = Text(section, "description", LongestDescription, lines: true),
            Author = Text(section, "author", LongestName, lines: false),
            User = section.Text("user") is { Length: > 0 } owner ? Name(section, "user", owner) ?? user : user,
            Visibility = section.Name<Visibility>("visibility") ?? Visibility.Private,
            Destructive = section.Flag("destructive") ?? false,
            OperatingSystem = os ?? OperatingSystemKind.Linux,
            Image = image ?? new(new("file:///"), ImageKind.Tar, ImageCompression.None),
            FileSystem = fileSystem,
            PartitionType = section.Integer("partition_type", 0, 0xFF) ?? 0,
            Boot = boot,
            Preinstall = section.Table("preinstall") is { } script ? FileReading.Archive(script, exists: false) : null,
            Postinstalls = section.Archives("postinstalls", exist: false),
            Multipart = multipart,
            Partitions = partitions,
        };
        section.End();
        return environment;
    }

    /// <summary>Refuses a text that is not one line of words.</summary>
    /// <param name="section">Its table.</param>
    /// <param name="key">Its key.</param>
    /// <param name="text">The text.</param>
    /// <param name="longest">How many characters it may have.</param>
    /// <param name="lines">Whether it may have several lines.</param>
    /// <returns>Whether it may stand.</returns>
    public static bool IsPlain(Section section, string key, string text, int longest, bool lines = false)
    {
        if (text.Length > longest) section.Problem(key, $"has {text.Length} characters; at most {longest} are allowed");
        else if (text.FirstOrDefault(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t')) is var control and not '\0')
            section.Problem(key, $"has {(control is '\n' or '\r' ? "a line break" : $"the control character {Printable.Character(control)}")} inside; write plain text{(lines ? "" : " on one line")}");
        else return true;
        return false;
    }

    private static ImageReference? Image(Section section)
    {
        if (section.Table("image") is not { } image)
        {
            if (!section.Has("image")) section.Missing("image", "write image: { file: ..., kind: tar, compression: gzip }");
            return null;
        }

        foreach (var key in new[] { "file", "kind" })
            if (!image.Has(key)) image.Missing(key);
        var file = image.Location("file", exists: false);
        var kind = image.Name<ImageKind>("kind");
        var level = kind == ImageKind.Fsa ? image.Integer("compression", 0, 9) ?? 0 : 0; // fsarchiver itself finds it in the archive
        var compression = kind == ImageKind.Fsa ? ImageCompression.None : Compression(image);
        var digest = image.Sha256("checksum");
        var root = image.Sha256("root_digest");
        image.End();
        return file is null || kind is null || compression is null ? null : new(file, kind.Value, compression.Value, digest) { FsaLevel = level, RootDigest = root };
    }

    private static ImageCompression? Compression(Section image)
    {
        if (!image.Has("compression")) image.Missing("compression", "write gzip, bzip2, xz, zstd or none");
        return image.Name<ImageCompression>("compression");
    }

    private static string? FileSystem(Section section)
    {
        if (section.Text("filesystem") is not { Length: > 0 } type) return null;
        var problems = new Problems();
        RequestCheck.CheckFileSystem("file system", type, problems);
        if (problems.Count == 0) return type;
        section.Problem("filesystem", $"is '{Quoted.Text(type)}'; write one such as 'ext4', of letters, digits, '.', '_' and '-'");
        return null;
    }

    private static ImmutableArray<ImagePartition> Partitions(Section options)
    {
        var partitions = ImmutableArray.CreateBuilder<ImagePartition>();
        foreach (var section in options.Tables("partitions"))
        {
            foreach (var key in new[] { "id", "device" })
                if (!section.Has(key)) section.Missing(key);
            var id = section.Integer("id", 0, int.MaxValue);
            var device = section.Text("device") is { Length: > 0 } text ? BootFields.Device(section, "device", text) : null;
            section.End();
            if (id is null || device is null) continue;
            if (partitions.Any(other => other.Id == id)) section.Problem("id", $"is {id}, which is there already: partition id #{id} is already defined");
            if (partitions.Any(other => other.Device == device)) section.Problem("device", $"is '{device}', which is there already: partition device '{device}' is already defined");
            partitions.Add(new(id.Value, device));
        }

        options.End();
        return partitions.ToImmutable();
    }

    private static void CheckTar(Section section, OperatingSystemKind os, BootParameters boot, string? fileSystem)
    {
        var what = $"an environment of os {Section.Snake(os.ToString())} with an image of kind tar needs it";
        if (fileSystem is null && section.Text("filesystem") is null or "") section.Missing("filesystem", what);
        // Windows and BSD, which Kadeploy 3 has not any more, bring their own boot loader.
        if (boot.Kernel is null && os is OperatingSystemKind.Linux or OperatingSystemKind.Xen or OperatingSystemKind.Other && !Names(section, "kernel")) section.Missing("boot.kernel", what);
        if (boot.Hypervisor is null && os == OperatingSystemKind.Xen && !Names(section, "hypervisor")) section.Missing("boot.hypervisor", what);
    }

    private static void CheckMultipart(Section section, BootParameters boot)
    {
        const string What = "an image that fills several partitions (multipart: true) needs it";
        if (boot.BlockDevice is null && !Names(section, "block_device")) section.Missing("boot.block_device", What);
        if (boot.Partition is null && !Names(section, "partition")) section.Missing("boot.partition", What);
        if (section.Table("options")?.Tables("partitions") is null or { Count: 0 }) section.Missing("options.partitions", What);
    }

    /// <summary>Says whether a key of <c>boot</c> is there; what is wrong with it was told then.</summary>
    private static bool Names(Section section, string key) => section.Table("boot")?.Text(key) is { Length: > 0 };

    private static string Text(Section section, string key, int longest, bool lines) =>
        section.Text(key) is { } text && IsPlain(section, key, text, longest, lines) ? text : "";

    private static string? Name(Section section, string key, string text)
    {
        if (text.Length == 0) return null;
        if (!IsPlain(section, key, text, LongestName)) return null;
        if (text.Trim() == text) return text;
        section.Problem(key, string.IsNullOrWhiteSpace(text) ? "is empty" : $"is '{Quoted.Text(text)}', with a space at its beginning or end");
        return null;
    }
}
