using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Configuration;

/// <summary>Reads the configuration: <c>kadeploy.yml</c> and the cluster files that it names. <c>docs/configuration.md</c> describes every key.</summary>
public static class SiteReader
{
    /// <summary>The file that is read when none is named and the variable <see cref="Variable"/> is not set.</summary>
    public const string DefaultPath = "/etc/kadeploy/kadeploy.yml";

    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "KADEPLOY_CONFIG";

    /// <summary>Reads it.</summary>
    /// <param name="path">The path of <c>kadeploy.yml</c>.</param>
    /// <returns>The site.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its file and line.</exception>
    public static Site Read(string path) => Read(path, Environment.GetEnvironmentVariable, null);

    /// <summary>Reads what is defined: files that are named need not be there, and passwords are not read. No engine can use it.</summary>
    /// <param name="path">The path of <c>kadeploy.yml</c>.</param>
    /// <returns>The site, as far as its inventory goes.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its file and line.</exception>
    public static Site ReadOutline(string path) =>
        Read(path, static _ => null, null, (section, source, problems) => Site(section, path, source, problems) with { IsOutline = true }, looksAtFiles: false);

    /// <summary>Reads what concerns this machine, and neither clusters nor secrets.</summary>
    /// <param name="path">The path of <c>kadeploy.yml</c>.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with them; every problem is listed with its file and line.</exception>
    public static ServerSettings ReadServer(string path) =>
        Read(path, Environment.GetEnvironmentVariable, null, static (section, _, _) => Server(section));

    /// <summary>Reads it.</summary>
    /// <param name="path">The path of <c>kadeploy.yml</c>.</param>
    /// <param name="variable">Reads a variable of the process.</param>
    /// <param name="keyAsked">Is told the path of each key that is asked for; null for nobody.</param>
    /// <returns>The site.</returns>
    internal static Site Read(string path, Func<string, string?> variable, Action<string>? keyAsked) =>
        Read(path, variable, keyAsked, (section, source, problems) => Site(section, path, source, problems));

    private static T Read<T>(
        string path, Func<string, string?> variable, Action<string>? keyAsked,
        Func<Section, Func<string, Action<YamlValue, string>?, SourceFileText>, ConfigProblems, T> read, bool looksAtFiles = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path.Contains('\0')) throw new ConfigurationException("the path of the configuration is empty");
        var problems = new ConfigProblems();
        var text = SourceFileText.Load(path, problem => problems.Add(path, 0, problem));
        problems.ThrowIfAny();
        var source = Source(path, null);
        var section = source.Read(text!);
        problems.ThrowIfAny();
        var result = read(section!, Source, problems);
        problems.ThrowIfAny();
        return result;

        SourceFileText Source(string file, Action<YamlValue, string>? pathFound) =>
            new(file, Path.GetDirectoryName(Path.GetFullPath(file)), problems)
            {
                Variable = variable, KeyAsked = keyAsked, LooksAtFiles = looksAtFiles, PathFound = pathFound,
            };
    }

    private static Site Site(
        Section section, string path, Func<string, Action<YamlValue, string>?, SourceFileText> source, ConfigProblems problems)
    {
        var server = Server(section);
        var files = ClusterFiles(section, path);
        section.End();
        var uniqueness = new UniqueNames();
        var clusters = ImmutableArray.CreateBuilder<ClusterSettings>();
        foreach (var file in files)
        {
            var text = SourceFileText.Load(file, problem => problems.Add(file, 0, problem));
            var paths = new Dictionary<YamlValue, string>(ReferenceEqualityComparer.Instance);
            if (text is null || source(file, (value, full) => paths[value] = full).Read(text) is not { } whole) continue;
            var settings = ClusterReader.Read(whole, server.Address);
            uniqueness.Add(settings, whole.Line, whole.Source.Problem);
            clusters.Add(settings with { Text = ClusterText.Of(whole.Content, paths) });
        }

        return new() { Server = server, Clusters = clusters.ToImmutable() };
    }

    private static ServerSettings Server(Section section)
    {
        if (!section.Has("server")) section.Missing("server", "write server: { address: ... }, how nodes reach this machine");
        return section.Table("server") is { } table ? ServerReader.Read(table) : new() { Address = "" };
    }

    private static List<string> ClusterFiles(Section section, string path)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        var files = new List<string>();
        foreach (var text in section.Texts("clusters") ?? [])
        {
            if (section.Source.FullPath(text) is not { } full)
            {
                section.Problem("clusters", $"holds '{Quoted.Text(text)}', which is no path");
                continue;
            }

            // Messages name files as the user does: from where he stands.
            var shown = Path.Combine(folder, text);
            if (!Directory.Exists(full)) Add(shown);
            else foreach (var file in InFolder(section, shown)) Add(file);
        }

        if (section.Has("clusters") && section.Texts("clusters") is { IsEmpty: true }) section.Problem("clusters", "is empty");
        return files;

        void Add(string file)
        {
            if (files.Contains(file)) section.Problem("clusters", $"names '{Quoted.Text(file)}' twice");
            else files.Add(file);
        }
    }

    private static List<string> InFolder(Section section, string folder)
    {
        try
        {
            List<string> files = [.. Directory.EnumerateFiles(folder).Where(static file => Path.GetExtension(file) is ".yml" or ".yaml").Order(StringComparer.Ordinal)];
            if (files.Count == 0) section.Problem("clusters", $"names the folder '{folder}', in which there is no file *.yml");
            return files;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            section.Problem("clusters", $"names the folder '{folder}', which cannot be read: {failure.Message}");
            return [];
        }
    }
}
