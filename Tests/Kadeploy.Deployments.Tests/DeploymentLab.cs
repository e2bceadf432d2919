using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Kadeploy.Cli.Demo;
using Kadeploy.Lab;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>A lab of real virtual nodes, and the real command in it. It ends with this process, whatever becomes of it.</summary>
internal sealed class DeploymentLab : IAsyncDisposable
{
    private const string Name = "lab";
    private static readonly SemaphoreSlim Preparing = new(1);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "kadeploy-deployments-" + Guid.NewGuid().ToString("N")[..8]);
    private Process? _lab;

    private DeploymentLab()
    {
    }

    /// <summary>Gets what is deployed.</summary>
    public required string Description { get; init; }

    /// <summary>Gets the folder for whatever a test needs.</summary>
    public string Folder => _folder;

    /// <summary>Gets the lab's own files.</summary>
    public string Files => Path.Combine(_folder, "labs", Name);

    /// <summary>Gets the lab's configuration.</summary>
    public string Configuration => Path.Combine(Files, "kadeploy.yml");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts a lab, or skips the test with the reason why it cannot run here.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <param name="nodes">How many there are.</param>
    /// <param name="options">More options of <c>kadeploy lab run</c>.</param>
    public static async Task<DeploymentLab> StartOrSkipAsync(NodeKind kind, int nodes, params string[] options)
    {
        if (!OperatingSystem.IsLinux()) throw Skipped("virtual nodes need Linux");
        if (LabRequirements.Obstacles(kind) is [_, ..] obstacles) throw Skipped(string.Join("; ", obstacles));
        if (DemoFiles.Missing(kind).ToList() is [_, ..] missing) throw Skipped($"these Debian packages are missing: {string.Join(' ', missing)}");
        using var probe = Process.Start(new ProcessStartInfo("unshare", ["--net", "--pid", "--mount", "--fork", "--", "true"]) { RedirectStandardError = true })!;
        await probe.WaitForExitAsync(Stop);
        if (probe.ExitCode != 0) throw Skipped("this machine lets root make no namespaces");
        DemoFiles files;
        try
        {
            files = await PrepareAsync(kind);
        }
        catch (ConfigurationException obstacle)
        {
            throw Skipped(string.Join("; ", obstacle.Problems));
        }

        var lab = new DeploymentLab { Description = files.Description };
        try
        {
            await lab.StartAsync(files, kind, nodes, options);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a command of kadeploy inside the lab.</summary>
    public CommandRun Start(params string[] arguments) => new(new ProcessStartInfo(Dotnet, [Library, "lab", "exec", "--lab", Name, "--state", _folder, "--", Dotnet, Library, .. arguments]));

    /// <summary>Starts a command of kadeploy inside the lab, in a terminal.</summary>
    public TerminalRun StartInTerminal(params string[] arguments) => new(string.Join(
        ' ', new[] { Dotnet, Library, "lab", "exec", "--lab", Name, "--state", _folder, "--", Dotnet, Library }.Concat(arguments).Select(static word => $"'{word}'")));

    /// <summary>Runs a command of kadeploy to its end, with the lab's configuration.</summary>
    public async Task<DeploymentResult> RunAsync(string state, string[] command, params string[] options)
    {
        string[] configuration = options.Contains("--config") ? [] : ["--config", Configuration];
        using var run = Start([.. command, "--state", state, "--json", .. configuration, .. options]);
        return await run.ResultAsync(Stop);
    }

    /// <summary>Deploys to the end.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="options">More options of <c>kadeploy deploy</c>.</param>
    public async Task<DeploymentResult> DeployAsync(string nodes, params string[] options)
    {
        using var run = StartDeployment(nodes, options);
        return await run.ResultAsync(Stop);
    }

    /// <summary>Starts a deployment of <see cref="Description"/>, with the lab's configuration and a state directory of its own, unless the options name others.</summary>
    public CommandRun StartDeployment(string nodes, params string[] options)
    {
        string[] environment = options.Contains("-a") ? [] : ["-a", Description];
        string[] state = options.Contains("--state") ? [] : ["--state", Path.Combine(States, Guid.NewGuid().ToString("N"))];
        string[] form = options.Contains("--no-color") ? [] : ["--json"];
        string[] keys = options.Contains("-k") ? [] : ["-k", Path.Combine(Files, "ssh-key.pub")];
        return Start(["deploy", "-m", nodes, .. keys, .. state, .. form, .. environment, .. options]);
    }

    /// <summary>Asserts, by logging in with the key that the deployment was given, that nodes run what it wrote.</summary>
    public async Task AssertRunsAsync(DeploymentResult result, params string[] nodes)
    {
        var markers = await Task.WhenAll(nodes.Select(async node => (await SshAsync(node, "head -n 1 /etc/kadeploy-deployment")).Trim()));
        Assert.All(markers, marker => Assert.Equal(result.Operation, marker));
    }

    /// <summary>Runs a command on a node with the lab's key; it must succeed.</summary>
    public Task<string> SshAsync(string node, string command) => LabAsync("ssh", [node], ["--", command]);

    /// <summary>Reads what a node boots next.</summary>
    public Task<string> ReadProfileAsync(string node) => File.ReadAllTextAsync(
        Path.Combine(Files, "boot", "pxelinux.cfg", LabNode.First(3).Single(each => each.Name == node).ProfileName), Stop);

    /// <summary>Switches a node by its BMC.</summary>
    public Task PowerAsync(string node, string what) => LabAsync("power", [node, what], []);

    /// <summary>Makes a node fail until what is returned is disposed of.</summary>
    public async Task<IAsyncDisposable> FaultAsync(string node, string fault)
    {
        await LabAsync("fault", [node, fault], []);
        return new Mended(this, node);
    }

    /// <summary>Writes another configuration, in which node-2 is a cluster of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="replacements">What is different for node-2.</param>
    /// <returns>The path of the file for <c>--config</c>.</returns>
    public string Configure(string name, params (string Old, string New)[] replacements)
    {
        var lines = File.ReadAllLines(Path.Combine(Files, "lab.yml"));
        var (second, others) = ($"{name}-second.yml", $"{name}-others.yml");
        File.WriteAllLines(Path.Combine(Files, others), lines.Where(static line => !line.Contains("name: node-2,", StringComparison.Ordinal)));
        var mine = string.Join('\n', lines.Where(static line => !line.Contains("name: node-", StringComparison.Ordinal) || line.Contains("name: node-2,", StringComparison.Ordinal)));
        File.WriteAllText(Path.Combine(Files, second), Replaced(mine, [("name: lab\n", "name: second\n"), .. replacements]) + "\n");
        return Variation(Configuration, $"{name}.yml", ("clusters: [lab.yml]", $"clusters: [{others}, {second}]"));
    }

    /// <summary>Writes another configuration, that differs for all nodes.</summary>
    public string ConfigureAll(string name, params (string Old, string New)[] replacements)
    {
        Variation(Path.Combine(Files, "lab.yml"), $"{name}-lab.yml", replacements);
        return Variation(Configuration, $"{name}.yml", ("lab.yml", $"{name}-lab.yml"));
    }

    /// <summary>Writes another configuration, in which the server's settings differ.</summary>
    public string ConfigureServer(string name, params (string Old, string New)[] replacements) => Variation(Configuration, $"{name}.yml", replacements);

    /// <summary>Writes a description of the system with a postinstall that runs a shell script.</summary>
    /// <returns>The description's path.</returns>
    public string WithPostinstall(string name, string script)
    {
        var archive = Path.Combine(Folder, $"{name}.tar.gz");
        using (var file = File.Create(archive))
        using (var compressed = new GZipStream(file, CompressionLevel.Fastest))
        using (var tar = new TarWriter(compressed))
        using (var content = new MemoryStream(Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n")))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "run.sh")
            {
                DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            });
        }

        return Describe(name, ("filesystem:", $"postinstalls:\n  - {{ archive: '{archive}', compression: gzip, script: run.sh }}\nfilesystem:"));
    }

    /// <summary>Copies the image, changed, and writes a description of the copy.</summary>
    /// <param name="name">The name of the copy.</param>
    /// <param name="change">What is changed.</param>
    /// <param name="checksum">The SHA-256 that the description records; null for none, an empty text for that of the copy.</param>
    /// <returns>The description and the copy.</returns>
    public (string Description, string Image) CopyImage(string name, Func<byte[], byte[]> change, string? checksum = null)
    {
        var original = Regex.Match(File.ReadAllText(Description), "'server://(.*)'").Groups[1].Value;
        var content = change(File.ReadAllBytes(original));
        var copy = Path.Combine(Folder, $"{name}.tar.zst");
        File.WriteAllBytes(copy, content);
        var recorded = checksum is "" ? Convert.ToHexStringLower(SHA256.HashData(content)) : checksum;
        return (Describe(name, (original, copy), ("  kind: tar", recorded is null ? "  kind: tar" : $"  kind: tar\n  checksum: '{recorded}'")), copy);
    }

    /// <summary>Writes custom steps that make node-2 stop in the middle of unpacking the image, the first time.</summary>
    /// <param name="instance">The instance in which it does.</param>
    /// <returns>The file for <c>--custom-steps</c>; <see cref="UntilHeldAsync"/> waits for that moment.</returns>
    public string HoldSecondNode(string instance = "BroadcastEnvUnicast")
    {
        // In front of the true one in the agent's PATH. It passes on as much as is surely less than the image, says so, and waits for a word that nobody gives.
        File.WriteAllText(Path.Combine(Folder, "hold.sh"), """
            #!/bin/sh
            [ "$(hostname)" = node-2 ] && [ ! -e /run/held ] || exit 0
            mkfifo /run/held /run/word
            cat >/run/kadeploy/bin/tar <<'END'
            #!/bin/sh
            rm /run/kadeploy/bin/tar
            { head -c 1000000; echo held >/run/held; read -r word </run/word; cat; } | /usr/bin/tar "$@"
            END
            chmod 755 /run/kadeploy/bin/tar
            """.ReplaceLineEndings("\n") + "\n");
        var steps = Path.Combine(Folder, "hold.yaml");
        File.WriteAllText(steps, instance + ":\n  SendEnvironment:\n    pre-ops:\n      - { name: hold, action: run, file: hold.sh }\n"
            + "    post-ops:\n      - { name: alone, action: run, file: alone.sh }\n");
        // Nothing of an earlier attempt may still write when the image is there.
        File.WriteAllText(Path.Combine(Folder, "alone.sh"), """
            #!/bin/sh
            for each in /proc/[0-9]*; do
                case $(tr '\0' ' ' <$each/cmdline 2>/dev/null) in
                "kadeploy-agent receive "* | "/usr/bin/tar -x "*) echo "${each#/proc/} still receives" >&2; exit 1 ;;
                esac
            done
            """.ReplaceLineEndings("\n") + "\n");
        return steps;
    }

    /// <summary>Writes custom steps with a program that notes in the image each time that it is run, and on node-2 waits for a word.</summary>
    /// <returns>The file for <c>--custom-steps</c>.</returns>
    public string CountRuns()
    {
        File.WriteAllText(Path.Combine(Folder, "count.sh"), """
            #!/bin/sh
            echo run >>"$KADEPLOY_ENV_EXTRACTION_DIR/runs"
            [ "$(hostname)" = node-2 ] || exit 0
            mkfifo /run/counted /run/release
            echo counted >/run/counted
            read -r word </run/release
            """.ReplaceLineEndings("\n") + "\n");
        var steps = Path.Combine(Folder, "count.yaml");
        File.WriteAllText(steps, "BroadcastEnvChain:\n  CheckKernelFiles:\n    pre-ops:\n      - { name: count, action: run, file: count.sh }\n");
        return steps;
    }

    /// <summary>Waits until that program has noted its run.</summary>
    public async Task UntilCountedAsync(string node) => Assert.Equal("counted\n", await SshAsync(node, "until [ -p /run/counted ]; do sleep 0.1; done; cat /run/counted"));

    /// <summary>Lets that program go on.</summary>
    public Task ReleaseAsync(string node) => SshAsync(node, "echo go >/run/release");

    /// <summary>Waits until node-2 is in the middle of unpacking.</summary>
    public async Task UntilHeldAsync() => Assert.Equal("held\n", await SshAsync("node-2", "cat /run/held"));

    /// <summary>Kills the agent of a node's deployment environment, but nothing that it has started.</summary>
    public Task KillAgentAsync(string node) => SshAsync(
        node, "for each in /proc/[0-9]*; do case $(tr '\\0' ' ' <$each/cmdline) in '/usr/sbin/kadeploy-agent ') kill -9 ${each#/proc/}; exit ;; esac; done; exit 1");

    /// <summary>Gets the folder of the state directories of this lab's deployments.</summary>
    public string States => Path.Combine(_folder, "states");

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            _lab.StandardInput.Close(); // its command ends, and so it does
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await _lab.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _lab.Kill();
            }

            _lab.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Library => Path.Combine(AppContext.BaseDirectory, "kadeploy.dll");

    [SupportedOSPlatform("linux")]
    private static async Task<DemoFiles> PrepareAsync(NodeKind kind)
    {
        await Preparing.WaitAsync(Stop);
        try
        {
            return await DemoFiles.PrepareAsync(kind, static _ => { }, Stop);
        }
        finally
        {
            Preparing.Release();
        }
    }

    private static InvalidOperationException Skipped(string reason)
    {
        Assert.Skip(reason);
        return new InvalidOperationException(reason);
    }

    private static string Variation(string file, string name, params (string Old, string New)[] replacements)
    {
        var path = Path.Combine(Path.GetDirectoryName(file)!, name);
        File.WriteAllText(path, Replaced(File.ReadAllText(file), replacements));
        return path;
    }

    private static string Replaced(string text, (string Old, string New)[] replacements)
    {
        foreach (var (old, @new) in replacements)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, @new, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Writes another description of the system.</summary>
    public string Describe(string name, params (string Old, string New)[] replacements)
    {
        var path = Path.Combine(Folder, $"{name}.yaml");
        File.WriteAllText(path, Replaced(File.ReadAllText(Description), replacements));
        return path;
    }

    private async Task<string> LabAsync(string command, string[] arguments, string[] last)
    {
        string[] all = [Library, "lab", command, .. arguments, "--lab", Name, "--state", _folder, .. last];
        using var process = Process.Start(new ProcessStartInfo(Dotnet, all) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(Stop);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            Assert.True(process.ExitCode == 0, $"lab {command} {string.Join(' ', arguments)}: {process.ExitCode} {await error}");
            return output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [SupportedOSPlatform("linux")]
    private async Task StartAsync(DemoFiles files, NodeKind kind, int nodes, string[] options)
    {
        Directory.CreateDirectory(_folder);
        string[] initrds = [.. files.Initrds.SelectMany(static file => (string[])["--initrd", file])];
        string[] arguments =
        [
            Library, "lab", "run", "-n", $"{nodes}", "-k", kind.ToString().ToLowerInvariant(), "--kernel", files.Kernel, .. initrds, .. options,
            "--lab", Name, "--state", _folder, "--", "sh", "-c", "echo ready; exec cat",
        ];
        _lab = Process.Start(new ProcessStartInfo(Dotnet, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = _lab.StandardError.ReadToEndAsync(Stop);
        if (await _lab.StandardOutput.ReadLineAsync(Stop) != "ready") Assert.Fail($"the lab did not start: {await error}");
    }

    private sealed class Mended(DeploymentLab lab, string node) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await lab.LabAsync("fault", [node, "none"], []);
            // A machine that hangs would not hear the next test's soft reboot.
            await lab.PowerAsync(node, "off");
        }
    }
}
