using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Texts that mean something to a shell, a boot loader or a file system, in every field that reaches a node: they stay there, to the letter, or are refused before anything is touched.</summary>
public sealed class InjectionTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private const string Mark = "kadeploy-injected";

    // File names can hold no slash, and words of scripts no space.
    private const string Name = $"-x; touch {Mark} $(touch {Mark}) `touch {Mark}` \"'{{}}|&<>*\\ é";
    private const string Word = $"$(touch${{IFS}}/{Mark});touch${{IFS}}/{Mark};`touch${{IFS}}/{Mark}`\"'../..";
    private const string Text = $"--help; touch /{Mark} $(touch /{Mark}) `touch /{Mark}` \"'{{}}|&<>*\\ ../../{Mark} é";

    // In front of all a parameter that the lab's firmware knows not as one of its own.
    private const string Parameters = $"x=y; touch /{Mark} $(touch /{Mark}) `touch /{Mark}` || touch | & && < > # {{}} 'it' \"a b\" \\ ../../{Mark} -x ${{HOME}}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task Text_stays_in_its_field_on_nodes_and_on_the_server()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "injection");
        var description = Describe(lab, Parameters);
        var steps = await WriteStepsAsync(lab);
        var key = Path.Combine(lab.Folder, $"{Name}.pub");
        var real = (await File.ReadAllTextAsync(Path.Combine(lab.Files, "ssh-key.pub"), Stop)).Trim();
        await File.WriteAllTextAsync(key, $"{real} {Text}\n# {Text}\n{Text}\n", Stop);

        var result = await lab.DeployAsync("node-1", "--state", state, "-a", description, "--custom-steps", steps, "-k", key);
        result.AssertOk("node-1");
        await lab.AssertRunsAsync(result, "node-1");

        Assert.Equal([result.Operation!, $"environment: {Text}", "version: 1"], (await LinesAsync("/etc/kadeploy-deployment"))[..3]);
        // The cluster's own stand before.
        Assert.Matches($"^root=UUID=[^ ]+ [^ ]+ {Regex.Escape(Parameters)}$", Assert.Single(await LinesAsync("/proc/cmdline")));
        var append = Assert.Single(await LinesAsync("/boot/extlinux/extlinux.conf"), static line => line.Contains("APPEND", StringComparison.Ordinal));
        Assert.Matches($"^  APPEND root=UUID=[^ ]+ [^ ]+ {Regex.Escape(Parameters)}$", append);
        Assert.DoesNotContain(Mark, await lab.ReadProfileAsync("node-1"), StringComparison.Ordinal);
        var keys = await LinesAsync("/root/.ssh/authorized_keys");
        foreach (var line in new[] { $"{real} {Text}", $"# {Text}", Text }) Assert.Contains(line, keys);
        // Arguments, and what scripts find in their environment.
        AssertLines([Word, Text], await LinesAsync("/installed"));
        AssertLines([Text, Word, "-x", Text], await LinesAsync("/ran"));
        Assert.Equal("sent", Assert.Single(await LinesAsync("/etc/sent")));
        Assert.Contains(Name, (await lab.SshAsync("node-1", "ls -1 / /etc/in")).Split('\n'));
        Assert.Equal("", await lab.SshAsync("node-1", $"find / -path /proc -prune -o -path /sys -prune -o -name {Mark} -print"));

        // What is shown of it later is text as well.
        foreach (var command in new[] { "stat log", "audit list" })
        {
            using var shows = lab.Start([.. command.Split(' '), "--state", state]);
            Assert.Equal(0, await shows.EndAsync(Stop));
            Assert.Contains($"; touch /{Mark} $(touch", shows.Output, StringComparison.Ordinal);
        }

        AssertUntouched(lab);

        static void AssertLines(string[] expected, string[] lines)
        {
            Assert.Equal(expected, lines[..^1]);
            Assert.EndsWith($" {Parameters}", lines[^1], StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task What_a_field_cannot_hold_is_refused_before_anything_is_touched()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "refused-injection");
        var before = await lab.ReadProfileAsync("node-2");

        var request = await lab.DeployAsync(
            "node-2", "--state", state, "--block-device", $"/dev/vda;touch /{Mark}", "-p", "1", "-r", $"ext4 -x;touch /{Mark}", "--vlan", $"$(touch /{Mark})", "--breakpoint", $"`touch /{Mark}`");
        AssertRefused(request, "the block device '/dev/vda;touch", "file system for temporary files 'ext4 -x;touch", "the VLAN '$(touch", "breakpoint");

        var description = Path.Combine(lab.Folder, "refused.yaml");
        await File.WriteAllTextAsync(description, (await File.ReadAllTextAsync(Describe(lab, "a\nb"), Stop)).Replace("\"ext4\"", $"\"ext4;touch /{Mark}\"", StringComparison.Ordinal)
            .Replace("\"script\":\"", "\"script\":\"../../bin/", StringComparison.Ordinal), Stop);
        AssertRefused(await lab.DeployAsync("node-2", "--state", state, "-a", description), "kernel_params", "filesystem", "leads out of the archive");

        // iPXE, which would read it, knows no quotation marks.
        var configuration = lab.ConfigureAll("injection-network", ("\nboot:\n", "\nboot:\n  disk_over_network: true\n"));
        AssertRefused(await lab.DeployAsync("node-2", "--state", state, "--config", configuration, "-a", Describe(lab, Parameters)), "iPXE", "'${'");

        var steps = Path.Combine(lab.Folder, "refused-steps.yaml");
        await File.WriteAllTextAsync(steps, $"BroadcastEnvChain:\n  CheckKernelFiles:\n    pre-ops:\n      - {{ name: '$(touch /{Mark})', action: exec, command: [\"true\"] }}\n", Stop);
        AssertRefused(await lab.DeployAsync("node-2", "--state", state, "--custom-steps", steps), "a name has 1 to 60 letters");

        Assert.Equal(before, await lab.ReadProfileAsync("node-2"));
        using var operations = lab.Start("operations", "--state", state);
        Assert.Equal(0, await operations.EndAsync(Stop));
        Assert.DoesNotContain("node-2", operations.Output, StringComparison.Ordinal);
        AssertUntouched(lab);

        static void AssertRefused(DeploymentResult result, params string[] problems)
        {
            Assert.Equal(2, result.ExitCode);
            foreach (var problem in problems) Assert.Contains(problem, result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("internal error", result.Error, StringComparison.Ordinal);
        }
    }

    private static void AssertUntouched(DeploymentLab lab)
    {
        foreach (var folder in new[] { "/", Directory.GetCurrentDirectory(), Path.GetTempPath() }) Assert.False(File.Exists(Path.Combine(folder, Mark)), $"something was made in {folder}");
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Folder, Mark, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }));
    }

    private static string Describe(DeploymentLab lab, string parameters)
    {
        var original = Regex.Match(File.ReadAllText(lab.Description), "'server://(.*)'").Groups[1].Value;
        var image = Path.Combine(lab.Folder, $"{Name}.tar.zst");
        if (!File.Exists(image)) File.Copy(original, image);
        var archive = Path.Combine(lab.Folder, $"{Name}.tar.gz");
        using (var compressed = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
        using (var tar = new TarWriter(compressed))
            tar.WriteEntry(Entry($";touch${{IFS}}{Mark}$(id)", "printf '%s\\n' \"$@\" \"$KADEPLOY_ENV\" \"$KADEPLOY_ENV_KERNEL_PARAMS\" >\"$KADEPLOY_ENV_EXTRACTION_DIR/installed\""));
        var path = Path.Combine(lab.Folder, "injection.yaml");
        // JSON is YAML, and holds any text.
        File.WriteAllText(path, $$"""
            {"name":{{Quoted(Text)}},"version":1,"description":{{Quoted($"{Text}\n{Text}")}},"author":{{Quoted(Text)}},"alias":{{Quoted(Text)}},"os":"linux","filesystem":"ext4",
            "image":{"file":{{Quoted(image)}},"kind":"tar","compression":"zstd"},
            "boot":{"kernel":"/vmlinuz","initrd":"/initrd.img","kernel_params":{{Quoted(parameters)}}},
            "postinstalls":[{"archive":{{Quoted(archive)}},"compression":"gzip","script":{{Quoted($";touch${{IFS}}{Mark}$(id) {Word}")}}}]}
            """);
        return path;
    }

    private static async Task<string> WriteStepsAsync(DeploymentLab lab)
    {
        var (script, file) = (Path.Combine(lab.Folder, $"{Name}.sh"), Path.Combine(lab.Folder, Name));
        await File.WriteAllTextAsync(script, "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$KADEPLOY_ENV\" \"$KADEPLOY_ENV_KERNEL_PARAMS\" >\"$KADEPLOY_ENV_EXTRACTION_DIR/ran\"\n", Stop);
        await File.WriteAllTextAsync(file, "sent\n", Stop);
        // The last one looks at the deployment environment, whose memory is gone after the boot.
        var look = Path.Combine(lab.Folder, "look.sh");
        await File.WriteAllTextAsync(look, $"#!/bin/sh\nfind / -path /proc -prune -o -path /sys -prune -o -name {Mark} -print >/run/found\ncat /run/found\ntest ! -s /run/found\n", Stop);
        var steps = Path.Combine(lab.Folder, $"{Name}.yaml");
        await File.WriteAllTextAsync(steps, $$$"""
            {"BroadcastEnvChain":{"CheckKernelFiles":{"pre-ops":[
            {"name":"make","action":"exec","command":["mkdir","--",{{{Quoted($"/mnt/dest/{Name}")}}},"/mnt/dest/etc/in"]},
            {"name":"send","action":"send","file":{{{Quoted(file)}}},"destination":"$KADEPLOY_ENV_EXTRACTION_DIR/etc/in"},
            {"name":"move","action":"exec","command":["cp",{{{Quoted($"/mnt/dest/etc/in/{Name}")}}},"/mnt/dest/etc/sent"]},
            {"name":"run","action":"run","file":{{{Quoted(script)}}},"params":[{{{Quoted(Text)}}},{{{Quoted(Word)}}},"-x"]}]}},
            "BootNewEnvKexec":{"Kexec":{"pre-ops":[{"name":"look","action":"run","file":{{{Quoted(look)}}} }]} } }
            """, Stop);
        return steps;
    }

    private async Task<string[]> LinesAsync(string file) => (await (await three.GetAsync()).SshAsync("node-1", $"cat {file}")).TrimEnd('\n').Split('\n');

    private static PaxTarEntry Entry(string name, string script) => new(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n")), Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
    };

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
