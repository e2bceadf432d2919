using Xunit;

namespace Kadeploy.Engine.Tests.Configuration;

public sealed class RefusedSiteTests
{
    private const string End = "partitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }";
    private const string Node = "name: lab\nnodes: { name: n-1 }\n";

    public static TheoryData<string, string[]> Clusters => new()
    {
        { "nme: lab\nnodes: { name: n-1 }\n" + End, ["1: key 'name' is missing; name the cluster", "1: key 'nme' is unknown; did you mean 'name'?"] },
        { "name: lab\nnodes: []\n" + End, ["2: key 'nodes' is empty; leave it out when the nodes are in the store"] },
        { "name: lab\nnodes: { name: n-1, groups: [a, 'b c', a], tags: ['-x'], description: \"a\\tb\" }\n" + End,
            [
                "2: key 'nodes.groups' holds 'b c'; write up to 60 letters", "2: key 'nodes.groups' holds 'a' 2 times", "2: key 'nodes.tags' holds '-x'; write up to 100 letters",
                "2: key 'nodes.description' is 'aU+0009b'; it is one line of text",
            ] },
        { "name: lab\nnodes: { name: n-1, disk: {} }\n" + End, ["2: key 'nodes.disk' says nothing; write serial, wwn, model, size or smallest"] },
        { "name: lab\nnodes: { name: n-1, console: sol }\n" + End, ["2: key 'nodes.console' is 'sol', which needs power.ipmi"] },
        { "name: lab\nnodes: { name: 'n-[1-3]', address: '10.0.0.[1-2]' }\n" + End, ["2: key 'nodes.address' gives 2 for 3 nodes; '10.0.0.[1-2]' has to give one for each"] },
        { "name: lab\nnodes: { name: n-1, address: 10.0.0.256 }\n" + End, ["2: key 'nodes.address' gives '10.0.0.256', which is no address"] },
        { "name: lab\nnodes: { name: n-1, macs: 52:54 }\n" + End, ["2: key 'nodes.macs' is '52:54', but a hardware address, six pairs of hexadecimal digits such as 52:54:00:12:34:56, is expected"] },
        { "name: lab\nnodes:\n- { name: n-1 }\n- { name: 'n-[1-2]' }\n" + End, ["4: node n-1 is there a second time; the first is in ", "clusters/lab.yml:3"] },
        { "name: lab\nnodes:\n- { name: n-1, address: 10.0.0.1 }\n- { name: n-2, address: 10.0.0.1 }\n" + End, ["4: address 10.0.0.1 is there a second time"] },
        { "name: lab\nnodes: { name: n-1, bmc: { address: b } }\n" + End, ["2: key 'nodes.bmc' is there, but the cluster has no power.ipmi", "user' is missing", "password_file' is missing"] },
        { "name: lab\nnodes: { name: n-1 }\npower: { ipmi: { user: a, password_file: ../password } }\n" + End,
            ["2: key 'nodes.bmc' is missing; power is switched by IPMI; name the address of each node's controller"] },
        { "name: lab\nnodes: { name: n-1, bmc: { address: b } }\npower: { ipmi: { user: a, password: hunter2 } }\n" + End,
            ["3: key 'power.ipmi.password' holds a password where everybody who reads this file sees it; write it into a file of mode 0600 and name that with password_file, or name a variable with password_env"] },
        { "name: lab\nnodes: { name: n-1, bmc: { address: b } }\npower: { ipmi: { user: a, password_env: NO_SUCH } }\n" + End,
            ["3: key 'power.ipmi.password_env' names the variable 'NO_SUCH', which is not set in this process"] },
        { Node + "power: { ipmi: { user: a, privilege: root } }\n" + End, ["3: key 'power.ipmi.privilege' is 'root'; known are user, operator, administrator", "bmc' is missing"] },
        { Node + "power: {}\n" + End, ["3: key 'power' says nothing; write ipmi or commands"] },
        { Node + "power: { commands: { reboot: { sofd: a } } }\n" + End, ["3: key 'power.commands.reboot.sofd' is unknown; did you mean 'soft'?"] },
        { Node + "power: { commands: { status: 'a; b' } }\n" + End, ["3: key 'power.commands.status' is no command: the command 'a; b' needs a shell for ';'"] },
        { Node + "console: sol\n" + End, ["3: key 'console' is 'sol', which needs power.ipmi"] },
        { Node + "console: { sol: true }\n" + End, ["3: key 'console' is 'sol', which needs power.ipmi"] },
        { Node + "console: { log_limit: 4 }\n" + End, ["3: key 'console.log_limit' is '4'", "3: key 'console' has to be 'sol', or a table with one of sol: true, file and command"] },
        { Node + "console: { file: ../a, command: b }\n" + End, ["has to be 'sol', or a table with one of sol: true, file and command"] },
        { Node + "console: [a]\n" + End, ["3: key 'console' is a list, but 'sol', or a table with sol, file or command, is expected"] },
        { Node + "ssh: { port: 65536 }\n" + End, ["3: key 'ssh.port' is 65536; write a whole number from 1 to 65535"] },
        { Node + "ssh: { proof_key: no }\n" + End, ["3: key 'ssh.proof_key' is 'no', but true or false is expected"] },
        { Node + "boot: { method: ipxe, kernel: vmlinuz }\n" + End, ["3: key 'boot.repository' is missing"] },
        { Node + "boot: { metod: ipxe, repository: ../boot, kernel: vmlinuz }\n" + End, ["3: key 'boot.metod' is unknown; did you mean 'method'?"] },
        { Node + "boot: { method: lpxe, repository: ../boot, kernel: vmlinuz }\n" + End, ["3: key 'boot.method' is 'lpxe'; did you mean 'ipxe'?"] },
        { Node + "boot: { repository: ../boot, protocol: http, kernel: vmlinuz }\n" + End, ["3: key 'boot' is wrong: the dhcp boot program: Pxelinux does not fetch by Http"] },
        { Node + "boot: { repository: ../boot, kernel: vmlinux }\n" + End, ["3: key 'boot.kernel' names 'vmlinux', which does not exist in the repository '"] },
        { Node + "boot: { repository: ../no, kernel: vmlinuz }\n" + End, ["3: key 'boot.repository' names the folder '"] },
        { Node + "timeouts: { reboot: m + 1 }\n" + End, ["3: key 'timeouts.reboot' is no limit in seconds: "] },
        { Node + "timeouts: { reboot: 700 }\n" + End,
            [
                "3: key 'timeouts' lets a reboot in BootNewEnvClassical take 700 s, but the instance only 600 s; raise the instance's timeout or lower that of the reboot",
                "in BootNewEnvHardReboot take 700 s",
            ] },
        { Node + "automata: { BootNewEnv: { type: Kexec, timeout: 30 + 10 * n } }\n" + End, ["3: key 'automata' lets a reboot in BootNewEnvKexec take 120 s, but the instance only 40 s"] },
        { Node + "automata: { BootNewEnv: { type: Kexec, timeout: 60, microsteps: { name: wait_reboot, timeout: 61 } } }\n" + End,
            ["3: key 'automata' lets a reboot in BootNewEnvKexec take 61 s, but the instance only 60 s"] },
        { Node + "bootloader: lilo\n" + End, ["3: key 'bootloader' is 'lilo'; known are automatic, grub, extlinux, systemd_boot"] },
        { Node + "postinstalls: { archive: no.tgz, compression: gzip }\n" + End, ["3: key 'postinstalls.archive' names the file '"] },
        { Node + "automata: { BroadcastEnv: { type: Kascade } }\n" + End, ["3: key 'automata.BroadcastEnv.type' is wrong: 'Kascade' is no instance of BroadcastEnv; use BroadcastEnvChain instead"] },
        { Node + "automata: { Verify: { type: None, retries: -1 } }\n" + End, ["3: key 'automata.Verify.retries' is -1; write a whole number from 0 to 100"] },
        { Node + "automata: { Verify: { type: None, microsteps: { name: Sync } } }\n" + End, ["3: key 'automata.Verify.microsteps.name' is Sync, which VerifyNone does not have; it has Dummy"] },
        { Node, ["1: key 'partitioning' is missing"] },
        { Node + "partitioning: { block_device: sda, partitions: { deploy: 3 } }", ["3: key 'partitioning.block_device' is 'sda'; write a path such as /dev/sda"] },
        { Node + "partitioning: { disk: { size: 100 GB }, partitions: { deploy: 3 } }", ["3: key 'partitioning.disk.size' is '100 GB'; write '>= ' or '<= ' and a number with MB, GB, TB (powers of 1000) or MiB, GiB, TiB (powers of 1024), or a list of both"] },
        { Node + "partitioning: { block_device: /dev/sda, partitions: { deploy: 3, swap: 3 } }", ["3: key 'partitioning.partitions' gives partition 3 to 2 uses"] },
        { Node + "partitioning: { block_device: /dev/sda, layout: [{ number: 1, size: rest }, { number: 1, size: 5 }], partitions: { deploy: 3 } }",
            [
                "3: key 'partitioning.layout.size' is 'rest', which only the last partition can take", "3: key 'partitioning.layout.number' is 1 a second time",
                "3: key 'partitioning.layout.size' is '5'; write 'rest', or ", "3: key 'partitioning.partitions' says that deploy is partition 3, which is not in layout",
            ] },
        { Node + "x: &a { b: *a }\n" + End, ["3: the anchor 'a' is not there before this line"] },
        { Node + "x: !!python/object:os.system ls\n" + End, ["3: tags such as 'tag:yaml.org,2002:python/object:os.system' are not read; leave it out"] },
        { Node + "x: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", ["3: tables and lists lie more than 24 deep in each other here"] },
        { Node + "\tx: 1", ["this is no YAML"] },
        { Node + End + "\n---\na: 1", ["a second document begins here; only one is read"] },
    };

    [Theory]
    [MemberData(nameof(Clusters))]
    public void What_is_wrong_in_a_cluster_is_refused_with_file_line_and_key(string cluster, string[] expected)
    {
        using var folder = new SiteFolder(cluster);
        var problems = folder.Problems();
        Assert.All(problems, static problem => Assert.StartsWith("clusters/lab.yml:", problem, StringComparison.Ordinal));
        Assert.All(expected, text => Assert.Contains(problems, problem => problem["clusters/lab.yml:".Length..].Contains(text, StringComparison.Ordinal)));
        Assert.DoesNotContain(problems, static problem => problem.Contains("hunter2", StringComparison.Ordinal));
        Assert.True(problems.Length <= expected.Length, string.Join('\n', problems));
    }

    [Theory]
    [InlineData("clusters: clusters", "1: key 'server' is missing; write server: { address: ... }, how nodes reach this machine")]
    [InlineData("server: { address: 'a b' }\nclusters: clusters", "1: key 'server.address' is 'a b', which is neither an address nor a host name")]
    [InlineData("server: { address: a, agents: 70000 }\nclusters: clusters", "1: key 'server.agents' is '70000'; write a port from 1 to 65535, or an address and a port, such as 10.0.0.1:25300 or [fd00::1]:25300")]
    [InlineData("server: { address: a, images: 25300 }\nclusters: clusters", "1: key 'server.images' and agents are both port 25300; each needs its own")]
    [InlineData("server: { address: a, tftp: { root: no } }\nclusters: clusters", "1: key 'server.tftp.root' names the folder 'no', which does not exist")]
    [InlineData("server: { address: a, files: { networks: [x] } }\nclusters: clusters", "1: key 'server.files.networks' holds 'x', which is no network; write one such as 10.0.0.0/8 or fd00::/8, or an address")]
    [InlineData("server: { address: a, files: { size: much } }\nclusters: clusters", "1: key 'server.files.size' is 'much'; write a number with MB, GB, TB (powers of 1000) or MiB, GiB, TiB (powers of 1024)")]
    [InlineData("server: { address: a, files: { verify_days: -1 } }\nclusters: clusters", "1: key 'server.files.verify_days' is -1; write a whole number from 0 to 3650")]
    [InlineData("server: { address: a, files: { mirrors: { 'https://a/': 'ftp://b/' } } }\nclusters: clusters", "1: key 'server.files.mirrors.https://a/' has 'ftp://b/'; write the beginning of addresses, such as https://images.example/debian/, with '/' at its end")]
    [InlineData("server: { address: a, files: { mirrors: { 'https://a/': 'http://u:hunter2@b/' } } }\nclusters: clusters", "1: key 'server.files.mirrors.https://a/' has an address on b with a user or a password; write the beginning of addresses, such as https://images.example/debian/, with '/' at its end")]
    [InlineData("server: { address: a, files: { mirrors: { 'https://a': [] } } }\nclusters: clusters", "1: key 'server.files.mirrors.https://a' has 'https://a'; write the beginning of addresses, such as https://images.example/debian/, with '/' at its end")]
    [InlineData("server: { address: a }\nclusters: []", "2: key 'clusters' is empty")]
    [InlineData("server: { address: a }\nclusters: boot", "2: key 'clusters' names the folder 'boot', in which there is no file *.yml")]
    [InlineData("server: { address: a }\nclusters: [clusters, clusters/lab.yml]", "2: key 'clusters' names 'clusters/lab.yml' twice")]
    public void What_is_wrong_with_the_server_is_refused(string server, string expected)
    {
        using var folder = new SiteFolder(server: server);
        Assert.Equal([$"kadeploy.yml:{expected}"], folder.Problems());
    }

    [Fact]
    public void A_missing_cluster_file_and_all_other_problems_are_told_together_in_the_order_of_the_files()
    {
        using var folder = new SiteFolder("name: [1]\n", "server: {}\nclusters: [no.yml, clusters/lab.yml]\nclustres: 1");
        Assert.Equal(
            [
                "kadeploy.yml:1: key 'server.address' is missing; write the address or name by which nodes reach this machine",
                "kadeploy.yml:3: key 'clustres' is unknown; did you mean 'clusters'?",
                "no.yml: there is no file 'no.yml'",
                "clusters/lab.yml:1: key 'name' is a list, but a text is expected",
                "clusters/lab.yml:1: key 'partitioning' is missing; say which disk is deployed on and how it is partitioned",
            ],
            folder.Problems());
    }

    [Fact]
    public void A_password_that_others_may_read_is_refused_with_the_command_that_helps()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode on Windows");
        using var folder = new SiteFolder("name: lab\nnodes: { name: n-1, bmc: { address: b } }\npower: { ipmi: { user: a, password_file: ../password } }\n" + End);
        _ = folder.Read();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.At("password"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal(
            ["clusters/lab.yml:3: key 'power.ipmi.password_file' names 'password', which every user of this machine may read or write; run: chmod 600 'password'"],
            folder.Problems());
    }

    [Fact]
    public void A_password_that_is_too_long_for_IPMI_is_refused_without_being_shown()
    {
        using var folder = new SiteFolder("name: lab\nnodes: { name: n-1, bmc: { address: b } }\npower: { ipmi: { user: a, password_file: ../password } }\n" + End);
        folder.Write("password", "123456789012345678901");
        Assert.Equal(
            ["clusters/lab.yml:3: key 'power.ipmi.password_file' names the file 'password', whose password has 21 bytes; IPMI allows 20"], folder.Problems());
    }

    [Fact]
    public void Files_that_are_cut_off_or_garbled_never_cause_more_than_a_refusal()
    {
        var random = new Random(20260101);
        using var folder = new SiteFolder(FullSite.Cluster, FullSite.Server);
        folder.Write("clusters/other.yml", FullSite.Other);
        var refused = 0;
        for (var i = 0; i < 1500; i++)
        {
            var (name, good) = (i % 3) switch { 0 => ("kadeploy.yml", FullSite.Server), 1 => ("clusters/lab.yml", FullSite.Cluster), _ => ("clusters/other.yml", FullSite.Other) };
            folder.Write(name, Damage(good, random));
            try
            {
                _ = folder.Read();
            }
            catch (ConfigurationException)
            {
                refused++;
            }

            folder.Write(name, good);
        }

        Assert.InRange(refused, 1000, 1500);
    }

    internal static string Damage(string good, Random random)
    {
        const string Intruders = "\0\t\n:{}[]&*!|>'\"%@`#-,?~<é\uD800 x0";
        var text = good.ToCharArray();
        for (var changes = random.Next(4); changes > 0; changes--)
            text[random.Next(text.Length)] = Intruders[random.Next(Intruders.Length)];
        return random.Next(2) == 0 ? new(text) : new(text, 0, random.Next(text.Length));
    }
}
