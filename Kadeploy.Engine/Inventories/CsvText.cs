using System.Collections.Immutable;
using System.Text;

namespace Kadeploy.Engine.Inventories;

/// <summary>Comma-separated values (RFC 4180).</summary>
internal static class CsvText
{
    /// <summary>Writes a row.</summary>
    /// <param name="text">Receives the row.</param>
    /// <param name="fields">The fields.</param>
    public static void Append(StringBuilder text, IEnumerable<string> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            if (!first) text.Append(',');
            first = false;
            if (field.AsSpan().ContainsAny(",\"\r\n") || (field.Length > 0 && (field[0] == ' ' || field[^1] == ' ')))
                text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else text.Append(field);
        }

        text.Append("\r\n");
    }

    /// <summary>Reads rows; lines may end with CR LF or LF, and blank lines are left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">Is told what is wrong, with its line from 1.</param>
    /// <returns>The rows with the lines where they begin.</returns>
    public static IReadOnlyList<(int Line, ImmutableArray<string> Fields)> Read(string text, Action<int, string> problem)
    {
        var rows = new List<(int, ImmutableArray<string>)>();
        var (position, line) = (text.StartsWith('\uFEFF') ? 1 : 0, 1);
        while (position < text.Length)
        {
            var (start, fields) = (line, ImmutableArray.CreateBuilder<string>());
            do fields.Add(Field(text, ref position, ref line, problem));
            while (position < text.Length && text[position] == ',' && position++ >= 0);
            EndLine(text, ref position, ref line);
            if (fields is not [""]) rows.Add((start, fields.ToImmutable()));
        }

        return rows;
    }

    private static string Field(string text, ref int position, ref int line, Action<int, string> problem)
    {
        if (position == text.Length || text[position] != '"')
        {
            var start = position;
            while (position < text.Length && text[position] is not (',' or '\r' or '\n')) position++;
            var plain = text[start..position];
            if (plain.Contains('"', StringComparison.Ordinal))
                problem(line, $"the field '{Quoted.Text(plain)}' holds a quotation mark; put the field into quotation marks, and write it twice inside");
            return plain;
        }

        var (value, begun) = (new StringBuilder(), line);
        for (position++; position < text.Length; position++)
        {
            if (text[position] == '\n') line++;
            if (text[position] != '"')
            {
                value.Append(text[position]);
                continue;
            }

            position++;
            if (position == text.Length || text[position] != '"') return AfterQuote(text, ref position, line, value.ToString(), problem);
            value.Append('"');
        }

        problem(begun, "a field begins here with a quotation mark and does not end with one");
        return value.ToString();
    }

    private static string AfterQuote(string text, ref int position, int line, string value, Action<int, string> problem)
    {
        if (position == text.Length || text[position] is ',' or '\r' or '\n') return value;
        problem(line, $"after the field '{Quoted.Text(value)}' a comma or the end of the line is expected, not {Printable.Character(text[position])}");
        while (position < text.Length && text[position] is not (',' or '\r' or '\n')) position++;
        return value;
    }

    private static void EndLine(string text, ref int position, ref int line)
    {
        if (position < text.Length && text[position] == '\r') position++;
        if (position < text.Length && text[position] == '\n') position++;
        line++;
    }
}
