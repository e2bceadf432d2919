using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kadeploy.Engine.Json;

/// <summary>Reads and writes requests of each kind; the member <c>kind</c> tells them apart.</summary>
/// <remarks>Plans that were stored when there was nothing but deployments have no such member in their requests.</remarks>
internal sealed class OperationRequestConverter : JsonConverter<OperationRequest>
{
    /// <inheritdoc/>
    public override OperationRequest? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => KindAhead(reader) switch
    {
        null or "deployment" => JsonSerializer.Deserialize(ref reader, Info<DeploymentRequest>(options)),
        "reboot" => JsonSerializer.Deserialize(ref reader, Info<RebootRequest>(options)),
        "power" => JsonSerializer.Deserialize(ref reader, Info<PowerRequest>(options)),
        "console" => JsonSerializer.Deserialize(ref reader, Info<ConsoleRequest>(options)),
        var other => throw new JsonException($"'{other}' is no kind of request"),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, OperationRequest value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case DeploymentRequest deployment:
                JsonSerializer.Serialize(writer, deployment, Info<DeploymentRequest>(options));
                break;
            case RebootRequest reboot:
                JsonSerializer.Serialize(writer, reboot, Info<RebootRequest>(options));
                break;
            case PowerRequest power:
                JsonSerializer.Serialize(writer, power, Info<PowerRequest>(options));
                break;
            case ConsoleRequest console:
                JsonSerializer.Serialize(writer, console, Info<ConsoleRequest>(options));
                break;
            default:
                throw new JsonException($"'{value.GetType()}' is no kind of request");
        }
    }

    private static JsonTypeInfo<T> Info<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    /// <summary>Looks for the member without moving the caller's reader, which is a copy here.</summary>
    private static string? KindAhead(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKind = reader.ValueTextEquals("kind"u8);
            reader.Read();
            if (isKind) return reader.GetString();
            reader.Skip();
        }

        return null;
    }
}
