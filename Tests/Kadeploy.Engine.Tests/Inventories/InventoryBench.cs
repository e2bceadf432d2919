using Kadeploy.Engine.Tests.Configuration;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Tests.Inventories;

/// <summary>A configuration, a state directory and the inventory of both, removed at the end.</summary>
internal sealed class InventoryBench : IAsyncDisposable
{
    /// <summary>A cluster that is switched by IPMI, as the store gets it.</summary>
    public const string Ipmi = """
        name: ipmi
        power: { ipmi: { user: admin, password_file: ../password } }
        partitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }
        """;

    /// <summary>A cluster without power.</summary>
    public const string Plain = """
        name: plain
        partitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }
        """;

    private readonly List<CatalogHost> _hosts = [];

    public InventoryBench(string cluster = SiteFolder.Least) => Folder = new(cluster);

    public static string User => "root";

    public SiteFolder Folder { get; }

    public string State => Folder.At("state");

    /// <summary>Opens the inventory as a process of its own does.</summary>
    public async Task<INodeInventory> OpenAsync(bool files = true, params string[] administrators)
    {
        var host = await EngineHost.OpenCatalogsAsync(
            new()
            {
                StateDirectory = State,
                Site = files ? SiteReader.ReadOutline(Folder.At("kadeploy.yml")) : null,
                Administrators = administrators.Length > 0 ? administrators : ["root"],
            },
            CancellationToken.None);
        _hosts.Add(host);
        return host.Catalogs.Nodes;
    }

    /// <summary>Opens it with the clusters <c>ipmi</c> and <c>plain</c> in the store.</summary>
    public async Task<INodeInventory> OpenWithClustersAsync()
    {
        var inventory = await OpenAsync();
        await inventory.ImportClustersAsync([Text("clusters/ipmi.txt", Ipmi), Text("clusters/plain.txt", Plain)], false, User, CancellationToken.None);
        return inventory;
    }

    /// <summary>Writes a file and gives it as it is imported.</summary>
    public InventoryText Text(string name, string text)
    {
        Folder.Write(name, text);
        return new(Folder.At(name), text);
    }

    /// <summary>Takes the folder out of what is told.</summary>
    public string Short(string text) => text.Replace(Folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        Folder.Dispose();
    }
}
