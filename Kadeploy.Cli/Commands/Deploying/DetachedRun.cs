using System.ComponentModel;
using System.Diagnostics;

namespace Kadeploy.Cli.Commands.Deploying;

/// <summary>Starts the same command in a session of its own, which goes on when the terminal is closed.</summary>
internal static class DetachedRun
{
    // The words stand for themselves: the file is $0, the program and its arguments "$@". What was standard output becomes descriptor 3, by which the
    // operation's identifier comes back.
    private const string Redirection = "exec 3>&1 >>\"$0\" 2>&1 </dev/null; exec \"$@\"";

    /// <summary>The environment variable that names the file to which the command in its own session writes which operation it has started.</summary>
    public const string Variable = "KADEPLOY_ANNOUNCE_TO";

    /// <summary>Starts it and waits until the operation is recorded.</summary>
    /// <param name="words">The command line, without the program.</param>
    /// <param name="log">The file that receives everything that it writes.</param>
    /// <param name="cancellationToken">Ends the wait; the process goes on.</param>
    /// <returns>The operation; null with the exit code of a process that started none.</returns>
    /// <exception cref="ConfigurationException">This system cannot do it.</exception>
    public static async Task<(OperationId? Operation, ExitCode ExitCode)> StartAsync(
        IReadOnlyList<string> words, string log, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) throw new ConfigurationException("--no-wait is not there on Windows; start the command in the background instead");
        try
        {
            using var process = Process.Start(StartInfo(words, log))!;
            process.StandardInput.Close();
            if (OperationId.TryParse(await process.StandardOutput.ReadLineAsync(cancellationToken), null, out var id)) return (id, ExitCode.Ok);
            await process.WaitForExitAsync(cancellationToken);
            return (null, process.ExitCode == 0 ? ExitCode.InternalError : (ExitCode)process.ExitCode);
        }
        catch (Win32Exception failure)
        {
            throw new ConfigurationException($"--no-wait needs the program setsid (Debian: util-linux): {failure.Message}");
        }
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> words, string log)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, Environment = { [Variable] = "/dev/fd/3" },
        };
        foreach (var word in new[] { "sh", "-c", Redirection, log }.Concat(OwnCommandLine.Get([.. words]))) start.ArgumentList.Add(word);
        return start;
    }
}
