using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>A table of a file of Kadeploy 3, of which every key is accounted for.</summary>
/// <param name="section">The table.</param>
/// <param name="path">The keys that lead to it, each with a slash after it.</param>
/// <param name="ledger">The account.</param>
internal sealed class OldTable(Section section, string path, ImportLedger ledger)
{
    private readonly Dictionary<string, OldTable?> _tables = new(StringComparer.Ordinal);

    /// <summary>Gets the table, to be read without an entry in the account.</summary>
    public Section Section => section;

    /// <summary>Gives a table.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The table, always the same; null when it is absent or none.</returns>
    public OldTable? Table(string key)
    {
        if (!_tables.TryGetValue(key, out var known)) _tables.Add(key, known = section.Table(key) is { } inner ? new(inner, $"{path}{key}/", ledger) : null);
        return known;
    }

    /// <summary>Gives a list of tables.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The tables.</returns>
    public IReadOnlyList<OldTable> Tables(string key) => [.. section.Tables(key).Select(inner => new OldTable(inner, $"{path}{key}/", ledger))];

    /// <summary>Gives a text that is taken over.</summary>
    /// <param name="key">The key.</param>
    /// <param name="target">Where it goes.</param>
    /// <returns>The text; null when it is absent or empty.</returns>
    public string? Text(string key, string target)
    {
        if (section.Text(key) is not { Length: > 0 } text) return null;
        Took(key, target);
        return text;
    }

    /// <summary>Gives the full path of a file that is taken over and has to be there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="target">Where it goes.</param>
    /// <returns>The path; null when it is absent, empty or wrong.</returns>
    public string? File(string key, string target)
    {
        if (section.Text(key) is not { Length: > 0 }) return null;
        Took(key, target);
        return section.ExistingFile(key);
    }

    /// <summary>Notes that a key was taken over.</summary>
    /// <param name="key">The key.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="change">How it was changed; empty when it was not.</param>
    public void Took(string key, string target, string change = "")
    {
        if (section.Content.Entries.FirstOrDefault(entry => entry.Key == key) is not { } entry) return;
        section.Accept(key);
        ledger.Add(section.Source.Name, entry.Line, path + key, change.Length == 0 ? ImportOutcome.TakenOver : ImportOutcome.Adapted, target, change);
    }

    /// <summary>Notes that a key, or all keys below it, cannot be taken over.</summary>
    /// <param name="key">The key; nothing is noted when it is absent.</param>
    /// <param name="reason">Why.</param>
    /// <returns>Whether the key is there.</returns>
    public bool Leave(string key, string reason)
    {
        if (section.Content.Entries.FirstOrDefault(entry => entry.Key == key) is not { } entry) return false;
        section.Accept(key);
        Leave(entry, path + key, reason);
        return true;
    }

    /// <summary>Notes the keys that Kadeploy 3 does not know either.</summary>
    /// <param name="known">The other keys that are read here.</param>
    public void End(params ReadOnlySpan<string> known)
    {
        foreach (var key in known) section.Accept(key);
        foreach (var entry in section.Unread()) Leave(entry, path + entry.Key, "Kadeploy 3 does not read it either");
    }

    private void Leave(YamlEntry entry, string name, string reason)
    {
        var inner = entry.Value switch
        {
            YamlTable table => table.Entries,
            YamlList list => [.. list.Items.OfType<YamlTable>().SelectMany(static table => table.Entries)],
            _ => [],
        };
        foreach (var below in inner) Leave(below, $"{name}/{below.Key}", reason);
        if (inner.IsEmpty) ledger.Add(section.Source.Name, entry.Line, name, ImportOutcome.NotApplicable, "", reason);
    }
}
