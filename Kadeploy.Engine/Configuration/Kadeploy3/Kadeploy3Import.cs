using System.Net;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>Makes a configuration of one of Kadeploy 3's.</summary>
/// <remarks>Files, not rows of the store: they can be read, compared and corrected before anything is deployed, they come all at once by a rename, and they
/// need no state directory. <c>kadeploy clusters import</c> takes them into the store.</remarks>
internal sealed class Kadeploy3Import
{
    private static readonly (string Name, string Old)[] Files = [("server.conf", "server_conf.yml"), ("clusters.conf", "clusters.yml"), ("command.conf", "cmd.yml"), ("client.conf", "client_conf.yml")];

    private readonly ConfigurationImport _import;
    private readonly string _folder;
    private readonly ConfigProblems _problems = new();
    private readonly ImportLedger _ledger = new();

    private Kadeploy3Import(ConfigurationImport import) => (_import, _folder) = (import, Path.GetFullPath(import.Directory));

    /// <summary>Makes it.</summary>
    /// <param name="import">What is read, and where it goes.</param>
    /// <param name="cancellationToken">Ends the work before anything is written.</param>
    /// <returns>What became of each key.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed, and nothing was written.</exception>
    public static ConfigurationImportReport Run(ConfigurationImport import, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(import);
        try
        {
            return new Kadeploy3Import(import).Run(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the configuration could not be written: {failure.Message}");
        }
    }

    private ConfigurationImportReport Run(CancellationToken cancellationToken)
    {
        var (server, clusters) = Read();
        _problems.ThrowIfAny();
        cancellationToken.ThrowIfCancellationRequested();
        var target = new ImportTarget(_import);
        var (files, nodes) = target.Write(ServerFile(server), [.. clusters.Select(cluster => (cluster.Name, Header(cluster.File) + YamlWriter.Write(cluster.Table)))]);
        return new(_ledger.Keys, _ledger.Warnings, files, clusters.Count, nodes, _import.DryRun);
    }

    private (OldServer Server, List<(string Name, string File, YamlTable Table)> Clusters) Read()
    {
        if (!Directory.Exists(_folder)) _problems.Add("", 0, $"there is no directory '{Quoted.Text(_import.Directory)}'");
        if (_import.Kernel is null != _import.Initrds.IsEmpty) _problems.Add("", 0, "a kernel and its initial RAM disks are named together; give --kernel and --initrd");
        _problems.ThrowIfAny();
        var server = Open("server.conf", required: true) is { } serverFile ? OldServer.Read(serverFile, _folder, _ledger) : new();
        var clusters = Open("clusters.conf", required: true) is { } clustersFile ? Clusters(clustersFile) : [];
        var names = clusters.SelectMany(static cluster => cluster.Nodes.Entries.Select(static entry => entry.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var own = Open("command.conf", required: false) is { } commands ? OldCommands.ReadNodes(commands, names, _ledger) : [];
        if (Open("client.conf", required: false) is { } client)
            foreach (var key in client.Section.Keys.ToList()) client.Leave(key, "there is no server to be a client of; commands work on this machine's state directory");
        var converter = new OldCluster(server, _import, _ledger);
        var tables = clusters.Where(static cluster => cluster.File is not null)
            .Select(cluster => (cluster.Name, cluster.File!.Section.Source.Name, converter.Convert(cluster.Name, cluster.Nodes.With(own), cluster.File))).ToList();
        return (server, tables);
    }

    private List<(string Name, OldNodes Nodes, OldTable? File)> Clusters(OldTable file)
    {
        var clusters = new List<(string, OldNodes, OldTable?)>();
        foreach (var table in file.Tables("clusters"))
        {
            var name = table.Text("name", "name");
            var path = table.Section.Text("conf_file") is { Length: > 0 } ? table.Section.ExistingFile("conf_file") : null;
            table.Took("conf_file", "clusters", "its cluster has a file of its own here too");
            table.Leave("prefix", "messages name their cluster");
            if (name is null) table.Section.Missing("name");
            if (!table.Section.Has("conf_file")) table.Section.Missing("conf_file");
            var nodes = OldNodes.Read(table);
            table.End("nodes");
            if (name is not null && clusters.Any(other => string.Equals(other.Item1, name, StringComparison.OrdinalIgnoreCase))) table.Section.Problem("name", $"is '{Quoted.Text(name)}' a second time");
            clusters.Add((name ?? "", nodes, path is null ? null : Open(path)));
        }

        if (!file.Section.Has("clusters")) file.Section.Missing("clusters");
        file.End("clusters");
        return clusters;
    }

    private OldTable? Open(string name, bool required)
    {
        var old = Files.First(file => file.Name == name).Old;
        var path = new[] { name, old }.Select(each => Path.Combine(_folder, each)).FirstOrDefault(File.Exists);
        if (path is not null) return Open(path);
        if (required) _problems.Add(Path.Combine(_import.Directory, name), 0, "there is no such file");
        return null;
    }

    private OldTable? Open(string path)
    {
        // Messages name files as the user does.
        var shown = path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.Combine(_import.Directory, path[(_folder.Length + 1)..]) : path;
        if (SourceFileText.Load(path, problem => _problems.Add(shown, 0, problem)) is not { } text) return null;
        var source = new SourceFileText(shown, _folder, _problems);
        // A file that overrides nothing may be empty.
        if (string.IsNullOrWhiteSpace(string.Concat(text.Split('\n').Where(static line => !line.TrimStart().StartsWith('#'))).Replace("---", "", StringComparison.Ordinal))) text = "{}";
        return source.Read(text) is { } section ? new(section, "", _ledger) : null;
    }

    private string ServerFile(OldServer server)
    {
        var address = _import.ServerAddress ?? server.HostName ?? Dns.GetHostName();
        if (_import.ServerAddress is null && server.HostName is null)
            _ledger.Warn($"nodes reach this machine as '{address}', its own name; if they cannot, name it at the import with --server-address, or change server.address");
        return Header(Path.Combine(_import.Directory, "server.conf")) + YamlWriter.Write(Table(
        [
            ("server", Table([("address", Text(address)), ("administrators", List(server.Administrators)), ("vlan", server.Vlan)])),
            ("clusters", Text("clusters")),
        ]));
    }

    private static string Header(string file) => $"# Made of {Printable.Text(file)} by 'kadeploy config import'.\n";
}
