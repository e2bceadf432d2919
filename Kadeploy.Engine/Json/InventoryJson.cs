using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Engine.Json;

/// <summary>What the store keeps of a node as JSON. Unknown members are ignored, as in <see cref="StoreJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(NodeNameConverter), typeof(MacAddressConverter), typeof(IPAddressConverter), typeof(NodeConsoleConverter),
        typeof(CamelCase<ControllerPrivilege>), typeof(CamelCase<PowerLevel>),
    ])]
[JsonSerializable(typeof(NodeDefinition))]
internal sealed partial class InventoryJson : JsonSerializerContext;

/// <summary>Writes what is recorded of nodes as JSON, and reads it.</summary>
internal static class DefinitionJson
{
    /// <summary>Quotes and accents stay readable in the database.</summary>
    private static readonly InventoryJson Context =
        new(new JsonSerializerOptions(InventoryJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>JSON.</returns>
    public static string Write(NodeDefinition node) => JsonSerializer.Serialize(node, Context.NodeDefinition);

    /// <summary>Reads a node.</summary>
    /// <param name="json">JSON.</param>
    /// <returns>The node.</returns>
    /// <exception cref="JsonException">It is none.</exception>
    public static NodeDefinition Read(string json) => JsonSerializer.Deserialize(json, Context.NodeDefinition) ?? throw new JsonException("a node is missing");
}

/// <summary>Writes how a console is followed as an object with one member.</summary>
internal sealed class NodeConsoleConverter : JsonConverter<NodeConsole>
{
    /// <inheritdoc/>
    public override NodeConsole Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        NodeConsole? console = null;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a console is an object");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "sol":
                    console = new NodeConsole.SerialOverLan();
                    break;
                case "file":
                    console = new NodeConsole.LogFile(reader.GetString() ?? throw new JsonException("a console's file has no name"));
                    break;
                case "command":
                    console = new NodeConsole.Command(Words(ref reader));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return console ?? throw new JsonException("a console is of no known kind");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, NodeConsole value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case NodeConsole.SerialOverLan:
                writer.WriteBoolean("sol", true);
                break;
            case NodeConsole.LogFile file:
                writer.WriteString("file", file.Path);
                break;
            case NodeConsole.Command command:
                writer.WriteStartArray("command");
                foreach (var word in command.Words) writer.WriteStringValue(word);
                writer.WriteEndArray();
                break;
        }

        writer.WriteEndObject();
    }

    private static ImmutableArray<string> Words(ref Utf8JsonReader reader)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("a command is a list of words");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) words.Add(reader.GetString() ?? throw new JsonException("a word is missing"));
        return words.ToImmutable();
    }
}
