using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Engine.Images;

/// <summary>Looks into the files of an environment, as a node will.</summary>
/// <param name="files">Where they come from.</param>
/// <param name="environment">The environment.</param>
/// <param name="architecture">The kind of processor; null for the environment's own.</param>
internal sealed class EnvironmentInspection(IFileScope files, KaEnvironment environment, string? architecture)
{
    private readonly ImmutableArray<EnvironmentFinding>.Builder _findings = ImmutableArray.CreateBuilder<EnvironmentFinding>();
    private readonly BootParameters _boot = environment.Boot.On(architecture ?? environment.Architecture);
    private EnvironmentVerification _result = new() { Environment = environment };

    /// <summary>Looks at everything.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was found.</returns>
    public async Task<EnvironmentVerification> RunAsync(CancellationToken cancellationToken)
    {
        var fetched = new List<SourceFile?>();
        foreach (var wish in files.Wishes) fetched.Add(await FetchAsync(wish, cancellationToken).ConfigureAwait(false));
        if (fetched[0] is { } image)
        {
            _result = _result with { Sha256 = image.Sha256, Length = image.Length };
            try
            {
                await InspectAsync(image.Path, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or IOException or FormatException or UnauthorizedAccessException)
            {
                Add("image", BootVerdict.No, $"it cannot be read as {Kind()}: {broken.Message}");
            }
            catch (DriverUnusableException missing)
            {
                Add("image", BootVerdict.Unknown, $"it was not looked into: {missing.Message}");
            }
        }

        foreach (var (wish, archive) in files.Wishes.Zip(fetched).Skip(1))
            if (archive is not null) await InspectArchiveAsync(wish, archive.Path, cancellationToken).ConfigureAwait(false);

        var all = _findings.ToImmutable();
        var verdict = all.Any(static each => each.Verdict == BootVerdict.No) ? BootVerdict.No
            : all.Any(static each => each.Verdict == BootVerdict.Unknown) ? BootVerdict.Unknown : BootVerdict.Yes;
        return _result with { Findings = all, WouldBoot = verdict };
    }

    private async Task<SourceFile?> FetchAsync(FileWish wish, CancellationToken cancellationToken)
    {
        var subject = wish.What[..wish.What.IndexOf(" of ", StringComparison.Ordinal)];
        try
        {
            var file = await files.FetchAsync(wish.Location, wish.Sha256, cancellationToken).ConfigureAwait(false);
            Add(subject, BootVerdict.Yes, wish.Sha256 is null ? $"SHA-256 {file.Sha256}; none was recorded" : "it is the file that was recorded, by its SHA-256");
            return file;
        }
        catch (OperationFailedException failure)
        {
            Add(subject, BootVerdict.No, failure.Message);
            return null;
        }
    }

    private async Task InspectAsync(string path, CancellationToken cancellationToken)
    {
        var image = environment.Image;
        if (image.Kind == ImageKind.Fsa)
        {
            InspectFsa(path);
            return;
        }

        if (image.Kind == ImageKind.Tar)
        {
            await InspectTarAsync(path, cancellationToken).ConfigureAwait(false);
            return;
        }

        var unpacked = UnpackedImage.Open(path, image.Compression);
        await using var closing = unpacked.ConfigureAwait(false);
        var disk = await DiskImage.ReadAsync(unpacked.Content, cancellationToken).ConfigureAwait(false);
        if (await RefuseBrokenAsync(unpacked, cancellationToken).ConfigureAwait(false)) return;
        _result = _result with { UnpackedLength = disk.Length };
        InspectDisk(disk);
    }

    private async Task InspectTarAsync(string path, CancellationToken cancellationToken)
    {
        List<string> wanted = [.. new[] { _boot.Kernel, _boot.Initrd }.OfType<string>()];
        for (var pass = 1; ; pass++)
        {
            var unpacked = UnpackedImage.Open(path, environment.Image.Compression);
            await using var closing = unpacked.ConfigureAwait(false);
            var tree = await TarTree.ReadAsync(unpacked.Content, wanted, cancellationToken).ConfigureAwait(false);
            if (await RefuseBrokenAsync(unpacked, cancellationToken).ConfigureAwait(false)) return;
            if (tree.Entries == 0) throw new InvalidDataException("there is nothing in it");
            // Where a link leads is known only at the end; a file at an unusual place is looked into when the archive is read once more.
            var targets = wanted.Select(tree.Find).Where(static found => found is { File: null }).Select(static found => found!.Value.Path).ToList();
            if (pass == 1 && targets.Count > 0)
            {
                wanted.AddRange(targets);
                continue;
            }

            _result = _result with { Entries = tree.Entries, UnpackedLength = tree.Bytes };
            InspectTree(tree);
            return;
        }
    }

    private async Task<bool> RefuseBrokenAsync(UnpackedImage unpacked, CancellationToken cancellationToken)
    {
        if (await unpacked.FinishAsync(cancellationToken).ConfigureAwait(false) is not { } problem) return false;
        Add("image", BootVerdict.No, $"it cannot be read as {Kind()}: {Quoted.Text(problem)}");
        return true;
    }

    private void InspectTree(TarTree tree)
    {
        var userland = tree.Find("/sbin/init") is { File: { } init } ? BootFileKinds.Executable(init.Head) : null;
        userland ??= tree.Find("/bin/sh") is { File: { } shell } ? BootFileKinds.Executable(shell.Head) : null;
        var name = Release(tree.Release);
        _result = _result with { RootFileSystem = string.Join(", ", new[] { name, userland }.Where(static part => !string.IsNullOrEmpty(part))) };
        if (environment.OperatingSystem != OperatingSystemKind.Linux)
        {
            Add("root file system", BootVerdict.Unknown, $"what a system of kind {environment.OperatingSystem.ToString().ToLowerInvariant()} needs to boot is not known");
            InspectKernels(tree, userland);
            return;
        }

        if (tree.Find("/sbin/init") is null && tree.Find("/etc/init") is null && tree.Find("/bin/init") is null && tree.Find("/bin/sh") is null)
            Add("root file system", BootVerdict.No, "it has no /sbin/init, which the kernel starts first");
        else Add("root file system", BootVerdict.Yes, _result.RootFileSystem.Length > 0 ? _result.RootFileSystem : "it has what the kernel starts first");
        if (environment.Architecture is { } wanted && userland is not null && userland != wanted)
            Add("root file system", BootVerdict.No, $"its programs are for {userland}, and the description says {wanted}");
        InspectKernels(tree, userland);
    }

    private void InspectKernels(TarTree tree, string? userland)
    {
        if (_boot.Kernel is { } kernel)
        {
            var (file, kind) = Inspect(tree, kernel, static head => BootFileKinds.Kernel(head)?.What);
            _result = _result with { Kernel = file };
            if (file.Target is null) Add("kernel", BootVerdict.No, $"{kernel} is not in the image");
            else if (file.Length == 0 || kind is null) Add("kernel", BootVerdict.No, $"{Shown(file)} is no kernel");
            else
            {
                Add("kernel", BootVerdict.Yes, $"{Shown(file)}: {kind}");
                var (_, machine, version) = BootFileKinds.Kernel(tree.Find(kernel)!.Value.File!.Head)!.Value;
                if (machine is not null && (architecture ?? environment.Architecture ?? userland) is { } other && other != machine && !(machine == "x86_64" && other == "i386"))
                    Add("kernel", BootVerdict.No, $"{kernel} is for {machine}, and {(architecture ?? environment.Architecture) switch { null => "the image's programs are", _ => "what is asked for is" }} for {other}");
                if (version.Length > 0 && _boot.Initrd is null && !tree.HasFolder($"/lib/modules/{version}"))
                    Add("kernel", BootVerdict.Unknown, $"there is no /lib/modules/{version}, and no initial RAM disk: the kernel has to have all drivers built in");
            }
        }

        if (_boot.Initrd is not { } initrd) return;
        var (disk, what) = Inspect(tree, initrd, static head => BootFileKinds.Initrd(head));
        _result = _result with { Initrd = disk };
        if (disk.Target is null) Add("initrd", BootVerdict.No, $"{initrd} is not in the image");
        else if (disk.Length == 0 || what is null) Add("initrd", BootVerdict.No, $"{Shown(disk)} is no initial RAM disk");
        else Add("initrd", BootVerdict.Yes, $"{Shown(disk)}: {what}");
    }

    private static (ImageFile File, string? What) Inspect(TarTree tree, string path, Func<byte[], string?> kind)
    {
        if (tree.Find(path) is not { } found) return (new(path, null, 0, ""), null);
        var what = found.File is { } file ? kind(file.Head) : null;
        return (new(path, found.Path, found.File?.Length ?? 0, what ?? ""), what);
    }

    private void InspectDisk(DiskImage disk)
    {
        _result = _result with { RootFileSystem = disk.ToString() };
        if (disk.Length == 0) Add("image", BootVerdict.No, "it is empty");
        else if (disk.Table.Length == 0 && disk.Parts[0].FileSystem.Length == 0) Add("image", BootVerdict.No, "it has neither a partition table nor a file system that is known");
        else if (disk.Table.Length == 0 && environment.FileSystem is { } said && !Same(said, disk.Parts[0].FileSystem))
            Add("root file system", BootVerdict.No, $"it is {disk.Parts[0].FileSystem}, and the description says {said}");
        else if (disk.Table.Length == 0) Add("root file system", BootVerdict.Unknown, $"{disk.Parts[0].FileSystem}; the kernel inside of it was not looked for");
        else if (disk.Parts.Count == 0) Add("image", BootVerdict.No, $"its {disk.Table} has no partition");
        else if (!disk.HasBootCode && disk.Parts.All(static part => part.Type != "EFI system")) Add("image", BootVerdict.No, $"{disk}; it has no boot loader and no EFI system partition");
        else if (disk.Parts.All(static part => part.FileSystem.Length == 0)) Add("image", BootVerdict.Unknown, $"{disk}; no file system on it is known");
        else Add("image", BootVerdict.Yes, $"{disk}{(disk.HasBootCode ? "; it has a boot loader for BIOS" : "")}");
    }

    private void InspectFsa(string path)
    {
        var head = new byte[4];
        using (var file = File.OpenRead(path)) file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head.AsSpan().SequenceEqual("FsA0"u8)) Add("image", BootVerdict.Unknown, "an archive of fsarchiver; it was not looked into");
        else Add("image", BootVerdict.No, "it is no archive of fsarchiver");
    }

    private async Task InspectArchiveAsync(FileWish wish, string path, CancellationToken cancellationToken)
    {
        var subject = wish.What[..wish.What.IndexOf(" of ", StringComparison.Ordinal)];
        var script = (environment.Preinstall is { } own && own.Archive == wish.Location ? own : null) ?? environment.Postinstalls.First(each => each.Archive == wish.Location);
        // As on nodes, a script may have arguments behind its name.
        var name = script.Script?.Split(' ', 2)[0];
        try
        {
            var unpacked = UnpackedImage.Open(path, script.Compression);
            await using var closing = unpacked.ConfigureAwait(false);
            var tree = await TarTree.ReadAsync(unpacked.Content, name is null ? [] : [name], cancellationToken).ConfigureAwait(false);
            if (await unpacked.FinishAsync(cancellationToken).ConfigureAwait(false) is { } problem) throw new InvalidDataException(problem);
            if (name is not null && tree.Find(name) is null) Add(subject, BootVerdict.No, $"the script '{Quoted.Text(name)}' is not in it");
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or IOException or FormatException)
        {
            Add(subject, BootVerdict.No, $"it cannot be unpacked: {Quoted.Text(broken.Message)}");
        }
        catch (DriverUnusableException missing)
        {
            Add(subject, BootVerdict.Unknown, $"it was not looked into: {missing.Message}");
        }
    }

    private static string Release(string text)
    {
        const string Key = "PRETTY_NAME=";
        var line = text.Split('\n').FirstOrDefault(static line => line.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? "" : Quoted.Text(line[Key.Length..].Trim().Trim('"', '\''));
    }

    // What mkfs is told is not always what blkid says.
    private static bool Same(string said, string found) => said == found || (said is "fat" or "fat32" or "msdos" && found == "vfat");

    private static string Shown(ImageFile file) => string.Create(
        CultureInfo.InvariantCulture, $"{file.Path}{(file.Target == file.Path ? "" : $" -> {Quoted.Text(file.Target!)}")} ({FileCache.Size(file.Length)})");

    private string Kind() => $"{environment.Image.Kind.ToString().ToLowerInvariant()} ({environment.Image.Compression.ToString().ToLowerInvariant()})";

    private void Add(string subject, BootVerdict verdict, string text) => _findings.Add(new(subject, verdict, text));
}
