using System.ComponentModel;
using System.Diagnostics;

namespace Kadeploy.Cli.Commands.Deploying;

/// <summary>The user's program that runs when a deployment has ended, however it ended.</summary>
internal static class EndScript
{
    /// <summary>Makes sure that it is there.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="ConfigurationException">It is not, or may not be run.</exception>
    public static void Check(string file)
    {
        if (!File.Exists(file)) throw new ConfigurationException($"there is no script '{file}'");
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Executable) == 0)
            throw new ConfigurationException($"the script '{file}' may not be run; run: chmod +x '{file}'");
    }

    /// <summary>Runs it; its output goes to standard error, and its failure is told and changes nothing.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="operation">The operation as it ended.</param>
    /// <param name="results">The files of nodes.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>A task that ends with it.</returns>
    public static async Task RunAsync(string file, Operation operation, ResultFiles results, TextWriter error)
    {
        var folder = Directory.CreateTempSubdirectory("kadeploy-");
        try
        {
            results.Complete(folder.FullName);
            foreach (var problem in results.Write()) error.WriteLine($"kadeploy: {problem}");
            var start = new ProcessStartInfo(Path.GetFullPath(file))
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
                Environment =
                {
                    ["KADEPLOY_OPERATION"] = operation.Id.Value,
                    ["KADEPLOY_OK_NODES_FILE"] = Path.GetFullPath(results.Ok!),
                    ["KADEPLOY_KO_NODES_FILE"] = Path.GetFullPath(results.Ko!),
                },
            };
            // A deployment that the script starts is announced to nobody.
            start.Environment.Remove(DetachedRun.Variable);
            error.WriteLine($"Running {file}");
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            process.OutputDataReceived += (_, line) => Tell(line.Data);
            process.ErrorDataReceived += (_, line) => Tell(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync();
            error.WriteLine(process.ExitCode == 0 ? $"{file} succeeded." : $"{file} failed with status {process.ExitCode}.");
        }
        catch (Win32Exception failure)
        {
            error.WriteLine($"{file} cannot be run: {failure.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Tell(string? line)
        {
            if (line is null) return;
            lock (folder) error.WriteLine(line);
        }
    }
}
