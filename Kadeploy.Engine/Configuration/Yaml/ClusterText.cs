namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Writes a cluster's settings as the store keeps them: the keys of a cluster's file without its name and its nodes.</summary>
internal static class ClusterText
{
    /// <summary>Writes settings.</summary>
    /// <param name="file">The whole table of a file.</param>
    /// <param name="paths">The full paths of files that are named in it.</param>
    /// <returns>YAML.</returns>
    public static string Of(YamlTable file, IReadOnlyDictionary<YamlValue, string> paths) =>
        YamlWriter.Write(file with { Entries = file.Entries.RemoveAll(static entry => entry.Key is "name" or "nodes") }, paths);

    /// <summary>Puts the name back.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="settings">Its settings.</param>
    /// <returns>The table of a file without nodes.</returns>
    public static YamlTable WithName(string name, YamlTable settings) =>
        settings with { Entries = settings.Entries.Insert(0, new(settings.Line, "name", YamlWriter.Text(name))) };
}
