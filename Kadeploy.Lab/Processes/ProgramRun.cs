using System.Diagnostics;

namespace Kadeploy.Lab.Processes;

/// <summary>Runs short programs to their end.</summary>
internal static class ProgramRun
{
    /// <summary>Runs a program that should succeed.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="OperationFailedException">It did not succeed; its last lines are the evidence.</exception>
    public static async Task<string> CheckedAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var (status, output, error) = await RunAsync(program, arguments, input, cancellationToken).ConfigureAwait(false);
        if (status == 0) return output;
        throw new OperationFailedException(FaultCodes.DriverMissing, $"'{program}' ended with status {status}")
        {
            Evidence = [.. (error + output).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(10)],
        };
    }

    /// <summary>Runs a program.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its exit status and what it wrote.</returns>
    public static async Task<(int Status, string Output, string Error)> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts a program with all its streams in our hands.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <returns>The process.</returns>
    /// <exception cref="DriverUnusableException">It cannot be started.</exception>
    public static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        return Start(start);
    }

    /// <summary>Starts a program.</summary>
    /// <param name="start">How.</param>
    /// <returns>The process.</returns>
    /// <exception cref="DriverUnusableException">It cannot be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new DriverUnusableException(
                FaultCodes.DriverMissing, $"the program '{start.FileName}' cannot be started: {missing.Message}; 'kadeploy lab install' installs it", missing);
        }
    }
}
