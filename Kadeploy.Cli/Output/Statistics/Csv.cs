namespace Kadeploy.Cli.Output.Statistics;

/// <summary>Comma-separated values as RFC 4180 has them.</summary>
internal static class Csv
{
    /// <summary>Writes a record.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="fields">Its fields; null is an empty one.</param>
    public static void Write(TextWriter writer, IEnumerable<string?> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            if (!first) writer.Write(',');
            first = false;
            writer.Write(Quoted(field ?? ""));
        }

        writer.Write("\r\n"); // section 2.1
    }

    /// <summary>Encloses a field in quotes when it must be (sections 2.5 to 2.7).</summary>
    /// <param name="field">The field.</param>
    /// <returns>The field as it is written.</returns>
    public static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
