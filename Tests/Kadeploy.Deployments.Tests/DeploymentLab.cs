using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Kadeploy.Cli.Demo;
using Kadeploy.Lab;
using Kadeploy.Miniroot.Tools;
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
        var files = await PrepareAsync(kind);
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

    /// <summary>Runs any command inside the lab, which must succeed.</summary>
    public async Task<string> ShellAsync(string script, params string[] arguments)
    {
        string[] all = [Library, "lab", "exec", "--lab", Name, "--state", _folder, "--", "sh", "-euc", script, "sh", .. arguments];
        using var process = Process.Start(new ProcessStartInfo(Dotnet, all) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    /// <summary>Deploys to the end.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="options">More options of <c>kadeploy deploy</c>.</param>
    public async Task<DeploymentResult> DeployAsync(string nodes, params string[] options)
    {
        using var run = StartDeployment(nodes, options);
        var exitCode = await run.EndAsync(Stop);
        return DeploymentResult.Of(exitCode, run);
    }

    /// <summary>Starts a deployment, with a state directory of its own.</summary>
    public CommandRun StartDeployment(string nodes, params string[] options)
    {
        string[] environment = options.Contains("-a") ? [] : ["-a", Description];
        return Start(["deploy", "-m", nodes, "-k", Path.Combine(Files, "ssh-key.pub"), "--state", State, "--json", .. environment, .. options]);
    }

    /// <summary>Asserts, by logging in with the key that the deployment was given, that nodes run what it wrote.</summary>
    public async Task AssertRunsAsync(params string[] nodes)
    {
        foreach (var node in nodes)
        {
            using var process = Process.Start(new ProcessStartInfo(
                Dotnet, [Library, "lab", "ssh", node, "--lab", Name, "--state", _folder, "--", "cat /etc/kadeploy-deployment"]) { RedirectStandardOutput = true })!;
            var marker = await process.StandardOutput.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            Assert.True(process.ExitCode == 0 && marker.StartsWith("D-", StringComparison.Ordinal), $"{node}: {process.ExitCode} {marker}");
        }
    }

    /// <summary>Gets the state directory of this lab's deployments.</summary>
    public string State => Path.Combine(_folder, "state");

    /// <summary>Writes a variation of a file beside it, and gives its path.</summary>
    public static string Variation(string file, string name, params (string Old, string New)[] replacements)
    {
        var text = File.ReadAllText(file);
        foreach (var (old, @new) in replacements)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, @new, StringComparison.Ordinal);
        }

        var path = Path.Combine(Path.GetDirectoryName(file)!, name);
        File.WriteAllText(path, text);
        return path;
    }

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

    private static Exception Skipped(string reason)
    {
        Assert.Skip(reason);
        return new InvalidOperationException(reason);
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
}

/// <summary>What a deployment came to.</summary>
/// <param name="ExitCode">The command's exit code.</param>
/// <param name="Error">What it wrote to standard error.</param>
/// <param name="Nodes">How nodes ended: their state, and the fault of those that failed.</param>
/// <param name="Lines">All that it wrote to standard output.</param>
internal sealed record DeploymentResult(int ExitCode, string Error, IReadOnlyDictionary<string, NodeEnd> Nodes, IReadOnlyList<JsonElement> Lines)
{
    public static DeploymentResult Of(int exitCode, CommandRun run) => new(
        exitCode, run.Error,
        run.Lines.Where(static line => line.GetProperty("kind").GetString() == "nodeFinished")
            .ToDictionary(static line => line.GetProperty("node").GetString()!, NodeEnd.Of),
        run.Lines);

    /// <summary>Asserts that nodes are well.</summary>
    public void AssertOk(params string[] nodes)
    {
        foreach (var node in nodes) Assert.True(Nodes.TryGetValue(node, out var end) && end.State == "ok", $"{node}: {Text}");
    }

    /// <summary>Asserts how a node failed.</summary>
    /// <returns>Its end.</returns>
    public NodeEnd AssertFault(string node, FaultCode code)
    {
        Assert.True(Nodes.TryGetValue(node, out var end) && end.State == "ko" && end.Code == code.ToString(), $"{node} should have {code}: {Text}");
        return end!;
    }

    /// <summary>Gets everything, for a test that fails.</summary>
    public string Text =>
        $"exit code {ExitCode}\n{string.Join('\n', Nodes.Select(static each => $"{each.Key}: {each.Value}"))}\n{Error}\n"
        + string.Join('\n', Lines.Where(static line => line.GetProperty("kind").GetString() == "stepFailed").Select(static line => line.ToString()));
}

/// <summary>How a node ended.</summary>
internal sealed record NodeEnd(string State, string? Code, string? Message, string Evidence, string? MicroStep, string? Digest)
{
    public static NodeEnd Of(JsonElement line)
    {
        var fault = line.TryGetProperty("fault", out var found) ? found : (JsonElement?)null;
        return new(
            line.GetProperty("state").GetString()!, fault?.GetProperty("code").GetString(), fault?.GetProperty("message").GetString(),
            fault is { } known ? string.Join('\n', known.GetProperty("evidence").EnumerateArray().Select(static each => each.GetString())) : "",
            line.TryGetProperty("microStep", out var step) ? step.GetString() : null,
            line.TryGetProperty("imageDigest", out var digest) ? digest.GetString() : null);
    }
}
