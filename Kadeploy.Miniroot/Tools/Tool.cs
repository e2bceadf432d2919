using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Kadeploy.Miniroot.Tools;

/// <summary>Runs a program of the system by argument vector and waits for its end; it dies with the wait.</summary>
internal static class Tool
{
    private const int LinesKept = 12;

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="MinirootBuildException">It is missing or failed.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await RunAsync(program, arguments, null, output => output.CopyTo(memory), cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>Runs a program that must succeed, feeding its standard input and reading its standard output.</summary>
    /// <param name="program">A name on the path, or a path.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="feed">Writes its input, on another thread than <paramref name="read"/>; null for none.</param>
    /// <param name="read">Reads its output; what it leaves is thrown away.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <returns>A task.</returns>
    public static async Task RunAsync(
        string program, IReadOnlyList<string> arguments, Action<Stream>? feed, Action<Stream> read, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        using var ended = cancellationToken.Register(() => Kill(process));
        var errors = LastLinesAsync(process.StandardError);
        var fed = Task.Run(() => Feed(process, feed), CancellationToken.None);
        Exception? misread = null;
        try
        {
            await Task.Run(() => Drain(process.StandardOutput.BaseStream, read), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Kill(process);
            misread = failure;
        }

        var unfed = await fed.ConfigureAwait(false);
        var lines = await errors.ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (misread is not null) throw new MinirootBuildException($"the output of {program} cannot be used: {misread.Message}");
        if (process.ExitCode == 0 && unfed is null) return;
        var said = string.Concat(lines.Select(static line => Environment.NewLine + "  | " + line));
        throw new MinirootBuildException($"{Path.GetFileName(program)} {Subject(arguments)}failed with status {process.ExitCode}{said}");
    }

    /// <summary>Finds a program.</summary>
    /// <returns>Its path, or null when it is nowhere on the path nor where the system's administrators have theirs.</returns>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(["/usr/sbin", "/usr/bin", "/sbin", "/bin"])
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program.Contains('/', StringComparison.Ordinal) ? program : Find(program) ?? program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new MinirootBuildException($"{program} cannot be started: {missing.Message}");
        }
    }

    private static IOException? Feed(Process process, Action<Stream>? feed)
    {
        try
        {
            using var input = process.StandardInput.BaseStream;
            if (feed is not null) feed(input);
            return null;
        }
        catch (IOException broken)
        {
            return broken; // the program ended early; its own words say why
        }
    }

    private static void Drain(Stream output, Action<Stream> read)
    {
        read(output);
        output.CopyTo(Stream.Null);
    }

    private static async Task<IReadOnlyCollection<string>> LastLinesAsync(StreamReader reader)
    {
        var lines = new Queue<string>();
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (lines.Count == LinesKept) lines.Dequeue();
            lines.Enqueue(line);
        }

        return lines;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static string Subject(IReadOnlyList<string> arguments) =>
        arguments.FirstOrDefault(static argument => argument.Length > 0 && char.IsAsciiLetter(argument[0])) is { } verb ? verb + " " : "";
}
