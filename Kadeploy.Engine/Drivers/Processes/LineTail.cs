using System.Collections.Immutable;
using System.Text;

namespace Kadeploy.Engine.Drivers.Processes;

/// <summary>Keeps the last lines of an output of any length; what is kept is bounded whatever the program writes.</summary>
/// <param name="lines">How many lines.</param>
internal sealed class LineTail(int lines)
{
    /// <summary>The longest line that is kept whole, in characters.</summary>
    public const int LongestLine = 1000;

    private readonly Queue<string> _lines = new();
    private readonly StringBuilder _line = new();
    private bool _cut;

    /// <summary>Adds what was read.</summary>
    /// <param name="text">Any part of the output.</param>
    public void Add(ReadOnlySpan<char> text)
    {
        while (text.IndexOf('\n') is var end and >= 0)
        {
            Append(text[..end]);
            EndLine();
            text = text[(end + 1)..];
        }

        Append(text);
    }

    /// <summary>Gives the last lines; a line that was not ended counts.</summary>
    /// <returns>At most as many as asked for, oldest first. Control characters are spaces.</returns>
    public ImmutableArray<string> ToLines() => _line.Length == 0 ? [.. _lines] : [.. _lines.Append(Clean()).TakeLast(lines)];

    private void Append(ReadOnlySpan<char> text)
    {
        var room = LongestLine - _line.Length;
        _cut |= text.Length > room;
        _line.Append(text[..Math.Min(text.Length, room)]);
    }

    private void EndLine()
    {
        if (_lines.Count == lines) _lines.Dequeue();
        if (lines > 0) _lines.Enqueue(Clean());
        _line.Clear();
        _cut = false;
    }

    private string Clean()
    {
        var text = string.Concat(_line.ToString().Select(static c => char.IsControl(c) ? ' ' : c)).TrimEnd();
        return _cut ? text + "…" : text;
    }
}
