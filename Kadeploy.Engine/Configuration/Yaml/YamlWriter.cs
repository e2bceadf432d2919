using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Writes YAML that reads back as the same: whatever a text holds, it stays inside its quotation marks.</summary>
internal static partial class YamlWriter
{
    /// <summary>Writes a table.</summary>
    /// <param name="table">The table.</param>
    /// <returns>Lines, the last one ended.</returns>
    public static string Write(YamlTable table)
    {
        var text = new StringBuilder();
        Write(text, table, 0, afterDash: false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, YamlTable table, int indent, bool afterDash)
    {
        foreach (var entry in table.Entries)
        {
            if (!afterDash) text.Append(' ', indent);
            afterDash = false;
            text.Append(Scalar(entry.Key, plain: false)).Append(':');
            switch (entry.Value)
            {
                case YamlText value:
                    text.Append(' ').Append(Scalar(value.Value, value.Plain)).Append('\n');
                    break;
                case YamlTable { Entries.IsEmpty: true }:
                    text.Append(" {}\n");
                    break;
                case YamlTable inner:
                    text.Append('\n');
                    Write(text, inner, indent + 2, afterDash: false);
                    break;
                case YamlList list:
                    text.Append('\n');
                    Write(text, list, indent);
                    break;
            }
        }
    }

    private static void Write(StringBuilder text, YamlList list, int indent)
    {
        foreach (var item in list.Items)
        {
            text.Append(' ', indent).Append("- ");
            if (item is YamlTable { Entries.IsEmpty: false } table) Write(text, table, indent + 2, afterDash: true);
            else text.Append(item is YamlText value ? Scalar(value.Value, value.Plain) : "{}").Append('\n');
        }
    }

    /// <summary>Writes a text; without quotation marks only where nobody can take it for anything else.</summary>
    private static string Scalar(string value, bool plain) => plain || IsWord(value) ? value : Quote(value);

    private static bool IsWord(string value) => Word().IsMatch(value) && !Ambiguous().IsMatch(value);

    // The escapes are those of JSON, which YAML has too (YAML 1.2.2, 5.7).
    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c == '\n') text.Append("\\n");
            else if (c == '\t') text.Append("\\t");
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                text.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(c, value[++i]):X8}");
            else text.Append(c);
        }

        return text.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z/][A-Za-z0-9 ._/+@=,-]*(?:(?<=[a-z]):/[A-Za-z0-9._/+@=,%?&~-]+)?\z(?<! )", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // What YAML 1.1 and 1.2 take for nothing, true, false or a number.
    [GeneratedRegex(@"\A(?:null|true|false|yes|no|on|off|y|n|e[0-9].*)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();
}
