using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.NetBoot;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads what nodes boot over the network, and how.</summary>
internal static class BootReader
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The table <c>boot</c>.</param>
    /// <param name="server">What boot files' addresses name where nothing is said.</param>
    /// <returns>The settings; null when something needed is missing, which was told.</returns>
    public static NetBootOptions? Read(Section section, string server)
    {
        var before = new NetBootProgram { Repository = "", Server = server };
        if (!section.Has("repository")) section.Missing("repository", "name the folder that the TFTP or HTTP server exports");
        var dhcp = Program(section, before);
        var deployment = Kernel(section);
        var options = new NetBootOptions { Dhcp = dhcp, Deployment = deployment ?? new("", []) };
        options = options with
        {
            Network = section.Table("network") is { } network ? Chained(network, dhcp) : null,
            Local = section.Table("local") is { } local ? Chained(local, dhcp) : null,
            LocalHeader = section.Text("local_header"),
            NfsRoot = section.Table("nfsroot") is { } nfs ? NfsRoot(nfs, dhcp.Repository) : null,
            Firmware = section.Name<NodeFirmware>("firmware") ?? options.Firmware,
            EfiPartition = section.Integer("efi_partition", 1, 128) ?? options.EfiPartition,
            UserFiles = section.Table("userfiles") is { } files ? UserFiles(files) : null,
            DiskNumbers = section.Table("disk_numbers") is { } numbers ? DiskNumbers(numbers) : options.DiskNumbers,
        };
        if (deployment is null || dhcp.Repository.Length == 0) return null;
        CheckKernel(section, deployment, dhcp.Repository);
        foreach (var problem in NetBootCheck.Problems(options, section.Source.LooksAtFiles)) section.Problem($"is wrong: {problem}");
        return options;
    }

    private static NetBootProgram Program(Section section, NetBootProgram otherwise)
    {
        var program = otherwise with
        {
            Method = section.Name("method", ("grubpxe", NetBootMethod.Grub)) ?? otherwise.Method,
            Repository = section.ExistingFolder("repository") ?? otherwise.Repository,
            Protocol = section.Name<BootFileProtocol>("protocol") ?? otherwise.Protocol,
            Server = section.Text("server") ?? otherwise.Server,
            Header = section.Text("header") ?? otherwise.Header,
        };
        if (section.Table("profiles") is not { } profiles) return program;
        program = program with
        {
            ProfilesFolder = profiles.Text("folder") ?? program.ProfilesFolder,
            Naming = profiles.Name<ProfileNaming>("naming") ?? program.Naming,
            NamePrefix = profiles.Text("prefix") ?? program.NamePrefix,
            NameSuffix = profiles.Text("suffix") ?? program.NameSuffix,
        };
        profiles.End();
        return program;
    }

    private static NetBootProgram Chained(Section section, NetBootProgram dhcp)
    {
        var program = Program(section, dhcp) with { Binary = section.Required("binary", "name the boot program, relative to the repository") };
        section.End();
        return program;
    }

    private static NetworkKernel? Kernel(Section section)
    {
        var kernel = section.Required("kernel", "name the kernel, relative to the repository; 'kadeploy miniroot build' makes one");
        var initrds = section.Texts("initrds") ?? [];
        var parameters = section.Text("parameters") ?? "";
        return kernel.Length > 0 ? new(kernel, initrds, parameters) : null;
    }

    private static NetworkKernel? NfsRoot(Section section, string repository)
    {
        var kernel = Kernel(section);
        section.End();
        if (kernel is not null && repository.Length > 0) CheckKernel(section, kernel, repository);
        return kernel;
    }

    private static void CheckKernel(Section section, NetworkKernel kernel, string repository)
    {
        if (!section.Source.LooksAtFiles) return;
        foreach (var (key, file) in kernel.Initrds.Select(static file => ("initrds", file)).Prepend(("kernel", kernel.Kernel)))
            if (NetBootCheck.IsInside(file) && !File.Exists(Path.Combine(repository, file)))
                section.Problem(key, $"names '{file}', which does not exist in the repository '{repository}'");
    }

    private static UserFilesOptions UserFiles(Section section)
    {
        var folder = section.Required("folder", "name the folder, relative to the repository");
        if (!section.Has("max_size")) section.Missing("max_size", "write how much all users' files may take, such as 1 GiB");
        var size = section.Size("max_size");
        section.End();
        return new(folder, size ?? 0);
    }

    private static ImmutableDictionary<string, int> DiskNumbers(Section section)
    {
        var numbers = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var device in section.AcceptAll())
        {
            if (!device.StartsWith("/dev/", StringComparison.Ordinal)) section.Problem(device, "is no device; write one such as /dev/disk/by-id/...");
            if (section.Integer(device, 0, 255) is { } number) numbers[device] = number;
        }

        return numbers.ToImmutable();
    }
}
