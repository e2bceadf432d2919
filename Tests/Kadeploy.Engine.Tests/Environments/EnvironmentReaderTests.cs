using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Tests.Configuration;
using Xunit;

namespace Kadeploy.Engine.Tests.Environments;

public sealed class EnvironmentReaderTests
{
    internal const string Full = """
        ---
        name: debian 13 é
        version: 2
        description: Debian
        author: someone@example
        visibility: shared
        destructive: true
        os: linux
        alias: d13
        arch: x86_64
        image:
          file: "server:///srv/images/debian #1.tar.zst"
          kind: tar
          compression: zstd
          checksum: SHA256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef
        preinstall:
          archive: local:pre.tgz
          compression: gzip
          script: pre.sh
          checksum: ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        postinstalls:
          - archive: https://files.example/post.tgz
            compression: gzip
            script: post.sh debian
          - archive: relative/post.tar
            compression: none
            script: none
        boot:
          kernel: /vmlinuz
          initrd: /initrd.img
          kernel_params: quiet
          block_device: /dev/sda
          partition: 3
          architectures:
            arm64: { kernel: /vmlinuz-arm64, kernel_params: console=ttyAMA0 }
        filesystem: ext4
        partition_type: 0x83
        multipart: false
        """;

    private const string Least = """
        name: a
        os: other
        image: { file: /a.dd, kind: dd, compression: none }
        """;

    [Fact]
    public void A_description_of_Kadeploy_3_is_read_unchanged()
    {
        var environment = EnvironmentReader.Read(Full, "/srv/descriptions/debian.yaml", "me");
        Assert.Equal(("debian 13 é", 2, "me", Visibility.Shared), (environment.Name, environment.Version, environment.User, environment.Visibility));
        Assert.Equal("/srv/images/debian #1.tar.zst", environment.Image.Location.LocalPath);
        Assert.Equal(
            (ImageKind.Tar, ImageCompression.Zstd, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
            (environment.Image.Kind, environment.Image.Compression, environment.Image.Sha256));
        Assert.Equal(new InstallScript(new("file:///srv/descriptions/pre.tgz"), ImageCompression.Gzip, "pre.sh", new('f', 64)), environment.Preinstall);
        Assert.Equal(
            [
                new(new("https://files.example/post.tgz"), ImageCompression.Gzip, "post.sh debian"),
                new InstallScript(new("file:///srv/descriptions/relative/post.tar"), ImageCompression.None, null),
            ],
            environment.Postinstalls);
        Assert.Equal(
            ("/vmlinuz", "/initrd.img", "quiet", "/dev/sda", 3),
            (environment.Boot.Kernel, environment.Boot.Initrd, environment.Boot.KernelParameters, environment.Boot.BlockDevice, environment.Boot.Partition));
        Assert.Equal(new ArchitectureBoot("aarch64", "/vmlinuz-arm64", null, "console=ttyAMA0"), environment.Boot.Architectures.Single());
        Assert.Equal(("/vmlinuz-arm64", null, "console=ttyAMA0"), (environment.Boot.On("aarch64").Kernel, environment.Boot.On("aarch64").Initrd, environment.Boot.On("aarch64").KernelParameters));
        Assert.Equal("/vmlinuz", environment.Boot.On("x86_64").Kernel);
        Assert.Equal(
            ("d13", "x86_64", "Debian", "someone@example", true, 0x83),
            (environment.Alias, environment.Architecture, environment.Description, environment.Author, environment.Destructive, environment.PartitionType));
        Assert.Equal("ext4", environment.FileSystem);
    }

    [Fact]
    public void Defaults_are_those_of_Kadeploy_3()
    {
        var environment = EnvironmentReader.Read(Least, "a.yaml", "me");
        Assert.Equal((1, Visibility.Private, null), (environment.Version, environment.Visibility, environment.FileSystem));
        Assert.Equal(new Uri("file:///a.dd"), environment.Image.Location);
        Assert.Equal("you", EnvironmentReader.Read($"user: you\n{Least}", "a.yaml", "me").User);
    }

    [Theory]
    [InlineData("https://site.example/d/a.yaml", "images/a.tgz", "https://site.example/d/images/a.tgz")]
    [InlineData("https://site.example/d/a.yaml", "/srv/a.tgz", "file:///srv/a.tgz")]
    [InlineData("https://site.example/d/a.yaml", "http://b/a.tgz", "http://b/a.tgz")]
    [InlineData("/d/a.yaml", "../a.tgz", "file:///a.tgz")]
    [InlineData("/d/a.yaml", "local:///srv/a%20b.tgz", "file:///srv/a%2520b.tgz")]
    [InlineData("/d/a.yaml", "file:///srv/a%20b.tgz", "file:///srv/a%20b.tgz")]
    public void Files_become_full_addresses(string source, string file, string expected) => Assert.Equal(
        expected, EnvironmentReader.Read(Least.Replace("/a.dd", $"\"{file}\"", StringComparison.Ordinal), source, "me").Image.Location.AbsoluteUri);

    [Fact]
    public void Json_is_read_too() => Assert.Equal(
        "a", EnvironmentReader.Read("""{"name": "a", "os": "other", "image": {"file": "/a", "kind": "dd", "compression": "xz"}}""", "-", "me").Name);

    [Theory]
    [InlineData("name: a\nimage: {file: /a, kind: tar, compression: gzip}\nfilesistem: x", "1: key 'os' is missing; write linux, xen, windows, bsd or other",
        "1: key 'filesystem' is missing; an environment of os linux", "1: key 'boot.kernel' is missing; an environment of os linux with an image of kind tar needs it",
        "3: key 'filesistem' is unknown; did you mean 'filesystem'?")]
    [InlineData("name: a\nos: linux\nimage: {file: /a, kind: tar, compression: tgz}", "3: key 'image.compression' is 'tgz'; known are none, gzip, bzip2, xz, zstd")]
    [InlineData(Least + "\nflesystem: ext4", "4: key 'flesystem' is unknown; did you mean 'filesystem'?")]
    [InlineData(Least + "\nmultipart: true", "1: key 'boot.block_device' is missing; an image that fills several partitions (multipart: true) needs it",
        "1: key 'boot.partition' is missing; an image that fills several partitions", "1: key 'options.partitions' is missing; an image that fills several partitions")]
    [InlineData(Least + "\noptions: { partitions: [{ id: 0, device: /dev/sda1 }, { id: 0, device: /dev/sda1 }, { id: x, device: sda }, { id: 1 }] }",
        "4: key 'options.partitions.id' is 0, which is there already: partition id #0 is already defined",
        "4: key 'options.partitions.device' is '/dev/sda1', which is there already: partition device '/dev/sda1' is already defined",
        "4: key 'options.partitions.id' is 'x', but a whole number", "4: key 'options.partitions.device' is 'sda'; write a device such as /dev/sda",
        "4: key 'options.partitions.device' is missing")]
    [InlineData(Least + "\nfilesystem: 'ext4; rm'", "4: key 'filesystem' is 'ext4; rm'; write one such as 'ext4'")]
    [InlineData(Least + "\nauthor: \"a\\u0007b\"", "4: key 'author' has the control character U+0007 inside; write plain text on one line")]
    [InlineData(Least + "\ndescription: \"a\\nb\\u001B[2J\"", "4: key 'description' has the control character U+001B inside; write plain text")]
    [InlineData(Least + "\npartition_type: 0x1ff", "4: key 'partition_type' is 511; write a whole number from 0 to 255")]
    [InlineData(Least + "\narch: 'x86;64'", "4: key 'arch' is 'x86;64'; write the kind of processor, such as x86_64 or aarch64")]
    [InlineData(Least + "\nuser: ' me'", "4: key 'user' is ' me', with a space at its beginning or end")]
    [InlineData(Least + "\nboot: { architectures: { amd64: { initrd: /i }, x86_64: { kernel: /k } } }", "4: key 'boot.architectures.amd64.kernel' is missing; name the kernel for these processors",
        "4: key 'boot.architectures.x86_64' is x86_64, which is there already")]
    [InlineData("name: a\nos: xen\nfilesystem: ext4\nimage: {file: /a, kind: tar, compression: gzip}\nboot: { kernel: /k }",
        "1: key 'boot.hypervisor' is missing; an environment of os xen with an image of kind tar needs it")]
    [InlineData("name: a\nos: other\nfilesystem: ext4\nimage: {file: /a, kind: tar, compression: gzip}", "1: key 'boot.kernel' is missing; an environment of os other with an image of kind tar needs it")]
    [InlineData("name: a\nos: other\nimage: {file: /a, kind: fsa, compression: gzip}", "3: key 'image.compression' is 'gzip', but a whole number from 0 to 9 is expected")]
    [InlineData("name: \"a\\nb\"\nos: other\nimage: {file: /a, kind: fsa}", "1: key 'name' has a line break inside; write plain text on one line")]
    [InlineData(Least + "\nversion: \"2\"", "4: key 'version' is '2' in quotation marks, but a whole number from 1 to 2147483647 is expected")]
    [InlineData(Least + "\nversion: 0", "4: key 'version' is 0; write a whole number from 1 to 2147483647")]
    [InlineData(Least + "\ndestructive: yes", "4: key 'destructive' is 'yes', but true or false is expected")]
    [InlineData(Least + "\nboot: { kernel: vmlinuz }", "4: key 'boot.kernel' is 'vmlinuz'; write the path inside the image, which begins with '/'")]
    [InlineData(Least + "\nboot: { kernel_params: \"quiet\\nlabel x\" }", "4: key 'boot.kernel_params' has a line break inside; write plain text on one line")]
    [InlineData(Least + "\nboot: { hypervisor: xen }", "4: key 'boot.hypervisor' is 'xen'; write the path inside the image, which begins with '/'")]
    [InlineData(Least + "\npostinstalls: [x]", "4: key 'postinstalls' is 'x', but a table of keys is expected")]
    [InlineData(Least + "\nname: b", "4: key 'name' is there a second time; the first is in line 1")]
    [InlineData("name: a\nos: other\nimage: {file: ftp://x/y, kind: dd, compression: none, checksum: d41d8cd98f00b204e9800998ecf8427e}",
        "3: key 'image.checksum' is 'd41d8cd98f00b204e9800998ecf8427e'; write the SHA-256 of the file, 64 hexadecimal digits, as sha256sum prints it",
        "3: key 'image.file' is 'ftp://x/y'; addresses begin with http://, https://, file://, server:// or local://, or are paths")]
    [InlineData("name: a\nos: other\nimage: {file: 'http://me:secret@host/y', kind: dd, compression: none}",
        "3: key 'image.file' names an address on host with a user or a password, which would be seen on every node; leave them out")]
    [InlineData("- a", "1: keys are expected here, not a list")]
    [InlineData("", " the file is empty")]
    [InlineData("a: [", "2: this is no YAML")]
    public void What_is_wrong_is_refused_with_its_line(string text, params string[] expected)
    {
        var problems = Assert.Throws<ConfigurationException>(() => EnvironmentReader.Read(text, "e.yaml", "me")).Problems;
        Assert.All(expected, problem => Assert.Contains(problems, found => found.StartsWith($"e.yaml:{problem}", StringComparison.Ordinal)));
        Assert.Equal(expected.Length, problems.Length);
        Assert.DoesNotContain(problems, static problem => problem.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_documents_are_several_environments()
    {
        var all = EnvironmentReader.ReadAll($"---\n{Least}\n---\n{Least}\nversion: 2\n---\n", "a.yaml", "me");
        Assert.Equal([1, 2], all.Select(static each => each.Version));
        var problems = Assert.Throws<ConfigurationException>(() => EnvironmentReader.ReadAll($"{Least}\n---\n{Least}\n---\n- x\n---\n{Least}\nversion: 0", "a.yaml", "me")).Problems;
        Assert.Contains("a.yaml:5: a version 1 is there a second time; the first begins in line 1", problems);
        Assert.Contains("a.yaml:9: keys are expected here, not a list", problems);
        Assert.Contains(problems, static problem => problem.StartsWith("a.yaml:14: key 'version' is 0", StringComparison.Ordinal));
        Assert.Contains("the file is empty", Assert.Throws<ConfigurationException>(() => EnvironmentReader.ReadAll("---\n", "a.yaml", "me")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Custom_steps_are_read_with_their_places()
    {
        var operations = CustomStepsReader.Read(
            """
            SetDeploymentEnv:
              mount_deploy_part:
                override: true
                pre-ops: [{ name: a, action: exec, command: ls -l }]
            BroadcastEnvChain:
              Sync:
                substitute: [{ name: b, action: run, file: b.sh, params: [x, "y z"] }]
            """,
            "/d/steps.yaml");
        Assert.Equal(
            [("SetDeploymentEnv", "MountDeployPart", "a", true, "ls|-l", null), ("BroadcastEnvChain", "Sync", "b", false, "x|y z", "file:///d/b.sh")],
            operations.Select(static o => (o.Target, o.MicroStep.Value, o.Name, o.Override, string.Join('|', o.Arguments), o.File?.AbsoluteUri)));
    }

    [Theory]
    [InlineData("SetDeploymentEnw: {}", "s.yaml:1: key 'SetDeploymentEnw' is neither a macro-step nor an instance; did you mean 'SetDeploymentEnv'?")]
    [InlineData("Verify:\n  verify_sistem: {}", "s.yaml:2: key 'Verify.verify_sistem' is no micro-step; did you mean 'VerifySystem'?")]
    [InlineData("Verify:\n  verify_system: { pre-ops: [{ name: a, action: exec, command: 'a | b' }] }",
        "s.yaml:2: key 'Verify.verify_system.pre-ops.command' is no command: the command 'a | b' needs a shell for '|'")]
    public void Wrong_custom_steps_are_refused(string text, string expected) => Assert.StartsWith(
        expected, Assert.Single(Assert.Throws<ConfigurationException>(() => CustomStepsReader.Read(text, "s.yaml")).Problems), StringComparison.Ordinal);

    [Fact]
    public void Descriptions_that_are_cut_off_or_garbled_never_cause_more_than_a_refusal()
    {
        var random = new Random(20260102);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            try
            {
                _ = EnvironmentReader.Read(RefusedSiteTests.Damage(Full, random), "/d/e.yaml", "me");
            }
            catch (ConfigurationException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 3000);
    }
}
