using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Kadeploy.Engine.Drivers.Processes;

/// <summary>Runs programs.</summary>
/// <remarks>
/// Nothing of a run happens on the caller's thread: starting a process takes milliseconds, and the engine's loop has none to spare. Cancellation
/// kills the program and all that it started and that still descends from it; the call ends when the program has ended, or five seconds later when it
/// cannot be ended (a process that waits for a broken disk). Safe for use by many callers at once.
/// </remarks>
/// <param name="time">The clock of the waits after a program's end.</param>
internal sealed class ProcessRunner(TimeProvider time)
{
    // A child of the program's that lives on may hold its output open for ever.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="command">The program.</param>
    /// <param name="cancellationToken">Kills it; the time limit of the run.</param>
    /// <returns>How it ended, whatever its exit status.</returns>
    /// <exception cref="DriverUnusableException">The program is not there or may not be run.</exception>
    /// <exception cref="OperationCanceledException">The token fired; the program was killed.</exception>
    public async Task<ProcessOutcome> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var process = new Process { StartInfo = StartInfo(command) };
        await StartAsync(process, command, cancellationToken).ConfigureAwait(false);

        var (output, errors) = (new LineTail(command.KeptLines), new LineTail(command.KeptLines));
        Task[] streams = [DrainAsync(process.StandardOutput, output), DrainAsync(process.StandardError, errors), FeedAsync(process, command.Input)];
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync(process).ConfigureAwait(false);
            throw;
        }

        await SettleAsync(Task.WhenAll(streams), DrainLimit).ConfigureAwait(false);
        lock (output) lock (errors) return new(process.ExitCode, output.ToLines(), errors.ToLines());
    }

    /// <summary>Says how a program is started: no shell, all streams ours.</summary>
    /// <param name="command">The program.</param>
    /// <returns>What <see cref="Process"/> wants to know.</returns>
    internal static ProcessStartInfo StartInfo(ProcessCommand command)
    {
        var info = new ProcessStartInfo(command.Program)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        foreach (var argument in command.Arguments) info.ArgumentList.Add(argument.Value);
        foreach (var (name, value) in command.Environment)
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        return info;
    }

    private async Task StartAsync(Process process, ProcessCommand command, CancellationToken cancellationToken)
    {
        const int TextFileBusy = 26;
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                process.Start();
                return;
            }
            catch (Win32Exception failure) when (failure.NativeErrorCode == TextFileBusy && attempt < 10 && !OperatingSystem.IsWindows())
            {
                // Another thread's fork holds the file open for an instant longer than who wrote it.
                await Task.Delay(BusyPause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Win32Exception failure)
            {
                throw new DriverUnusableException(
                    FaultCodes.DriverMissing, $"the program '{command.Program}' cannot be run ({failure.Message}): install it, or correct its path", failure);
            }
        }
    }

    private static async Task DrainAsync(StreamReader reader, LineTail tail)
    {
        var buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is var count and > 0)
                lock (tail) tail.Add(buffer.AsSpan(0, count));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The run is over and its streams are closed; what was read counts.
        }
    }

    private static async Task FeedAsync(Process process, string? input)
    {
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory()).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // A program need not read what it is given.
        }
    }

    private async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile, or part of it may not be killed by this user.
        }

        await SettleAsync(process.WaitForExitAsync(CancellationToken.None), KillLimit).ConfigureAwait(false);
    }

    private async Task SettleAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What still holds on is left behind; disposing the process closes our ends.
        }
    }
}
