using System.Globalization;
using System.Runtime.InteropServices;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;

namespace Kadeploy.Agent.Images;

/// <summary>The program that takes the image on its standard input.</summary>
internal sealed unsafe class ImageWriter
{
    private const int PipeSize = 1024 * 1024;
    private readonly string _name;
    private readonly int _process;
    private readonly int _input;
    private string? _end;

    /// <summary>Gets our end of its standard input.</summary>
    public int Input => _input;

    private ImageWriter(string name, int process, int input) => (_name, _process, _input) = (name, process, input);

    /// <summary>Starts it.</summary>
    /// <param name="vector">The program and its arguments.</param>
    /// <param name="problem">Why it could not be started.</param>
    public static ImageWriter? Start(IReadOnlyList<string> vector, out string problem)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (global::System.Collections.DictionaryEntry each in Environment.GetEnvironmentVariables())
            environment[(string)each.Key] = (string?)each.Value ?? "";
        // Progress is the receiver's to tell.
        environment.Remove("KADEPLOY_PROGRESS_FD");
        var process = ChildProcess.StartReader(vector, environment, out var input, out var error);
        problem = error == 0 ? "" : $"{vector[0]}: {Libc.Message(error)}";
        if (process == 0) return null;
        // So that network and disk need not take turns. Refused when the user has too many already: then the usual 64 KiB must do.
        _ = Libc.Control(input, Libc.SetPipeSize, PipeSize);
        return new(vector[0], process, input);
    }

    /// <summary>Hands it a part of the image; waits while it is busy.</summary>
    /// <returns>False when it has closed its input.</returns>
    public bool Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            for (var written = 0; written < data.Length;)
            {
                var count = Libc.Write(_input, start + written, data.Length - written);
                if (count >= 0) written += (int)count;
                else if (Marshal.GetLastPInvokeError() != Libc.Eintr) return false;
            }
        }

        return true;
    }

    /// <summary>Ends its input and waits for its end.</summary>
    /// <returns>What went wrong, or nothing; the same when asked again.</returns>
    public string Finish()
    {
        if (_end is not null) return _end;
        ChildProcess.Close(_input);
        return _end = ChildProcess.Wait(_process) switch
        {
            (CommandEnd.Exited, 0) => "",
            (CommandEnd.Exited, var status) => string.Create(CultureInfo.InvariantCulture, $"{_name} ended with status {status}"),
            (_, var signal) => string.Create(CultureInfo.InvariantCulture, $"{_name} was ended by signal {signal}"),
        };
    }
}
