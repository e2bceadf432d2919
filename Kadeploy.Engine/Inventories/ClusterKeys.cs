using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Inventories;

/// <summary>Changes a cluster's settings key by key.</summary>
internal static class ClusterKeys
{
    private const string PasswordFile = "power.ipmi.password_file";
    private const string PasswordVariable = "power.ipmi.password_env";

    /// <summary>Reads settings that were written by this program.</summary>
    /// <param name="settings">YAML.</param>
    /// <returns>The table.</returns>
    public static YamlTable Parse(string settings) => YamlReader.Read(settings.Length > 0 ? settings : "{}", static (_, _) => { }) as YamlTable ?? new(0, []);

    /// <summary>Makes a change.</summary>
    /// <param name="table">The settings.</param>
    /// <param name="change">The change.</param>
    /// <param name="passwordFile">The file of the password of its controllers; null to leave what is there.</param>
    /// <param name="problems">Receives what is wrong with keys and values as such.</param>
    /// <returns>The settings afterwards.</returns>
    public static YamlTable Change(YamlTable table, ClusterChange change, string? passwordFile, ConfigProblems problems)
    {
        if (passwordFile is null && change.Set.IsEmpty && change.Unset.IsEmpty) problems.Add("", 0, "nothing is to be changed; give KEY=VALUE, or --unset KEY");
        foreach (var key in change.Unset)
        {
            if (change.Set.ContainsKey(key)) problems.Add("", 0, $"key '{Quoted.Text(key)}' is to be set and taken away");
            else if (Path(key, problems) is { } path) table = Without(table, path, () => problems.Add("", 0, $"key '{Quoted.Text(key)}' is not there"));
        }

        foreach (var (key, text) in change.Set)
        {
            if (Path(key, problems) is not { } path) continue;
            var value = YamlReader.Read(text.Length > 0 ? text : "''", (_, problem) => problems.Add("", 0, $"key '{Quoted.Text(key)}': {problem}"));
            if (value is not null) table = With(table, path, value);
        }

        if (passwordFile is null) return table;
        if (change.Set.Keys.Concat(change.Unset).FirstOrDefault(static key => key is PasswordFile or PasswordVariable) is { } twice)
            problems.Add("", 0, $"the controllers' password is given, and also key '{twice}'; give one of them");
        // One place of the password takes the other's.
        table = Without(table, PasswordVariable.Split('.'), static () => { });
        return With(table, PasswordFile.Split('.'), new YamlText(0, passwordFile, false));
    }

    private static string[]? Path(string key, ConfigProblems problems)
    {
        var path = key.Split('.');
        if (path[0] is "name" or "nodes")
            problems.Add("", 0, path[0] == "name" ? "key 'name' cannot be changed; import the cluster under another name" : "key 'nodes' is changed with 'kadeploy nodes'");
        else if (path.Any(static part => part.Length == 0)) problems.Add("", 0, $"'{Quoted.Text(key)}' is no key; write one such as power.ipmi.user");
        else return path;
        return null;
    }

    private static YamlTable With(YamlTable table, ReadOnlySpan<string> path, YamlValue value)
    {
        var key = path[0];
        var index = IndexOf(table, key);
        var inner = path.Length == 1 ? value : With(index >= 0 && table.Entries[index].Value is YamlTable there ? there : new(0, []), path[1..], value);
        var entry = new YamlEntry(0, key, inner);
        return table with { Entries = index >= 0 ? table.Entries.SetItem(index, entry) : table.Entries.Add(entry) };
    }

    private static YamlTable Without(YamlTable table, ReadOnlySpan<string> path, Action missing)
    {
        var index = IndexOf(table, path[0]);
        if (index >= 0 && path.Length == 1) return table with { Entries = table.Entries.RemoveAt(index) };
        if (index >= 0 && table.Entries[index].Value is YamlTable inner)
            return table with { Entries = table.Entries.SetItem(index, table.Entries[index] with { Value = Without(inner, path[1..], missing) }) };
        missing();
        return table;
    }

    private static int IndexOf(YamlTable table, string key)
    {
        for (var i = 0; i < table.Entries.Length; i++)
            if (table.Entries[i].Key == key) return i;
        return -1;
    }
}
