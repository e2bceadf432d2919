using System.Globalization;

namespace Kadeploy.Lab.Processes;

/// <summary>Reads what the kernel tells of processes (proc(5)).</summary>
internal static class ProcessTree
{
    /// <summary>Finds the first child of a process.</summary>
    /// <param name="process">The process.</param>
    /// <returns>The child, or null when there is none or the process has ended.</returns>
    public static int? FirstChild(int process)
    {
        var text = Read($"/proc/{process}/task/{process}/children");
        return text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Says when a process started, which with its number identifies it for ever.</summary>
    /// <param name="process">The process.</param>
    /// <returns>A number of clock ticks since the machine's start; null when it has ended.</returns>
    public static string? StartOf(int process)
    {
        var text = Read($"/proc/{process}/stat");
        // The second field, a name in parentheses, may have spaces; the state is the one after it.
        if (text is null || text[(text.LastIndexOf(')') + 2)..].Split(' ') is not [var state, ..] fields || state is "Z" or "X") return null;
        return fields[19];
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }
}
