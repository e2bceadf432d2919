using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Lab;

/// <summary>What a program inside a lab may want to know of it.</summary>
public sealed record LabInventory
{
    /// <summary>Gets the lab's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what nodes are made of.</summary>
    public required NodeKind Kind { get; init; }

    /// <summary>Gets the firmware.</summary>
    public required Firmware Firmware { get; init; }

    /// <summary>Gets the boot loader, which decides the syntax of boot profiles.</summary>
    public required NetworkLoader Loader { get; init; }

    /// <summary>Gets what runs the machines' processors.</summary>
    public required Accelerator Accelerator { get; init; }

    /// <summary>Gets by how much timeouts made for real machines should be multiplied here.</summary>
    public required double TimeoutFactor { get; init; }

    /// <summary>Gets the address of the lab's own side, where a deployment server listens.</summary>
    public required string ServerAddress { get; init; }

    /// <summary>Gets the folder that TFTP and HTTP serve.</summary>
    public required string BootFiles { get; init; }

    /// <summary>Gets where HTTP serves it.</summary>
    public required string BootFilesUrl { get; init; }

    /// <summary>Gets the folder of boot profiles.</summary>
    public required string Profiles { get; init; }

    /// <summary>Gets the user of the BMCs.</summary>
    public required string BmcUser { get; init; }

    /// <summary>Gets the file with the BMCs' password.</summary>
    public required string BmcPasswordFile { get; init; }

    /// <summary>Gets the IPMI cipher suite that the BMCs accept.</summary>
    public int BmcCipherSuite { get; init; } = 3;

    /// <summary>Gets the private key whose owner may log in to nodes as root.</summary>
    public required string SshKeyFile { get; init; }

    /// <summary>Gets the nodes, by number.</summary>
    public required ImmutableArray<InventoryNode> Nodes { get; init; }

    /// <summary>Gives the variables that a command in the lab is started with.</summary>
    /// <param name="folder">The lab's files.</param>
    /// <returns>Names and values; lists are parted by spaces and in the order of the nodes. No secret is among them.</returns>
    public IReadOnlyDictionary<string, string> Variables(LabFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KADEPLOY_LAB"] = Name,
            ["KADEPLOY_LAB_FOLDER"] = folder.Path,
            ["KADEPLOY_LAB_INVENTORY"] = folder.Inventory,
            ["KADEPLOY_LAB_KIND"] = Kind == NodeKind.Vm ? "vm" : "namespace",
            ["KADEPLOY_LAB_NODES"] = Joined(static node => node.Name),
            ["KADEPLOY_LAB_ADDRESSES"] = Joined(static node => node.Address),
            ["KADEPLOY_LAB_MACS"] = Joined(static node => node.Mac),
            ["KADEPLOY_LAB_BMC_ADDRESSES"] = Joined(static node => node.BmcAddress),
            ["KADEPLOY_LAB_BMC_USER"] = BmcUser,
            ["KADEPLOY_LAB_BMC_PASSWORD_FILE"] = BmcPasswordFile,
            ["KADEPLOY_LAB_SSH_KEY"] = SshKeyFile,
            ["KADEPLOY_LAB_SERVER"] = ServerAddress,
            ["KADEPLOY_LAB_BOOT_FILES"] = BootFiles,
            ["KADEPLOY_LAB_BOOT_URL"] = BootFilesUrl,
            ["KADEPLOY_LAB_PROFILES"] = Profiles,
            ["KADEPLOY_LAB_TIMEOUT_FACTOR"] = TimeoutFactor.ToString("0.##", CultureInfo.InvariantCulture),
        };
        if (File.Exists(folder.Configuration)) variables["KADEPLOY_CONFIG"] = folder.Configuration;
        return variables;
    }

    /// <summary>Finds a node.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The node.</returns>
    /// <exception cref="ConfigurationException">The lab has no such node.</exception>
    public InventoryNode Find(string name) => Nodes.FirstOrDefault(node => node.Name == name)
        ?? throw new ConfigurationException($"the lab '{Name}' has no node '{name}'; its nodes are {Nodes[0].Name} to {Nodes[^1].Name}");

    internal static LabInventory Of(LabFolder folder, LabOptions options) => new()
    {
        Name = folder.Name,
        Kind = options.Kind,
        Firmware = options.Firmware,
        Loader = options.Loader,
        Accelerator = options.Accelerator,
        TimeoutFactor = TimeoutScale.Factor(options.Kind, options.Accelerator, options.Nodes, Environment.ProcessorCount),
        ServerAddress = LabNode.ServerAddress,
        BootFiles = folder.BootFiles,
        BootFilesUrl = $"http://{LabNode.ServerAddress}/",
        Profiles = folder.Profiles,
        BmcUser = Configuration.BmcConfiguration.User,
        BmcPasswordFile = folder.BmcPassword,
        SshKeyFile = folder.SshKey,
        Nodes = [.. LabNode.First(options.Nodes).Select(node => new InventoryNode
        {
            Number = node.Number,
            Name = node.Name,
            Address = node.Address.ToString(),
            Mac = node.Mac.ToString(),
            BmcAddress = node.BmcAddress.ToString(),
            ProfileName = node.ProfileName,
            ConsoleLog = folder.Of(node).ConsoleLog,
        })],
    };

    internal static LabInventory Read(LabFolder folder)
    {
        using var file = File.OpenRead(folder.Inventory);
        return JsonSerializer.Deserialize(file, LabJson.Default.LabInventory)!;
    }

    private string Joined(Func<InventoryNode, string> part) => string.Join(' ', Nodes.Select(part));
}

/// <summary>A node as programs are told of it.</summary>
public sealed record InventoryNode
{
    /// <summary>Gets its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its address.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the hardware address of its network card.</summary>
    public required string Mac { get; init; }

    /// <summary>Gets the address of its BMC.</summary>
    public required string BmcAddress { get; init; }

    /// <summary>Gets the name of its boot profile.</summary>
    public required string ProfileName { get; init; }

    /// <summary>Gets the log of its serial console.</summary>
    public required string ConsoleLog { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    Converters = [typeof(CamelCaseEnum<NodeKind>), typeof(CamelCaseEnum<Firmware>), typeof(CamelCaseEnum<NetworkLoader>), typeof(CamelCaseEnum<Accelerator>)])]
[JsonSerializable(typeof(LabInventory))]
[JsonSerializable(typeof(LabOptions))]
internal sealed partial class LabJson : JsonSerializerContext;

internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
