using System.Diagnostics;
using Xunit;

namespace Kadeploy.Lab.Tests.RealLab;

/// <summary>The real command with labs of its own; nothing of it is left afterwards.</summary>
internal sealed class LabProcess : IDisposable
{
    private readonly string _state = Path.Combine(Path.GetTempPath(), "kadeploy-lab-tests-" + Guid.NewGuid().ToString("N")[..8]);

    private LabProcess() => Directory.CreateDirectory(_state);

    /// <summary>Gets the folder for whatever a test needs.</summary>
    public string State => _state;

    /// <summary>Makes one, or skips the test with the reason why it cannot run here.</summary>
    public static LabProcess CreateOrSkip(NodeKind kind)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("a lab needs Linux");
        var obstacles = LabRequirements.Obstacles(kind);
        if (obstacles.Length > 0) Assert.Skip(string.Join("; ", obstacles));
        // Containers may have root without the right to make namespaces.
        using var probe = Process.Start(new ProcessStartInfo("unshare", ["--net", "--pid", "--mount", "--fork", "--", "true"]) { RedirectStandardError = true })!;
        probe.WaitForExit();
        if (probe.ExitCode != 0) Assert.Skip("this machine lets root make no namespaces");
        return new();
    }

    /// <summary>Builds the deployment environment and a system to deploy, or skips the test with the reason why that cannot be done here.</summary>
    /// <returns>The folder with vmlinuz, initrd.img and small.tar.zst.</returns>
    public async Task<string> BuildImagesOrSkipAsync()
    {
        foreach (var command in new[] { new[] { "build", "--profile", "std" }, ["sample-environment", "--kind", "namespace"] })
        {
            var (status, _, error) = await EndAsync(Start(["miniroot", .. command, "-o", _state]));
            if (status != 0) Assert.Skip("the deployment environment cannot be built here: " + error.Trim());
        }

        return _state;
    }

    /// <summary>Starts a command of <c>kadeploy lab</c>.</summary>
    public Process Start(string first, params string[] arguments)
    {
        var own = Array.IndexOf(arguments, "--") is var mark and >= 0 ? mark : arguments.Length;
        return Start(["lab", first, .. arguments[..own], "--state", _state, .. arguments[own..]]);
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        string[] all = [Path.Combine(AppContext.BaseDirectory, "kadeploy.dll"), .. arguments];
        foreach (var argument in all) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs a command to its end.</summary>
    public Task<(int Status, string Output, string Error)> RunAsync(string first, params string[] arguments) => EndAsync(Start(first, arguments));

    private static async Task<(int Status, string Output, string Error)> EndAsync(Process started)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        using var process = started;
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Gives the command lines of all processes that name this lab.</summary>
    public IReadOnlyList<string> Processes() =>
        [.. Directory.EnumerateDirectories("/proc").Where(static folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Select(CommandLine).Where(line => line.Contains(_state, StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // it has just ended
        }
    }
}
