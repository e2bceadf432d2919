using System.Collections.Immutable;
using Kadeploy.Engine.Environments;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Environments;

public sealed class EnvironmentWriterTests
{
    /// <summary>Texts that would be something else if they stood in a description as they are.</summary>
    private static readonly string[] Odd =
    [
        "plain", "two words", "null", "~", "true", "No", "0x83", "1e3", "-", "- a", "a: b", "a #b", "#a", "'", "\"", "\\", "\\n", "{}", "[x]", "&a", "*a", "!x", "|", ">", "%", "@", "`",
        "?", "? a", ":", ",", "<<", "---", "...", "é ü 漢字 🙂", "a'; DROP TABLE environments; --", "$(reboot)", "`reboot`", "a\u2028b", "\uFEFFa", "=", "e5", "2026-01-01", "name: b", "y", "on",
    ];

    [Fact]
    public void What_is_written_is_what_Kadeploy_3_prints()
    {
        var environment = EnvironmentReader.Read(EnvironmentReaderTests.Full, "/srv/descriptions/debian.yaml", "me");
        Assert.Equal(
            """
            ---
            name: "debian 13 é"
            version: 2
            alias: d13
            arch: x86_64
            description: Debian
            author: someone@example
            visibility: shared
            destructive: true
            os: linux
            image:
              file: "server:///srv/images/debian #1.tar.zst"
              kind: tar
              compression: zstd
              checksum: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            preinstall:
              archive: server:///srv/descriptions/pre.tgz
              compression: gzip
              script: pre.sh
              checksum: ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
            postinstalls:
            - archive: https://files.example/post.tgz
              compression: gzip
              script: post.sh debian
            - archive: server:///srv/descriptions/relative/post.tar
              compression: none
              script: none
            boot:
              kernel: /vmlinuz
              initrd: /initrd.img
              kernel_params: quiet
              block_device: /dev/sda
              partition: 3
              architectures:
                aarch64:
                  kernel: /vmlinuz-arm64
                  kernel_params: console=ttyAMA0
            filesystem: ext4
            partition_type: 131
            multipart: false

            """.ReplaceLineEndings("\n"),
            EnvironmentWriter.Write([environment], owners: false));
    }

    [Fact]
    public void The_full_description_reads_back_identically_with_its_owner()
    {
        var environment = EnvironmentReader.Read(EnvironmentReaderTests.Full, "/srv/descriptions/debian.yaml", "me");
        AssertSame(environment);
        AssertSame(environment with
        {
            OperatingSystem = OperatingSystemKind.Xen, Multipart = true, Partitions = [new(0, "/dev/sda1"), new(1, "/dev/sda2")],
            Image = environment.Image with { Kind = ImageKind.Fsa, Compression = ImageCompression.None, FsaLevel = 9 },
            Boot = environment.Boot with { Hypervisor = "/xen.gz", HypervisorParameters = "dom0_mem=1G", Architectures = [new("riscv64", "/k", "/i", "")] },
        });
    }

    [Fact]
    public void Whatever_stands_in_a_text_stays_in_its_field()
    {
        var least = EnvironmentReader.Read(EnvironmentReaderTests.Full, "/srv/d.yaml", "me");
        foreach (var text in Odd)
        {
            AssertSame(least with
            {
                Name = text, Alias = text, Author = text, User = text, Description = $"{text}\n{text}\ttail\n", Boot = least.Boot with { Kernel = "/" + text, KernelParameters = text.Trim('\uFEFF') },
                Image = least.Image with { Location = Engine.Configuration.Reading.FileReading.AddressOf("/srv/" + text + "/image") },
                Preinstall = least.Preinstall! with { Script = text },
            });
        }
    }

    [Fact]
    public void Texts_of_chance_read_back_identically()
    {
        var random = new Random(20261127);
        var least = EnvironmentReader.Read(EnvironmentReaderTests.Full, "/srv/d.yaml", "me");
        const string Alphabet = "ab \"'\\:#-{}[],&*!|>%@`?~\t\n=<./$;é漢\u2028\u0085";
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (text.Any(static c => char.IsControl(c) && c is not ('\t' or '\n'))) continue;
            AssertSame(least with { Description = text });
        }
    }

    [Fact]
    public void Several_are_read_back_as_several()
    {
        var one = EnvironmentReader.Read(EnvironmentReaderTests.Full, "/srv/d.yaml", "me");
        ImmutableArray<KaEnvironment> all = [one, one with { Version = 3 }, one with { User = "you" }];
        Assert.Equal(DeepText.Of(all), DeepText.Of(EnvironmentReader.ReadAll(EnvironmentWriter.Write(all, owners: true), "-", "other")));
    }

    private static void AssertSame(KaEnvironment environment)
    {
        var text = EnvironmentWriter.Write([environment], owners: true);
        Assert.Equal(DeepText.Of(environment), DeepText.Of(EnvironmentReader.Read(text, "x.yaml", "other")));
    }
}
