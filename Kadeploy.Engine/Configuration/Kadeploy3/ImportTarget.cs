using System.Collections.Immutable;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>Where an imported configuration goes: it is written aside, read as an engine would, and put in its place by renaming.</summary>
/// <param name="import">What was asked for.</param>
internal sealed class ImportTarget(ConfigurationImport import)
{
    private const string Server = "kadeploy.yml";
    private const string Clusters = "clusters";

    /// <summary>Writes the files.</summary>
    /// <param name="server">The text of <c>kadeploy.yml</c>.</param>
    /// <param name="clusters">The clusters' names and texts.</param>
    /// <returns>The files that are there now, or would be, and how many nodes they have.</returns>
    /// <exception cref="ConfigurationException">They are no configuration that an engine could use, or something is in their place; nothing was written.</exception>
    public (ImmutableArray<string> Files, int Nodes) Write(string server, ImmutableArray<(string Name, string Text)> clusters)
    {
        RefuseWhatIsThere();
        // A name that is none is refused when the files are read; until then it may not lead anywhere.
        var files = clusters.Select(static (cluster, index) => (Name: $"{(cluster.Name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? cluster.Name : $"cluster-{index + 1}")}.yml", cluster.Text)).ToList();
        var aside = import.DryRun
            ? Directory.CreateTempSubdirectory("kadeploy-import-").FullName
            : Path.Combine(Directory.CreateDirectory(import.Output).FullName, $".import-{Guid.CreateVersion7():N}");
        try
        {
            Directory.CreateDirectory(Path.Combine(aside, Clusters));
            WriteFile(Path.Combine(aside, Server), server);
            foreach (var (name, text) in files) WriteFile(Path.Combine(aside, Clusters, name), text);
            var nodes = Check(aside);
            if (!import.DryRun)
            {
                // The file that is looked for comes last.
                Directory.Move(Path.Combine(aside, Clusters), Path.Combine(import.Output, Clusters));
                File.Move(Path.Combine(aside, Server), Path.Combine(import.Output, Server));
            }

            return ([Path.Combine(import.Output, Server), .. files.Select(file => Path.Combine(import.Output, Clusters, file.Name))], nodes);
        }
        finally
        {
            Directory.Delete(aside, recursive: true);
        }
    }

    private void RefuseWhatIsThere()
    {
        var there = new[] { Server, Clusters }.Select(name => Path.Combine(import.Output, name)).Where(static path => File.Exists(path) || Directory.Exists(path)).ToList();
        if (there.Count > 0)
            throw new ConfigurationException([.. there.Select(static path => $"'{Printable.Text(path)}' is there already; move it away, or name another directory with --output")]);
    }

    private static int Check(string aside)
    {
        try
        {
            return SiteReader.Read(Path.Combine(aside, Server)).Nodes.Count();
        }
        catch (ConfigurationException wrong)
        {
            throw new ConfigurationException(
                [.. wrong.Problems.Select(problem => "what was made of it is no configuration: " + problem.Replace(aside + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))]);
        }
    }

    // Commands may hold secrets.
    private static void WriteFile(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
