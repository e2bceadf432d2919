using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Configuration.Kadeploy3;
using Kadeploy.Engine.Drivers.NetBoot;
using Xunit;

namespace Kadeploy.Engine.Tests.Configuration;

public sealed class Kadeploy3ImportTests : IDisposable
{
    /// <summary>Every key of Kadeploy 3.3's files, as its documentation and its parser have them.</summary>
    private const string Keys = """
        server.conf: database/kind database/host database/name database/login database/passwd
          rights/kind rights/almighty_users rights/purge_deployment_timer
          network/server_hostname network/tcp_buffer_size network/vlan/hostname_suffix network/vlan/set_cmd network/ports/kadeploy_server network/ports/ssh network/ports/test_deploy_env
          security/secure_server security/local_only security/certificate security/private_key/algorithm security/private_key/file security/force_secure_client
          authentication/global/headers_prefix authentication/acl/whitelist authentication/certificate/ca_cert authentication/certificate/ca_public_key/algorithm
          authentication/certificate/ca_public_key/file authentication/certificate/whitelist authentication/http_basic/dbfile authentication/http_basic/realm
          authentication/http_basic/whitelist authentication/ident/whitelist
          ssh_private_key autoclean_threshold logs/logfile logs/database logs/debugfile verbosity/logs verbosity/clients cache/directory cache/size cache/concurrency_level
          windows/reboot/size windows/reboot/sleep_time windows/check/size
          environments/deployment/extraction_dir environments/deployment/rambin_dir environments/deployment/tarball_dir environments/max_preinstall_size environments/max_postinstall_size
          hooks/end_of_deployment hooks/end_of_reboot hooks/end_of_power
          external/default_connector external/taktuk/connector external/taktuk/tree_arity external/taktuk/auto_propagate external/taktuk/outputs_size
          external/bittorrent/tracker_ip external/bittorrent/download_timeout external/kastafior/binary external/kascade/binary external/kascade/args
          external/mkfs/fstype external/mkfs/args external/tar
          pxe/dhcp/method pxe/dhcp/repository pxe/dhcp/export/kind pxe/dhcp/export/server pxe/dhcp/profiles/directory pxe/dhcp/profiles/filename
          pxe/dhcp/userfiles/directory pxe/dhcp/userfiles/max_size pxe/dhcp/userfiles/concurrency_level
          pxe/localboot/method pxe/localboot/binary pxe/localboot/repository pxe/localboot/export/kind pxe/localboot/export/server pxe/localboot/profiles/directory pxe/localboot/profiles/filename
          pxe/networkboot/method pxe/networkboot/binary pxe/networkboot/repository pxe/networkboot/export/kind pxe/networkboot/export/server pxe/networkboot/profiles/directory
          pxe/networkboot/profiles/filename
        clusters.conf: clusters/name clusters/conf_file clusters/prefix clusters/nodes/name clusters/nodes/address
        graphene-cluster.conf: partitioning/block_device partitioning/disable_swap partitioning/partitions/deploy partitioning/partitions/swap partitioning/partitions/prod
          partitioning/partitions/tmp partitioning/script boot/sleep_time_before_ping boot/install_bootloader boot/kernels/user/params boot/kernels/deploy/vmlinuz boot/kernels/deploy/initrd
          boot/kernels/deploy/params boot/kernels/deploy/drivers boot/kernels/deploy/supported_fs boot/kernels/nfsroot/vmlinuz boot/kernels/nfsroot/params
          remoteops/level_name remoteops/reboot/name remoteops/reboot/cmd remoteops/reboot/group remoteops/power_on/name remoteops/power_on/cmd remoteops/power_off/name remoteops/power_off/cmd
          remoteops/power_status/name remoteops/power_status/cmd remoteops/console/name remoteops/console/cmd
          localops/broadcastenv/cmd localops/broadcastenv/decompress preinstall/files/file preinstall/files/format preinstall/files/script postinstall/files/file postinstall/files/format
          postinstall/files/script timeouts/reboot timeouts/kexec kexec/repository pxe/headers/dhcp pxe/headers/localboot pxe/headers/networkboot hooks/use_ip_to_deploy
          automata/macrosteps/SetDeploymentEnv/type automata/macrosteps/SetDeploymentEnv/retries automata/macrosteps/SetDeploymentEnv/timeout automata/macrosteps/SetDeploymentEnv/raisable
          automata/macrosteps/SetDeploymentEnv/breakpoint automata/macrosteps/SetDeploymentEnv/microsteps/name automata/macrosteps/SetDeploymentEnv/microsteps/timeout
          automata/macrosteps/SetDeploymentEnv/microsteps/retries automata/macrosteps/SetDeploymentEnv/microsteps/raisable automata/macrosteps/SetDeploymentEnv/microsteps/breakpoint
          automata/macrosteps/SetDeploymentEnv/microsteps/pre-ops/name automata/macrosteps/SetDeploymentEnv/microsteps/pre-ops/action automata/macrosteps/SetDeploymentEnv/microsteps/pre-ops/command
          automata/macrosteps/SetDeploymentEnv/microsteps/pre-ops/timeout automata/macrosteps/SetDeploymentEnv/microsteps/pre-ops/retries
          automata/macrosteps/SetDeploymentEnv/microsteps/pre-ops/scattering automata/macrosteps/SetDeploymentEnv/microsteps/post-ops/file
          automata/macrosteps/SetDeploymentEnv/microsteps/post-ops/destination automata/macrosteps/SetDeploymentEnv/microsteps/substitute/file
          automata/macrosteps/SetDeploymentEnv/microsteps/substitute/params automata/macrosteps/BroadcastEnv/type automata/macrosteps/BootNewEnv/type
        command.conf: NODE/reboot_soft NODE/reboot_hard NODE/reboot_very_hard NODE/power_on_soft NODE/power_on_hard NODE/power_on_very_hard NODE/power_off_soft NODE/power_off_hard
          NODE/power_off_very_hard NODE/power_status NODE/console
        client.conf: default servers/name servers/hostname servers/port servers/secure servers/auth_headers_prefix
        """;

    private readonly Kadeploy3Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_key_is_taken_over_or_named_with_the_reason()
    {
        var report = Run(_folder.Import);
        var expected = Expected().ToList();
        Assert.True(expected.Count > 165, $"only {expected.Count} keys");
        Assert.Equal(expected.Count, expected.Distinct().Count());
        var named = report.Keys.Select(static key => $"{Path.GetFileName(key.File)}: {key.Key}").Where(static key => !key.StartsWith("small-cluster", StringComparison.Ordinal)).ToHashSet();
        Assert.Empty(expected.Except(named));
        // Nothing else is in the files, and nothing is told twice in two ways but what stands in several places.
        Assert.All(named.Except(expected), static key => Assert.Contains("automata/macrosteps/", key, StringComparison.Ordinal));
        Assert.All(report.Keys, static key =>
        {
            Assert.Equal(key.Outcome == ImportOutcome.NotApplicable, key.Target.Length == 0);
            Assert.Equal(key.Outcome == ImportOutcome.TakenOver, key.Note.Length == 0);
            Assert.True(key.Line > 0 && key.Count > 0);
        });
        Assert.DoesNotContain(report.Keys, static key => key.Note.Contains("Kadeploy 3 does not read it either", StringComparison.Ordinal));
        // No value, among them the database's password, is told.
        Assert.DoesNotContain("hunter2", string.Join('\n', report.Keys) + string.Join('\n', report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_imported_site_means_the_same()
    {
        var report = Run(_folder.Import);
        Assert.Equal(["new/kadeploy.yml", "new/clusters/graphene.yml", "new/clusters/small.yml"], report.Files.Select(_folder.Short));
        Assert.Equal((2, 5), (report.Clusters, report.Nodes));
        var site = SiteReader.Read(_folder.At("new/kadeploy.yml"));
        Assert.Equal("kadeploy.site.example", site.Server.Address);
        Assert.Equal(["root", "alice", "bob"], site.Server.Administrators);
        Assert.Equal(["kavlan", "-s", "VLAN_ID", "NODES"], site.Server.Vlan!.Command.Words);
        Assert.Equal("-kavlan-VLAN_ID", site.Server.Vlan.HostnameSuffix);

        var graphene = site.Clusters[0];
        Assert.Equal(["graphene-1.site.example 10.0.0.1", "graphene-2.site.example 10.0.0.2", "graphene-3.site.example 10.0.0.3", "graphene-9.site.example 10.0.0.9"],
            graphene.Nodes.Select(static node => $"{node.Name} {node.Address}"));
        var cluster = graphene.Cluster;
        Assert.Equal(("/dev/sdb", 3, 1, 2, 5), (cluster.BlockDevice, cluster.DeployPartition, cluster.SwapPartition!.Value, cluster.ProductionPartition!.Value, cluster.TemporaryPartition!.Value));
        Assert.Equal(new($"file://{_folder.At("old/partition.sh")}"), cluster.PartitionScript);
        Assert.Equal(new($"file://{_folder.At("old/bootloader.sh")}"), cluster.BootloaderScript);
        Assert.Equal(["ext4", "xfs"], cluster.SupportedFileSystems);
        Assert.Equal(["-b", "4096", "-O", "sparse_super"], cluster.FormatOptions["ext4"]);
        Assert.Equal("console=ttyS0 quiet", cluster.KernelParameters);
        Assert.Equal(("100 + 30 * log(n + 1)", "40"), (cluster.RebootTimeout.Text, cluster.KexecTimeout.Text));
        Assert.Equal([(ImageCompression.Gzip, "pre.sh")], cluster.AdminPreinstalls.Select(static each => (each.Compression, each.Script)));
        Assert.Equal([(ImageCompression.Xz, null)], cluster.AdminPostinstalls.Select(static each => (each.Compression, each.Script)));
        Assert.False(cluster.BroadcastDecompresses);
        Assert.Equal((_folder.At("old/keys/id_deploy"), 2222), (graphene.Ssh.IdentityFile, graphene.Ssh.Port));

        var power = Assert.IsType<PowerSettings.Commands>(graphene.Power);
        Assert.Equal([PowerLevel.Soft, PowerLevel.Hard], power.Options.Reboot.Keys.Order());
        Assert.Equal(["DEFAULT_CONNECTOR", "root@HOSTNAME_FQDN", "nohup /sbin/reboot -f &>/dev/null &"], power.Options.Reboot[PowerLevel.Soft].Words);
        Assert.Equal(["ssh", "-l", "root", "-q", "-o", "BatchMode=yes"], power.Options.Connector);
        Assert.Equal(["lanpower", "--status", "HOSTNAME_SHORT"], power.Options.Status!.Words);
        var own = power.Nodes[NodeName.Parse("graphene-2.site.example")];
        Assert.Equal((["own-reboot", "very_hard"], ["own-status"]), (own.Reboot[PowerLevel.VeryHard].Words.ToArray(), own.Status!.Words.ToArray()), Same);
        Assert.Single(power.Nodes);
        Assert.Equal(["own-console", "HOSTNAME_SHORT"], Assert.IsType<ConsoleSettings.Command>(Assert.Single(graphene.NodeConsoles).Value).Template.Words);
        Assert.Equal(["conman", "HOSTNAME_SHORT"], Assert.IsType<ConsoleSettings.Command>(graphene.Console).Template.Words);

        Boot(graphene.NetBoot!);
        Workflow(cluster);
        Small(site.Clusters[1]);
    }

    [Fact]
    public void What_has_to_be_done_or_known_is_told()
    {
        var report = Run(_folder.Import);
        Assert.Equal(
            [
                "old/graphene-cluster.conf: there is no instance PivotRoot of BootNewEnv here, and it was left out",
                "old/graphene-cluster.conf: reboot very_hard is for groups of nodes and was left out; a command for a group of nodes at once has no place here; give each node its own",
                "old/graphene-cluster.conf has a command with what looks like a password, which everybody on this machine sees while it runs; power.ipmi with password_file keeps it hidden",
                "nodes would boot Kadeploy 3's deployment environment, in which no agent calls: make one with 'kadeploy miniroot build' in the boot repository, and import again with --kernel and --initrd",
                "old/graphene-cluster.conf: the site's own broadcast was taken over as broadcast.command; it is used where the workflow has BroadcastEnvCustom",
            ],
            report.Warnings.Select(_folder.Short));
    }

    [Fact]
    public void A_kernel_and_an_address_that_are_named_take_the_place_of_the_old_ones()
    {
        var report = Run(_folder.Import with { Kernel = "new/vmlinuz", Initrds = ["new/initrd.img", "new/site.img"], ServerAddress = "10.9.9.9" });
        Assert.DoesNotContain(report.Warnings, static warning => warning.Contains("no agent calls", StringComparison.Ordinal));
        var site = SiteReader.Read(_folder.At("new/kadeploy.yml"));
        Assert.Equal("10.9.9.9", site.Server.Address);
        Assert.All(site.Clusters, static cluster => Assert.Equal(["new/vmlinuz", "new/initrd.img", "new/site.img"], cluster.NetBoot!.Deployment.Initrds.Prepend(cluster.NetBoot.Deployment.Kernel)));
    }

    [Fact]
    public void A_dry_run_reports_the_same_and_writes_nothing()
    {
        var told = Run(_folder.Import with { DryRun = true });
        Assert.False(Directory.Exists(_folder.At("new")));
        var done = Run(_folder.Import);
        Assert.Equal((true, false), (told.DryRun, done.DryRun));
        Assert.Equal(told.Keys, done.Keys);
        Assert.Equal(told.Files, done.Files);
        Assert.Equal(["clusters", "kadeploy.yml"], Directory.GetFileSystemEntries(_folder.At("new")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("new/clusters/graphene.yml")));
        Assert.Equal(
            [$"'{_folder.At("new/kadeploy.yml")}' is there already; move it away, or name another directory with --output", $"'{_folder.At("new/clusters")}' is there already; move it away, or name another directory with --output"],
            Assert.Throws<ConfigurationException>(() => Run(_folder.Import)).Problems);
    }

    public static TheoryData<string, string, string, string> Broken => new()
    {
        { "server.conf", "method: PXElinux", "method: LPXE", "old/server.conf:41: key 'pxe.dhcp.method' is 'LPXE'; Kadeploy 3 has PXElinux, GPXElinux, IPXE, GrubPXE" },
        { "server.conf", "ssh_private_key: keys/id_deploy", "ssh_private_key: keys/gone", "old/server.conf:20: key 'ssh_private_key' names the file '" },
        { "server.conf", "ssh: 2222", "ssh: many", "old/server.conf:7: key 'network.ports.ssh' is 'many', but a whole number from 1 to 65535 is expected" },
        { "clusters.conf", "conf_file: small-cluster.conf", "conf_file: gone.conf", "old/clusters.conf:10: key 'clusters.conf_file' names the file '" },
        { "clusters.conf", "address: 10.0.0.[1-3]", "address: 10.0.0.[1-4]", "old/clusters.conf:7: key 'clusters.nodes.address' gives 4 for 3 nodes" },
        { "clusters.conf", "name: small\n", "name: ../x\n", "what was made of it is no configuration: clusters/cluster-2.yml:2: key 'name' is '../x'; write up to 60 letters" },
        { "clusters.conf", "name: small\n", "name: Graphene\n", "old/clusters.conf:9: key 'clusters.name' is 'Graphene' a second time" },
        { "command.conf", "graphene-2.site.example:", "graphene-7.site.example:", "old/command.conf:1: key 'graphene-7.site.example' is no node; did you mean 'graphene-1.site.example'?" },
        { "command.conf", "reboot_soft:", "rebot_soft:", "old/command.conf:2: key 'graphene-2.site.example.rebot_soft' is no kind of command; did you mean 'reboot_soft'?" },
        { "command.conf", "own-status", "own-status | tail -1", "old/command.conf:11: key 'graphene-2.site.example.power_status' is no command: the command 'own-status | tail -1' needs a shell for '|'" },
        { "graphene-cluster.conf", "cmd: conman HOSTNAME_SHORT", "cmd: conman; x", "old/graphene-cluster.conf:22: key 'remoteops.console.cmd' is no command: the command 'conman; x' needs a shell for ';'" },
        { "graphene-cluster.conf", "name: brutal, cmd: \"pdu", "name: fierce, cmd: \"pdu", "old/graphene-cluster.conf:18: key 'remoteops.reboot.name' is 'fierce'; the levels are gentle, firm, brutal" },
        { "graphene-cluster.conf", "script: partition.sh", "script: gone.sh", "old/graphene-cluster.conf:5: key 'partitioning.script' names the file '" },
        { "graphene-cluster.conf", "format: tgz", "format: zip", "old/graphene-cluster.conf:26: key 'preinstall.files.format' is 'zip'; Kadeploy 3 has tgz, tbz2 and txz" },
        { "graphene-cluster.conf", "block_device: /dev/sdb", "block_device: sdb", "what was made of it is no configuration: clusters/graphene.yml:" },
        { "graphene-cluster.conf", "Math.log(n + 1)", "`reboot`", "what was made of it is no configuration: clusters/graphene.yml:" },
        { "graphene-cluster.conf", "vmlinuz: /kernels/vmlinuz", "vmlinuz: /kernels/gone", "what was made of it is no configuration: clusters/graphene.yml:" },
        { "small-cluster.conf", "partitioning:", "x: [", "old/small-cluster.conf:" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_wrong_is_told_with_file_and_line_and_nothing_is_written(string file, string good, string bad, string expected)
    {
        var text = File.ReadAllText(_folder.At($"old/{file}"));
        Assert.Contains(good, text, StringComparison.Ordinal);
        _folder.Write($"old/{file}", text.Replace(good, bad, StringComparison.Ordinal));
        foreach (var dryRun in new[] { true, false })
        {
            var refused = Assert.Throws<ConfigurationException>(() => Run(_folder.Import with { DryRun = dryRun }));
            Assert.StartsWith(expected, _folder.Short(refused.Problems[0]), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.Exists(_folder.At("new")) ? Directory.GetFileSystemEntries(_folder.At("new")) : []);
    }

    [Fact]
    public void All_problems_of_all_files_are_told_together()
    {
        foreach (var file in new[] { "server.conf", "clusters.conf" }) File.Delete(_folder.At($"old/{file}"));
        _folder.Write("old/command.conf", "a: { reboot_soft: x }");
        Assert.Equal(
            ["old/server.conf: there is no such file", "old/clusters.conf: there is no such file", "old/command.conf:1: key 'a' is no node"],
            Assert.Throws<ConfigurationException>(() => Run(_folder.Import)).Problems.Select(_folder.Short));
        Assert.StartsWith("there is no directory '", Assert.Throws<ConfigurationException>(() => Run(_folder.Import with { Directory = _folder.At("none") })).Message, StringComparison.Ordinal);
        Assert.StartsWith("a kernel and its initial RAM disks are named together", Assert.Throws<ConfigurationException>(() => Run(_folder.Import with { Kernel = "k" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_least_configuration_under_its_old_names_is_imported_and_keys_that_nobody_knows_are_named()
    {
        foreach (var (name, old) in new[] { ("server.conf", "server_conf.yml"), ("clusters.conf", "clusters.yml"), ("command.conf", "cmd.yml") }) File.Move(_folder.At($"old/{name}"), _folder.At($"old/{old}"));
        _folder.Write("old/server_conf.yml", $"pxe: {{ dhcp: {{ repository: {_folder.At("tftp")} }} }}\nstrange: {{ key: 1 }}\n");
        _folder.Write("old/clusters.yml", "clusters: [{ name: small, conf_file: small-cluster.conf, nodes: [{ name: 'small-[1-2]', address: '10.0.1.[1-2]' }] }]");
        _folder.Write("old/cmd.yml", "---\n# nothing\n");
        var report = Run(_folder.Import);
        Assert.Equal("Kadeploy 3 does not read it either", Assert.Single(report.Keys, static key => key.Key == "strange/key").Note);
        Assert.Contains(report.Warnings, static warning => warning.Contains("nodes reach this machine as", StringComparison.Ordinal));
        Assert.Contains("- name: \"small-[1-2]\"", File.ReadAllText(_folder.At("new/clusters/small.yml")), StringComparison.Ordinal);
        Assert.Equal(2, SiteReader.Read(_folder.At("new/kadeploy.yml")).Nodes.Count());
    }

    private static ConfigurationImportReport Run(ConfigurationImport import) => Kadeploy3Import.Run(import, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Expected()
    {
        var file = "";
        foreach (var word in Keys.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.EndsWith(':')) file = word;
            else yield return $"{file} {word}";
        }
    }

    private static void Boot(NetBootOptions boot)
    {
        Assert.Equal((NetBootMethod.Pxelinux, BootFileProtocol.Tftp, "kadeploy.site.example", "pxelinux.cfg", ProfileNaming.IpHex, "# chain"), Shape(boot.Dhcp));
        Assert.Equal((NetBootMethod.Grub, BootFileProtocol.Http, "boot.site.example", "grub", ProfileNaming.HostnameShort, "# network"), Shape(boot.Network!));
        Assert.Equal((NetBootMethod.Grub, BootFileProtocol.Tftp, "local", ProfileNaming.Ip), (boot.Local!.Method, boot.Local.Protocol, boot.Local.ProfilesFolder, boot.Local.Naming));
        Assert.Equal(("grub.0", "local.0", "# local"), (boot.Network!.Binary, boot.Local.Binary, boot.LocalHeader));
        Assert.Equal(("kernels/vmlinuz", "console=ttyS1,115200 rw"), (boot.Deployment.Kernel, boot.Deployment.Parameters));
        Assert.Equal(["kernels/initrd"], boot.Deployment.Initrds);
        Assert.Equal(("kernels/vmlinuz", "root=/dev/nfs"), (boot.NfsRoot!.Kernel, boot.NfsRoot.Parameters));

        static (NetBootMethod, BootFileProtocol, string, string, ProfileNaming, string) Shape(NetBootProgram program) =>
            (program.Method, program.Protocol, program.Server, program.ProfilesFolder, program.Naming, program.Header);
    }

    private static void Workflow(Cluster cluster)
    {
        var broadcast = StepDefaults.Workflow[1].Instances[0].Name.Value;
        Assert.Equal(
            ["SetDeploymentEnvUntrusted 2 400", "SetDeploymentEnvKexec 0 300", $"{broadcast} 1 500", "BootNewEnvClassical 0 400", "BootNewEnvHardReboot 1 400"],
            cluster.Workflow.Take(3).SelectMany(static step => step.Instances).Select(static instance => $"{instance.Name} {instance.Retries} {instance.Timeout!.Text}"));
        var untrusted = cluster.Workflow[0].Instances[0];
        Assert.Equal((false, true), (untrusted.Raisable, untrusted.Breakpoint));
        Assert.Equal(new MicroStepChoice(new("Reboot"), 1, TimeoutExpression.None, true), Assert.Single(untrusted.MicroSteps));
        Assert.Equal(
            ["say Exec sh -c echo $KADEPLOY_NODE > /tmp/x", "put Send /tmp", "do Run a b"],
            cluster.CustomOperations.Select(static operation => $"{operation.Name} {operation.Action} {string.Join(' ', operation.Arguments)}"));
    }

    private static void Small(ClusterSettings small)
    {
        Assert.Equal((null, null, null), (small.Cluster.SwapPartition, small.Cluster.ProductionPartition, small.Cluster.TemporaryPartition));
        Assert.Equal(StepDefaults.Workflow, small.Cluster.Workflow);
        Assert.Equal([PowerLevel.Soft, PowerLevel.VeryHard], Assert.IsType<PowerSettings.Commands>(small.Power).Options.Reboot.Keys.Order());
        Assert.Equal(StepDefaults.RebootTimeout, small.Cluster.RebootTimeout);
    }

    private static bool Same((string[], string[]) one, (string[], string[]) other) => one.Item1.SequenceEqual(other.Item1) && one.Item2.SequenceEqual(other.Item2);
}
