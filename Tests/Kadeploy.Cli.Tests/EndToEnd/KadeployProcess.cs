using System.Diagnostics;

namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>The real executable in a process of its own.</summary>
internal sealed class KadeployProcess : IDisposable
{
    private readonly Process _process;

    private KadeployProcess(Process process) => _process = process;

    /// <summary>Gets its standard output.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Gets its number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it.</summary>
    public static KadeployProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "kadeploy.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new(process);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync();
        var error = _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await output, await error);
    }

    /// <summary>Ends it at once, as SIGKILL does.</summary>
    /// <returns>Whether it was alive.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        return _process.ExitCode == 137 || OperatingSystem.IsWindows();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
