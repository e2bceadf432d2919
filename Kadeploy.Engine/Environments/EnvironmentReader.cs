using Kadeploy.Engine.Configuration.Reading;

namespace Kadeploy.Engine.Environments;

/// <summary>Reads descriptions of environments as Kadeploy 3 has them. <c>docs/environments.md</c> says what each field does here.</summary>
public static class EnvironmentReader
{
    /// <summary>Reads a description.</summary>
    /// <param name="text">The text, YAML or JSON.</param>
    /// <param name="source">Where it is from: a path, an address of http or https, or "-" for standard input. Files that it names by relative paths
    /// are beside it; those of standard input are in the current folder.</param>
    /// <param name="user">Who owns it when it does not say.</param>
    /// <returns>The environment; its image and archives have full addresses of file, http or https.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its line and field.</exception>
    public static KaEnvironment Read(string text, string source, string user)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new ConfigProblems();
        var section = DescribedFile.Of(source, problems).Read(text);
        problems.ThrowIfAny();
        var environment = Environment(section!, user);
        problems.ThrowIfAny();
        return environment;
    }

    private static KaEnvironment Environment(Section section, string user)
    {
        var name = section.Required("name");
        if (!section.Has("os")) section.Missing("os", "write linux, xen, windows, bsd or other");
        var image = Image(section);
        // Nothing is done with these yet, and nothing that is deployed differs for it.
        foreach (var key in new[] { "description", "author", "alias", "arch", "partition_type" }) section.Accept(key);
        Refused(section, "multipart", section.Flag("multipart") == true);
        Refused(section, "options", section.Has("options"));
        var os = section.Name<OperatingSystemKind>("os") ?? OperatingSystemKind.Linux;
        var boot = section.Table("boot") is { } table ? Boot(table) : new();
        var fileSystem = section.Text("filesystem");
        if (image?.Kind == ImageKind.Tar) CheckTar(section, os, boot, fileSystem);
        if (os == OperatingSystemKind.Xen)
            section.Problem("os", "is xen, which cannot be deployed yet: the hypervisor would not be started");
        var preinstall = section.Table("preinstall") is { } script ? FileReading.Archive(script, exists: false) : null;
        var postinstalls = section.Archives("postinstalls", exist: false);
        var environment = new KaEnvironment
        {
            Name = name,
            Version = section.Integer("version", 1, int.MaxValue) ?? 1,
            User = section.Text("user") ?? user,
            Visibility = section.Name<Visibility>("visibility") ?? Visibility.Private,
            OperatingSystem = os,
            Image = image ?? new(new("file:///"), ImageKind.Tar, ImageCompression.None),
            FileSystem = string.IsNullOrEmpty(fileSystem) ? null : fileSystem,
            Boot = boot,
            Preinstall = preinstall,
            Postinstalls = postinstalls,
            Destructive = section.Flag("destructive") ?? false,
        };
        section.End();
        return environment;
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
        var compression = kind == ImageKind.Fsa ? Fsa(image) : Compression(image);
        var digest = Digest(image);
        image.End();
        return file is null || kind is null || compression is null ? null : new(file, kind.Value, compression.Value, digest);
    }

    private static ImageCompression? Compression(Section image)
    {
        if (!image.Has("compression")) image.Missing("compression", "write gzip, bzip2, xz, zstd or none");
        return image.Name<ImageCompression>("compression");
    }

    private static ImageCompression? Fsa(Section image)
    {
        image.Integer("compression", 0, 9); // fsarchiver finds it by itself
        return ImageCompression.None;
    }

    private static string? Digest(Section image)
    {
        if (image.Text("checksum") is not { } text) return null;
        var digest = (text.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? text[7..] : text).ToLowerInvariant();
        if (digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower)) return digest;
        image.Problem("checksum", $"is '{Quoted.Text(text)}'; write the SHA-256 of the file, 64 hexadecimal digits, as sha256sum prints it");
        return null;
    }

    private static BootParameters Boot(Section section)
    {
        Refused(section, "hypervisor", section.Text("hypervisor") is { Length: > 0 });
        Refused(section, "hypervisor_params", section.Text("hypervisor_params") is { Length: > 0 });
        // For images of several partitions only, which are refused.
        section.Accept("block_device");
        section.Accept("partition");
        // They become a line of boot loaders' files.
        var text = section.Text("kernel_params")?.Trim() ?? "";
        if (text.Any(char.IsControl)) section.Problem("kernel_params", "has a line break or another control character inside; write all parameters on one line");
        var parameters = new BootParameters { Kernel = PathIn(section, "kernel"), Initrd = PathIn(section, "initrd"), KernelParameters = text };
        section.End();
        return parameters;
    }

    private static string? PathIn(Section section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } path) return null;
        if (!path.StartsWith('/')) section.Problem(key, $"is '{Quoted.Text(path)}'; write the path inside the image, which begins with '/'");
        return path;
    }

    private static void CheckTar(Section section, OperatingSystemKind os, BootParameters boot, string? fileSystem)
    {
        var what = $"an environment of os {Section.Snake(os.ToString())} with an image of kind tar needs it";
        if (string.IsNullOrEmpty(fileSystem)) section.Missing("filesystem", what);
        if (boot.Kernel is null && os is OperatingSystemKind.Linux or OperatingSystemKind.Xen) section.Missing("boot.kernel", what);
    }

    private static void Refused(Section section, string key, bool used)
    {
        if (used) section.Problem(key, "asks for what cannot be deployed yet, and leaving it out of account would deploy something else");
    }
}
