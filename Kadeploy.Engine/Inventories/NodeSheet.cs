using System.Collections.Immutable;
using System.Text;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Inventories;

/// <summary>Lists of nodes as comma-separated values. Titles are the keys that nodes have in YAML, with those above them: <c>bmc.address</c>.</summary>
internal static class NodeSheet
{
    private enum Kind
    {
        /// <summary>A text.</summary>
        Text,

        /// <summary>A number, or true or false.</summary>
        Plain,

        /// <summary>Texts parted by blanks.</summary>
        Words,

        /// <summary>Texts parted by semicolons.</summary>
        Parts,

        /// <summary>A command as one types it.</summary>
        Command,
    }

    private static readonly string[] Required = ["name", "cluster"];

    private static readonly (string Title, Kind Kind)[] Columns =
    [
        ("name", Kind.Text), ("cluster", Kind.Text), ("address", Kind.Text), ("macs", Kind.Words),
        ("bmc.address", Kind.Text), ("bmc.user", Kind.Text), ("bmc.password_file", Kind.Text), ("bmc.password_env", Kind.Text),
        ("bmc.port", Kind.Plain), ("bmc.cipher_suite", Kind.Plain), ("bmc.privilege", Kind.Text),
        ("disk.serial", Kind.Text), ("disk.wwn", Kind.Text), ("disk.model", Kind.Text), ("disk.size", Kind.Parts), ("disk.smallest", Kind.Plain),
        ("console", Kind.Text), ("console.file", Kind.Text), ("console.command", Kind.Command),
        ("commands.reboot.soft", Kind.Command), ("commands.reboot.hard", Kind.Command), ("commands.reboot.very_hard", Kind.Command),
        ("commands.on.soft", Kind.Command), ("commands.on.hard", Kind.Command), ("commands.on.very_hard", Kind.Command),
        ("commands.off.soft", Kind.Command), ("commands.off.hard", Kind.Command), ("commands.off.very_hard", Kind.Command),
        ("commands.status", Kind.Command),
        ("groups", Kind.Words), ("tags", Kind.Words), ("description", Kind.Text),
    ];

    /// <summary>Writes nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <returns>The text: a line of titles, then one for each node.</returns>
    public static string Write(IEnumerable<NodeDefinition> nodes)
    {
        var text = new StringBuilder();
        CsvText.Append(text, Columns.Select(static column => column.Title));
        foreach (var node in nodes)
        {
            var table = NodeTable.Of(node, withCluster: true);
            CsvText.Append(text, Columns.Select(column => Cell(Find(table, column.Title), column.Kind)));
        }

        return text.ToString();
    }

    /// <summary>Finds the entries of a text.</summary>
    /// <param name="source">The text's file.</param>
    /// <param name="text">The text.</param>
    /// <returns>The entries, which are not read yet.</returns>
    public static IReadOnlyList<Section> Read(SourceFileText source, string text)
    {
        var rows = CsvText.Read(text, source.Problem);
        if (rows.Count == 0)
        {
            source.Problem(1, $"the file is empty; its first line has titles: {string.Join(',', Columns.Select(static column => column.Title))}");
            return [];
        }

        var titles = rows[0].Fields.Select(static title => title.Trim()).ToImmutableArray();
        var known = Columns.ToDictionary(static column => column.Title, static column => column.Kind, StringComparer.Ordinal);
        foreach (var title in titles.Where(title => !known.ContainsKey(title)))
            source.Problem(rows[0].Line, $"the column '{Quoted.Text(title)}' is unknown{NearestName.SuggestionOrList(title, known.Keys, known.Keys)}");
        foreach (var twice in titles.GroupBy(static title => title).Where(static group => group.Count() > 1))
            source.Problem(rows[0].Line, $"the column '{Quoted.Text(twice.Key)}' is there {twice.Count()} times");
        foreach (var title in Required.Except(titles)) source.Problem(rows[0].Line, $"the column '{title}' is missing");
        var sections = new List<Section>();
        foreach (var (line, fields) in rows.Skip(1))
        {
            if (fields.Length == titles.Length)
                sections.Add(new(source, Table(line, titles.Zip(fields).Where(cell => cell.Second.Length > 0 && known.ContainsKey(cell.First))
                    .Select(cell => (cell.First.Split('.'), Value(line, cell.Second, known[cell.First])))), ""));
            else source.Problem(line, $"the line has {fields.Length} fields; the first line has {titles.Length}");
        }

        return sections;
    }

    private static YamlValue? Find(YamlTable table, string title)
    {
        YamlValue? value = table;
        foreach (var key in title.Split('.')) value = (value as YamlTable)?.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
        return value;
    }

    private static string Cell(YamlValue? value, Kind kind) => (value, kind) switch
    {
        (YamlText text, _) => text.Value,
        (YamlList list, Kind.Command) => CommandLine.Of(Texts(list)),
        (YamlList list, Kind.Parts) => string.Join("; ", Texts(list)),
        (YamlList list, _) => string.Join(' ', Texts(list)),
        _ => "", // absent, or a table, which has columns of its own
    };

    private static IEnumerable<string> Texts(YamlList list) => list.Items.OfType<YamlText>().Select(static item => item.Value);

    private static YamlValue Value(int line, string cell, Kind kind) => kind switch
    {
        Kind.Plain => new YamlText(line, cell.Trim(), true),
        Kind.Words => List(line, cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        Kind.Parts => List(line, cell.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        _ => Text(line, cell),
    };

    private static YamlList List(int line, IEnumerable<string> texts) => new(line, [.. texts.Select(text => Text(line, text))]);

    // There are no quotation marks to be spoken of; but 'null' is a text here.
    private static YamlText Text(int line, string text) => new(line, text, !new YamlText(line, text, true).IsNothing);

    private static YamlTable Table(int line, IEnumerable<(string[] Path, YamlValue Value)> cells) =>
        new(line, [.. cells.GroupBy(static cell => cell.Path[0]).Select(group => new YamlEntry(line, group.Key, Joined(line, [.. group])))]);

    // A value beside a table of the same name, as 'console' and 'console.file', is one too many: the readers refuse the list.
    private static YamlValue Joined(int line, List<(string[] Path, YamlValue Value)> cells)
    {
        var single = cells.Where(static cell => cell.Path.Length == 1).Select(static cell => cell.Value).ToList();
        var deeper = cells.Where(static cell => cell.Path.Length > 1).Select(static cell => (cell.Path[1..], cell.Value)).ToList();
        if (deeper.Count == 0) return single[0];
        var table = Table(line, deeper);
        return single.Count == 0 ? table : new YamlList(line, [single[0], table]);
    }
}
