using System.Diagnostics;
using System.Text;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>A command that runs in a terminal of its own, as a user would see it.</summary>
internal sealed class TerminalRun : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _seen = new();

    /// <summary>Starts it.</summary>
    /// <param name="command">The command, quoted for a shell; its words are the test's own.</param>
    public TerminalRun(string command)
    {
        // The program of util-linux that makes a terminal.
        _process = Process.Start(new ProcessStartInfo("script", ["--quiet", "--return", "--command", $"exec {command}", "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    /// <summary>Gets all that was on the terminal.</summary>
    public string Seen => _seen.ToString();

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads until a text was on the terminal.</summary>
    public async Task SeesAsync(string text)
    {
        var buffer = new char[4096];
        while (!Seen.Contains(text, StringComparison.Ordinal))
        {
            var count = await _process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (count == 0) Assert.Fail($"the command has ended, and '{text}' is not in: {Seen}");
            _seen.Append(buffer, 0, count);
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        _seen.Append(await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
