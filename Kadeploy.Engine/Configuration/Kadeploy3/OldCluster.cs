using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>A cluster's file.</summary>
/// <param name="server">What <c>server.conf</c> says.</param>
/// <param name="import">What was asked for.</param>
/// <param name="ledger">The account.</param>
internal sealed class OldCluster(OldServer server, ConfigurationImport import, ImportLedger ledger)
{
    private static readonly string[] Roles = ["deploy", "swap", "prod", "tmp"];

    /// <summary>Makes the table of a cluster's file of this program.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="nodes">Its nodes, as entries.</param>
    /// <param name="file">The table of the old file.</param>
    /// <returns>The table.</returns>
    public YamlTable Convert(string name, YamlList nodes, OldTable file)
    {
        var boot = file.Table("boot");
        var kernels = boot?.Table("kernels");
        var user = kernels?.Table("user");
        var automata = file.Table("automata")?.Table("macrosteps") is { } macroSteps ? OldAutomata.Read(macroSteps, ledger) : null;
        var (power, console) = file.Table("remoteops") is { } operations ? OldCommands.Read(operations, server.Connector, ledger) : (null, null);
        var deploy = kernels?.Table("deploy");
        var table = Table(
        [
            ("name", Text(name)),
            ("nodes", nodes),
            ("power", power),
            ("console", console),
            ("ssh", Ssh()),
            ("boot", Boot(deploy, kernels?.Table("nfsroot"), file.Table("pxe")?.Table("headers"))),
            ("partitioning", Partitioning(file, deploy)),
            ("kernel_params", user?.Text("params", "kernel_params") is { } parameters ? Text(parameters) : null),
            ("bootloader", boot?.File("install_bootloader", "bootloader.script") is { } script ? Table([("script", Text(script))]) : null),
            ("preinstalls", Archives(file, "preinstall", "preinstalls")),
            ("postinstalls", Archives(file, "postinstall", "postinstalls")),
            ("timeouts", Timeouts(file.Table("timeouts"), automata is not null)),
            ("broadcast", Broadcast(file.Table("localops"))),
            ("automata", automata),
        ]);
        boot?.Leave("sleep_time_before_ping", "nothing is asked in turns: the agent calls when the node is up");
        deploy?.Leave("drivers", "the deployment environment loads drivers by what the hardware announces");
        file.Table("kexec")?.Leave("repository", "the directory on nodes is fixed: /dev/shm/kexec_repository");
        file.Table("hooks")?.Leave("use_ip_to_deploy", "nodes with an address are reached by it");
        if (boot is not null && !boot.Section.Has("install_bootloader")) boot.Section.Missing("install_bootloader", "it is the script that installs the boot loader");
        End(file);
        return table;
    }

    private static void End(OldTable file)
    {
        foreach (var (table, keys) in new (OldTable?, string[])[]
                 {
                     (file.Table("boot")?.Table("kernels")?.Table("user"), ["params"]), (file.Table("boot")?.Table("kernels")?.Table("deploy"), ["vmlinuz", "initrd", "params", "drivers", "supported_fs"]),
                     (file.Table("boot")?.Table("kernels")?.Table("nfsroot"), ["vmlinuz", "params"]), (file.Table("boot")?.Table("kernels"), ["user", "deploy", "nfsroot"]),
                     (file.Table("boot"), ["kernels", "sleep_time_before_ping", "install_bootloader"]), (file.Table("kexec"), ["repository"]), (file.Table("hooks"), ["use_ip_to_deploy"]),
                     (file.Table("pxe")?.Table("headers"), ["dhcp", "localboot", "networkboot"]), (file.Table("pxe"), ["headers"]), (file.Table("automata"), ["macrosteps"]),
                     (file.Table("localops"), ["broadcastenv"]), (file.Table("preinstall"), ["files"]), (file.Table("postinstall"), ["files"]), (file.Table("timeouts"), ["reboot", "kexec"]),
                     (file, ["partitioning", "boot", "remoteops", "localops", "preinstall", "postinstall", "timeouts", "kexec", "pxe", "hooks", "automata"]),
                 }) table?.End(keys);
    }

    private YamlTable? Ssh() => server is { SshKey: null, SshPort: null }
        ? null
        : Table([("identity_file", server.SshKey is { } key ? Text(key) : null), ("port", server.SshPort is { } port ? Number(port) : null)]);

    private YamlTable? Boot(OldTable? deploy, OldTable? nfsRoot, OldTable? headers)
    {
        if (server.Boot is not { } boot) return null;
        var (chains, network, local) = (Header(headers, "dhcp"), Header(headers, "networkboot"), Header(headers, "localboot"));
        if (boot.Network is null && chains is not null && boot.Local is not null && chains != network)
            ledger.Warn("pxe/headers/dhcp and networkboot differ, but both are profiles of one boot program here: that of networkboot was taken over");
        var headOfDhcp = boot.Network is null ? network : chains;
        headers?.Took("dhcp", "boot.header");
        headers?.Took("networkboot", boot.Network is null ? "boot.header" : "boot.network.header");
        headers?.Took("localboot", "boot.local_header");
        var nfsKernel = nfsRoot?.Text("vmlinuz", "boot.nfsroot.kernel");
        var nfsParameters = nfsRoot?.Text("params", "boot.nfsroot.parameters");
        var entries = boot.Dhcp.Entries.Entries.AddRange(Table(
        [
            ("header", headOfDhcp is null ? null : Text(headOfDhcp)),
            ("local_header", local is null ? null : Text(local)),
            .. Kernel(deploy),
            ("nfsroot", nfsKernel is null ? null : Table([("kernel", Text(Inside(nfsKernel))), ("parameters", nfsParameters is null ? null : Text(nfsParameters))])),
            ("network", boot.Network is { } chained ? Chained(chained, network) : null),
            ("local", boot.Local?.Entries),
        ]).Entries);
        return new(0, entries);
    }

    private static YamlTable Chained(OldBootProgram program, string? header) =>
        program.Entries with { Entries = header is null ? program.Entries.Entries : program.Entries.Entries.Add(new(0, "header", Text(header))) };

    private static string? Header(OldTable? headers, string key) => headers?.Section.Text(key) is { Length: > 0 } header ? header : null;

    private IEnumerable<(string, YamlValue?)> Kernel(OldTable? deploy)
    {
        var parameters = deploy?.Text("params", "boot.parameters");
        if (import.Kernel is { } kernel)
        {
            deploy?.Took("vmlinuz", "boot.kernel", "the kernel that was named at the import takes its place");
            deploy?.Took("initrd", "boot.initrds", "what was named at the import takes its place");
            return [("kernel", Text(kernel)), ("initrds", List(import.Initrds)), ("parameters", parameters is null ? null : Text(parameters))];
        }

        foreach (var key in new[] { "vmlinuz", "initrd" })
            if (deploy is not null && !deploy.Section.Has(key)) deploy.Section.Missing(key, "it is of the deployment environment");
        var (old, initrd) = (deploy?.Text("vmlinuz", "boot.kernel"), deploy?.Text("initrd", "boot.initrds"));
        ledger.Warn(
            "nodes would boot Kadeploy 3's deployment environment, in which no agent calls: make one with 'kadeploy miniroot build' in the boot repository, and import again with --kernel and --initrd");
        return [("kernel", Text(Inside(old ?? ""))), ("initrds", initrd is null ? null : List([Inside(initrd)])), ("parameters", parameters is null ? null : Text(parameters))];
    }

    // Kadeploy 3 puts a slash before; here paths are relative to the repository.
    private static string Inside(string path) => path.TrimStart('/');

    private YamlTable? Partitioning(OldTable file, OldTable? deploy)
    {
        if (file.Table("partitioning") is not { } partitioning)
        {
            if (!file.Section.Has("partitioning")) file.Section.Missing("partitioning", "it says which disk is deployed on");
            return null;
        }

        var noSwap = partitioning.Section.Flag("disable_swap") == true;
        partitioning.Took("disable_swap", "partitioning.partitions.swap", "without swap, 'none' stands there");
        var roles = partitioning.Table("partitions");
        var systems = deploy?.Text("supported_fs", "partitioning.supported_fs");
        foreach (var key in new[] { "block_device", "script" })
            if (!partitioning.Section.Has(key)) partitioning.Section.Missing(key);
        var table = Table(
        [
            ("block_device", partitioning.Text("block_device", "partitioning.block_device") is { } device ? Text(device) : null),
            ("script", partitioning.File("script", "partitioning.script") is { } script ? Text(script) : null),
            ("partitions", roles is null ? null : Table(Roles.Select(role => (role, (YamlValue?)Role(roles, role, noSwap))))),
            ("supported_fs", systems is null ? null : List(systems.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))),
            ("mkfs", server.FormatOptions),
        ]);
        roles?.End();
        partitioning.End("partitions");
        return table;
    }

    private static YamlText? Role(OldTable roles, string role, bool noSwap)
    {
        var number = roles.Section.Integer(role, -1, 128);
        roles.Took(role, $"partitioning.partitions.{role}", number == -1 ? "-1 is 'none' here" : "");
        return role == "swap" && noSwap ? Text("none") : number switch { null => null, -1 => Text("none"), { } partition => Number(partition) };
    }

    private static YamlList? Archives(OldTable file, string key, string target)
    {
        var archives = new List<YamlValue>();
        foreach (var archive in file.Table(key)?.Tables("files") ?? [])
        {
            var format = archive.Section.Text("format");
            string? compression = format switch { "tgz" => "gzip", "tbz2" => "bzip2", "txz" => "xz", _ => null };
            if (compression is null) archive.Section.Problem("format", $"is '{Quoted.Text(format ?? "")}'; Kadeploy 3 has tgz, tbz2 and txz");
            archive.Took("format", $"{target}.compression", $"{Quoted.Text(format ?? "")} is {compression} here");
            archives.Add(Table(
            [
                ("archive", archive.File("file", $"{target}.archive") is { } path ? Text(path) : null), ("compression", compression is null ? null : Text(compression)),
                ("script", archive.Text("script", $"{target}.script") is { } script ? Text(script) : null),
            ]));
            archive.End();
        }

        return archives.Count == 0 ? null : new(0, [.. archives]);
    }

    // Where nothing is said, the limits of Kadeploy 3 hold on: those of the instances were chosen with them.
    private static YamlTable? Timeouts(OldTable? timeouts, bool always)
    {
        if (timeouts is null && !always) return null;
        var limits = new[] { ("reboot", "120"), ("kexec", "60") }.Select(limit =>
        {
            var text = timeouts?.Section.Text(limit.Item1);
            var converted = OldTimeouts.Convert(text ?? limit.Item2);
            timeouts?.Took(limit.Item1, $"timeouts.{limit.Item1}", text is null || text == converted ? "" : "functions have no prefix here");
            return (limit.Item1, (YamlValue?)new YamlText(0, converted, true));
        });
        return Table(limits);
    }

    private YamlTable? Broadcast(OldTable? localOperations)
    {
        if (localOperations?.Table("broadcastenv") is not { } broadcast) return null;
        var command = broadcast.Section.Text("cmd") is { Length: > 0 } ? broadcast.Section.Command("cmd")?.Words : null;
        broadcast.Took("cmd", "broadcast.command");
        broadcast.Took("decompress", "broadcast.decompress");
        var decompresses = broadcast.Section.Flag("decompress") ?? true;
        broadcast.End("cmd", "decompress");
        if (command is null) return null;
        ledger.Warn($"{broadcast.Section.Source.Name}: the site's own broadcast was taken over as broadcast.command; it is used where the workflow has BroadcastEnvCustom");
        return Table([("command", List(command)), ("decompress", Flag(decompresses))]);
    }
}
