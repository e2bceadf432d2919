using System.Diagnostics;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>A real agent in a process of its own; ended with the test.</summary>
/// <remarks>The managed build beside the tests, or the program that KADEPLOY_AGENT names: the native one.</remarks>
internal sealed class AgentProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private AgentProcess(Process process) => _process = process;

    public static string Program => Environment.GetEnvironmentVariable("KADEPLOY_AGENT") ?? Path.Combine(AppContext.BaseDirectory, "kadeploy-agent");

    public Process Process => _process;

    /// <summary>Starts an agent that finds its engine in a kernel command line.</summary>
    public static AgentProcess Start(TemporaryFolder folder, string kernelArguments, string bootId)
    {
        var file = folder.File($"cmdline-{Guid.NewGuid():N}");
        File.WriteAllText(file, $"BOOT_IMAGE=/vmlinuz quiet {kernelArguments} panic=1\n");
        return Start("--cmdline", file, "--state", folder.File("state"), "--boot-id", bootId, "--programs", folder.File("programs"));
    }

    public static AgentProcess Start(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the agent runs on Linux only");
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_gcServer"] = "0";
        var process = Process.Start(start)!;
        var agent = new AgentProcess(process);
        if (!arguments.Contains("--stdio"))
        {
            process.ErrorDataReceived += (_, line) => agent.Add(line.Data);
            process.BeginErrorReadLine();
        }

        return agent;
    }

    /// <summary>Waits until the agent has written a line that holds a text.</summary>
    public async Task<string> SaysAsync(string text)
    {
        while (true)
        {
            Task news;
            lock (_lines)
            {
                if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line) return line;
                news = _news.Task;
            }

            await news.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Gives what it has written on its standard error so far.</summary>
    public string Said()
    {
        lock (_lines) return string.Join('\n', _lines);
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Tells whether the process runs whose number a file holds. A zombie has ended, though whoever adopted it has not noticed.</summary>
    public static bool IsAlive(string file) =>
        File.Exists($"/proc/{File.ReadAllText(file).Trim()}/stat") && !File.ReadAllText($"/proc/{File.ReadAllText(file).Trim()}/stat").Contains(") Z ", StringComparison.Ordinal);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Add(line);
            _news.TrySetResult();
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
