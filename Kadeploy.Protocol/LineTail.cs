using System.Text;

namespace Kadeploy.Protocol;

/// <summary>Keeps the last lines of output, in bounded memory: evidence for the case that the program fails.</summary>
internal sealed class LineTail
{
    /// <summary>The most lines that are kept.</summary>
    public const int MostLines = 40;

    /// <summary>The most bytes of a line that are kept.</summary>
    public const int LongestLine = 500;

    private readonly Queue<string> _lines = new();
    private readonly byte[][] _open = [new byte[LongestLine], new byte[LongestLine]];
    private readonly int[] _length = new int[2];

    /// <summary>Takes a piece of output.</summary>
    /// <param name="kind">Where it was written: lines of the two do not mix.</param>
    /// <param name="data">The piece.</param>
    public void Add(OutputKind kind, ReadOnlySpan<byte> data)
    {
        var which = (int)kind - 1;
        foreach (var value in data)
        {
            // Programs that draw progress end lines by carriage returns.
            if (value is (byte)'\n' or (byte)'\r') Close(which);
            else if (_length[which] < LongestLine) _open[which][_length[which]++] = value;
        }
    }

    /// <summary>Gives the lines, with those that have not ended at the end.</summary>
    public string[] Lines()
    {
        Close(0);
        Close(1);
        return [.. _lines];
    }

    private void Close(int which)
    {
        if (_length[which] == 0) return;
        var text = Encoding.UTF8.GetString(_open[which], 0, _length[which]);
        _length[which] = 0;
        if (_lines.Count == MostLines) _lines.Dequeue();
        // Evidence goes to terminals and files: control characters stay out of both.
        _lines.Enqueue(string.Create(text.Length, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? ' ' : from[i];
        }));
    }
}
