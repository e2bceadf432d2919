using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Reads what another program writes of each console into a file.</summary>
/// <remarks>Nothing is followed: the file keeps everything, and its end is read when it is asked for, whatever has become of the file meanwhile.</remarks>
/// <param name="files">The files.</param>
internal sealed class LogFileConsole(ConsoleSettings.LogFile files) : IConsole
{
    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node)
    {
        var file = files.Of(node.Name);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            var start = Math.Max(0, stream.Length - ConsoleText.Window);
            stream.Seek(start, SeekOrigin.Begin);
            var buffer = new byte[ConsoleText.Window];
            return ConsoleText.LastLines(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)), start > 0);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
