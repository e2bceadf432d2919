using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>What goes between the process that holds a console's line and those that use it: a byte that says what, the length in two bytes, and that.</summary>
internal enum ConsoleFrame : byte
{
    /// <summary>Who comes: <see cref="ConsoleHello"/> as JSON.</summary>
    Hello = (byte)'H',

    /// <summary>He may stay.</summary>
    Accepted = (byte)'A',

    /// <summary>He may not; a sentence says why.</summary>
    Refused = (byte)'R',

    /// <summary>What the node printed.</summary>
    Data = (byte)'D',

    /// <summary>What the user typed.</summary>
    Keys = (byte)'K',

    /// <summary>The line is up.</summary>
    Up = (byte)'U',

    /// <summary>The line cannot be had; a sentence says why.</summary>
    Failed = (byte)'F',

    /// <summary>A sentence about the line.</summary>
    Notice = (byte)'N',

    /// <summary>Somebody else types now; a sentence says who.</summary>
    TakenOver = (byte)'T',
}

/// <summary>Who comes to a console.</summary>
/// <param name="User">Whose name is shown to others.</param>
/// <param name="ReadOnly">Whether he only looks on.</param>
/// <param name="TakeOver">Whether he takes the keyboard from whoever has it.</param>
/// <param name="Operation">The operation for which he comes.</param>
internal sealed record ConsoleHello(string User, bool ReadOnly, bool TakeOver, string Operation);

/// <summary>Reads and writes frames.</summary>
internal static class ConsoleWire
{
    private const int HeaderLength = 3;

    /// <summary>The longest content of a frame.</summary>
    public const int MostBytes = ushort.MaxValue;

    /// <summary>Makes a frame.</summary>
    /// <param name="frame">What it is.</param>
    /// <param name="content">At most <see cref="MostBytes"/>.</param>
    /// <returns>The frame as it is sent.</returns>
    public static byte[] Make(ConsoleFrame frame, ReadOnlySpan<byte> content)
    {
        var bytes = new byte[HeaderLength + content.Length];
        bytes[0] = (byte)frame;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), checked((ushort)content.Length));
        content.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>Makes a frame of a sentence.</summary>
    /// <param name="frame">What it is.</param>
    /// <param name="text">The sentence.</param>
    /// <returns>The frame as it is sent.</returns>
    public static byte[] Make(ConsoleFrame frame, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        return Make(frame, content.AsSpan(0, Math.Min(content.Length, MostBytes)));
    }

    /// <summary>Makes the first frame.</summary>
    /// <param name="hello">Who comes.</param>
    /// <returns>The frame as it is sent.</returns>
    public static byte[] Make(ConsoleHello hello) => Make(ConsoleFrame.Hello, JsonSerializer.SerializeToUtf8Bytes(hello, ConsoleJson.Default.ConsoleHello));

    /// <summary>Understands the first frame.</summary>
    /// <param name="content">Its content.</param>
    /// <returns>Who comes; null when it makes no sense.</returns>
    public static ConsoleHello? ReadHello(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, ConsoleJson.Default.ConsoleHello);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a sentence, as it may be shown on a terminal.</summary>
    /// <param name="content">The frame's content.</param>
    /// <returns>One line without control characters.</returns>
    public static string ReadText(ReadOnlySpan<byte> content) => Printable.Text(Encoding.UTF8.GetString(content));

    /// <summary>Reads a frame.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The frame; null at the connection's end, however it comes.</returns>
    public static async Task<(ConsoleFrame Frame, byte[] Content)?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            var header = new byte[HeaderLength];
            await stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            var content = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return ((ConsoleFrame)header[0], content);
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}

/// <summary>What is said in JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ConsoleHello))]
internal sealed partial class ConsoleJson : JsonSerializerContext;
