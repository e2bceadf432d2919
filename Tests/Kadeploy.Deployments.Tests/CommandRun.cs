using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Kadeploy.Deployments.Tests;

/// <summary>A command that runs, or has run, and what it says.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly List<JsonElement> _lines = [];

    public CommandRun(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_error) _error.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets the process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Gets what it has said on standard error.</summary>
    public string Error
    {
        get
        {
            lock (_error) return _error.ToString();
        }
    }

    /// <summary>Gets the JSON lines that were read.</summary>
    public IReadOnlyList<JsonElement> Lines => _lines;

    /// <summary>Reads JSON lines until one fits.</summary>
    /// <returns>That line; null when the output ended before.</returns>
    public async Task<JsonElement?> ReadUntilAsync(Func<JsonElement, bool> fits, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } text)
        {
            if (!text.StartsWith('{')) continue;
            using var document = JsonDocument.Parse(text);
            var line = document.RootElement.Clone();
            _lines.Add(line);
            if (fits(line)) return line;
        }

        return null;
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await ReadUntilAsync(static _ => false, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
