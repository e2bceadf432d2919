namespace Kadeploy.Cli.Tests.Commands;

/// <summary>A folder with a configuration of two nodes, for commands that need one.</summary>
internal sealed class SiteFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kadeploy-site-").FullName;

    public SiteFolder()
    {
        Write("kadeploy.yml", "server: { address: 10.0.0.1, administrators: [root, boss] }\nclusters: lab.yml\n");
        Write("lab.yml", "name: lab\nnodes: { name: 'node-[1-2]' }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n");
    }

    public string this[string name] => Path.Combine(_folder, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
