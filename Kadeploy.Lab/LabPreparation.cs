using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Versioning;
using System.Text.Json;
using Kadeploy.Lab.Configuration;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab;

/// <summary>Writes everything that a lab's programs read, before any of them is started.</summary>
[SupportedOSPlatform("linux")]
internal static class LabPreparation
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] LoaderFiles =
    [
        "/usr/lib/PXELINUX/pxelinux.0",
        "/usr/lib/syslinux/modules/bios/ldlinux.c32",
        "/usr/lib/syslinux/modules/bios/libcom32.c32",
        "/usr/lib/syslinux/modules/bios/libutil.c32",
        "/usr/lib/ipxe/snponly.efi",
        "/usr/lib/ipxe/undionly.kpxe",
    ];

    // Not for iPXE, under which it hangs.
    private const string DiskLoader = "/usr/lib/syslinux/modules/bios/chain.c32";

    /// <summary>Prepares a lab.</summary>
    /// <param name="folder">Its files; the folder is empty.</param>
    /// <param name="options">The lab, with its accelerator measured.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public static async Task WriteAsync(LabFolder folder, LabOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Profiles);
        Directory.CreateDirectory(Path.Combine(folder.BootFiles, BootProfiles.Folder));
        var password = BmcConfiguration.NewPassword();
        WritePrivate(folder.BmcPassword, password + "\n");
        await ProgramRun.CheckedAsync(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "kadeploy-lab", "-f", folder.SshKey], null, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(folder.ChassisHook, Resource("chassis-control.sh"), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(folder.In("dnsmasq.conf"), DnsmasqConfiguration.Main(folder, options), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(
            folder.In("dhcp-hosts"), DnsmasqConfiguration.Hosts(LabNode.First(options.Nodes)), cancellationToken).ConfigureAwait(false);
        WriteJson(folder.Options, options, LabJson.Default.LabOptions);
        var inventory = LabInventory.Of(folder, options);
        WriteJson(folder.Inventory, inventory, LabJson.Default.LabInventory);
        var (kernel, initrds) = CopyBootFiles(folder, options);
        if (options.Kernel is not null)
        {
            await File.WriteAllTextAsync(folder.Configuration, SiteFiles.Server(options, Environment.ProcessorCount), cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(
                folder.In(SiteFiles.Cluster + ".yml"), SiteFiles.ClusterFile(folder, options, kernel!, initrds, inventory.TimeoutFactor), cancellationToken)
                .ConfigureAwait(false);
        }

        foreach (var node in LabNode.First(options.Nodes))
            await WriteNodeAsync(folder, options, node, password, kernel, initrds, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteNodeAsync(
        LabFolder folder, LabOptions options, LabNode node, string password, string? kernel, ImmutableArray<string> initrds,
        CancellationToken cancellationToken)
    {
        var files = folder.Of(node);
        Directory.CreateDirectory(files.BmcState);
        WritePrivate(files.LanConfiguration, BmcConfiguration.Lan(node, folder, password));
        await File.WriteAllTextAsync(files.Emulation, BmcConfiguration.Emulation, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(files.ConsoleLog, "", cancellationToken).ConfigureAwait(false);
        var profile = kernel is null ? BootProfiles.Disk(options) : BootProfiles.Network(node, options, kernel, initrds);
        await File.WriteAllTextAsync(Path.Combine(folder.Profiles, node.ProfileName), profile, cancellationToken).ConfigureAwait(false);
        if (options.Kind != NodeKind.Vm) return;
        await ProgramRun.CheckedAsync(
            "qemu-img", ["create", "-q", "-f", "qcow2", files.Disk, $"{options.DiskGiB}G"], null, cancellationToken).ConfigureAwait(false);
        if (options.Firmware == Firmware.Uefi) File.Copy(QemuArguments.FirstOf(QemuArguments.UefiVariables), files.FirmwareVariables);
    }

    private static (string? Kernel, ImmutableArray<string> Initrds) CopyBootFiles(LabFolder folder, LabOptions options)
    {
        foreach (var file in LoaderFiles.Where(File.Exists)) Serve(file, Path.GetFileName(file));
        if (options.Loader == NetworkLoader.Pxelinux && File.Exists(DiskLoader)) Serve(DiskLoader, Path.GetFileName(DiskLoader));
        File.WriteAllText(Path.Combine(folder.BootFiles, "boot.ipxe"), BootProfiles.IpxeEntry);
        if (options.Kernel is null)
        {
            if (options.Kind == NodeKind.Vm) return (null, []);
            // The built-in system of namespace nodes needs no kernel, but profiles name one.
            File.WriteAllText(Path.Combine(folder.BootFiles, BootProfiles.Folder, "built-in"), "the built-in system of namespace nodes\n");
            return (BootProfiles.Folder + "/built-in", []);
        }

        Serve(options.Kernel, BootProfiles.Folder + "/kernel");
        var initrds = options.Initrds.Select(static (_, index) => $"{BootProfiles.Folder}/initrd{index}").ToImmutableArray();
        foreach (var (index, initrd) in options.Initrds.Index())
        {
            Serve(initrd, initrds[index]);
            // A kernel started from UEFI gets the images joined byte to byte, and the next must begin aligned.
            using var copy = new FileStream(Path.Combine(folder.BootFiles, initrds[index]), FileMode.Open, FileAccess.Write);
            copy.SetLength((copy.Length + 4095) / 4096 * 4096);
        }

        var key = BootProfiles.Folder + "/key";
        File.WriteAllBytes(Path.Combine(folder.BootFiles, key), KeyImage.Make(File.ReadAllText(folder.SshKey + ".pub")));
        return (BootProfiles.Folder + "/kernel", initrds.IsEmpty ? [] : initrds.Add(key));

        void Serve(string file, string name) => File.Copy(file, Path.Combine(folder.BootFiles, name));
    }

    private static void WritePrivate(string file, string text)
    {
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private });
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }

    private static void WriteJson<T>(string file, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var stream = File.Create(file);
        JsonSerializer.Serialize(stream, value, type);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
