namespace Kadeploy.Cli.Tests.Output.Statistics;

/// <summary>Reads comma-separated values by the grammar of RFC 4180, section 2.</summary>
internal static class CsvReading
{
    public static List<string[]> Read(string text)
    {
        var records = new List<string[]>();
        var fields = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            fields.Add(Field(text, ref at));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at == text.Length) fields.Add("");
                continue;
            }

            Xunit.Assert.Equal("\r\n", text[at..(at + 2)]);
            at += 2;
            records.Add([.. fields]);
            fields.Clear();
        }

        Xunit.Assert.Empty(fields);
        return records;
    }

    private static string Field(string text, ref int at)
    {
        var begin = at;
        if (text[at] != '"')
        {
            while (text[at] is not (',' or '\r' or '\n'))
            {
                Xunit.Assert.NotEqual('"', text[at]);
                at++;
            }

            return text[begin..at];
        }

        var value = new System.Text.StringBuilder();
        for (at++; ; at++)
        {
            if (text[at] != '"') value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') value.Append(text[at++]);
            else break;
        }

        at++;
        return value.ToString();
    }
}
