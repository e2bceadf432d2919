using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary>Shows a lab.</summary>
internal static class LabOutput
{
    /// <summary>Writes a line for each node.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="json">Whether for programs.</param>
    /// <param name="output">Standard output.</param>
    [SupportedOSPlatform("linux")]
    public static void Write(VirtualLab lab, bool json, TextWriter output)
    {
        if (!json) output.WriteLine($"{"NODE",-10} {"POWER",-5} {"ADDRESS",-14} {"BMC",-14} {"MAC",-17}");
        foreach (var node in lab.Inventory.Nodes)
        {
            var power = lab.IsOn(node) ? "on" : "off";
            output.WriteLine(json
                ? JsonSerializer.Serialize(new(lab.Inventory.Name, node.Name, power, node.Address, node.Mac, node.BmcAddress), LabLines.Default.LabNodeLine)
                : $"{node.Name,-10} {power,-5} {node.Address,-14} {node.BmcAddress,-14} {node.Mac,-17}");
        }
    }
}

/// <summary>A node of a lab.</summary>
internal sealed record LabNodeLine(string Lab, string Name, string Power, string Address, string Mac, string BmcAddress)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "labNode";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LabNodeLine))]
internal sealed partial class LabLines : JsonSerializerContext;
