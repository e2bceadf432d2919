using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Engine.Json;

/// <summary>Writes a value type as the text that it is read from.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="parse">Reads it; throws <see cref="FormatException"/>.</param>
internal abstract class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
    where T : notnull
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? throw new JsonException($"a {typeof(T).Name} was expected, not null");
        try
        {
            return parse(text);
        }
        catch (FormatException wrong)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString()!);
}

internal sealed class NodeNameConverter() : TextConverter<NodeName>(static text => NodeName.Parse(text));

internal sealed class OperationIdConverter() : TextConverter<OperationId>(static text => OperationId.Parse(text));

internal sealed class InstanceNameConverter() : TextConverter<InstanceName>(static text => new(text));

internal sealed class MicroStepNameConverter() : TextConverter<MicroStepName>(static text => new(text));

internal sealed class TimeoutExpressionConverter() : TextConverter<TimeoutExpression>(TimeoutExpression.Parse);

internal sealed class FaultCodeConverter() : TextConverter<FaultCode>(static text => FaultCode.Parse(text));

internal sealed class MacAddressConverter() : TextConverter<MacAddress>(static text => MacAddress.Parse(text));

internal sealed class IPAddressConverter() : TextConverter<IPAddress>(IPAddress.Parse);

/// <summary>Writes members of an enum as their names in camelCase.</summary>
/// <typeparam name="TEnum">The enum.</typeparam>
internal sealed class CamelCase<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
