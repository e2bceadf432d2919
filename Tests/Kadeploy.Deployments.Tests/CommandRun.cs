using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Kadeploy.Deployments.Tests;

/// <summary>A command that runs, or has run, and what it says.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _output = new();
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

    /// <summary>Gets all that it has said on standard output.</summary>
    public string Output => _output.ToString();

    /// <summary>Kills the process that runs operations, at once, as a crash would; those that put it into the lab end by themselves.</summary>
    public void KillEngine()
    {
        using var engine = Process.GetProcessById(Find(_process.Id) ?? throw new InvalidOperationException("no process runs operations"));
        engine.Kill();
    }

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
            _output.AppendLine(text);
            if (!text.StartsWith('{')) continue;
            using var document = JsonDocument.Parse(text);
            var line = document.RootElement.Clone();
            _lines.Add(line);
            if (fits(line)) return line;
        }

        return null;
    }

    /// <summary>Reads the next line.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public async Task ReadLineAsync(CancellationToken cancellationToken) => _output.AppendLine(
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException($"the command has ended: {Output}\n{Error}"));

    /// <summary>Reads until a node starts a micro-step.</summary>
    /// <param name="microStep">The micro-step.</param>
    /// <param name="macroStep">Its macro-step, in camel case; null for any.</param>
    /// <param name="node">The node; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">None did.</exception>
    public async Task UntilStartedAsync(string microStep, string? macroStep, string? node, CancellationToken cancellationToken)
    {
        if (await ReadUntilAsync(
            line => line.GetProperty("kind").GetString() == "stepStarted" && line.GetProperty("microStep").GetString() == microStep
                && (macroStep is null || line.GetProperty("macroStep").GetString() == macroStep)
                && (node is null || line.GetProperty("node").GetString() == node),
            cancellationToken) is null) throw new InvalidOperationException($"{microStep} never began: {Output}\n{Error}");
    }

    /// <summary>Reads to the end, and says what came of it.</summary>
    public async Task<DeploymentResult> ResultAsync(CancellationToken cancellationToken) => DeploymentResult.Of(await EndAsync(cancellationToken), this);

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

    // Programs that enter the lab have the whole command line too, after their own.
    private static int? Find(int process)
    {
        if (File.ReadAllText($"/proc/{process}/cmdline").Split('\0') is [_, var library, "deploy" or "reboot" or "power" or "resume", ..] && library.EndsWith("kadeploy.dll", StringComparison.Ordinal)) return process;
        return Directory.EnumerateDirectories($"/proc/{process}/task")
            .SelectMany(static task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static child => Find(int.Parse(child, CultureInfo.InvariantCulture)))
            .FirstOrDefault(static found => found is not null);
    }
}
