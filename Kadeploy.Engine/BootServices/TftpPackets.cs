using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Kadeploy.Engine.BootServices;

/// <summary>Writes and reads the packets of a transfer (RFC 1350 §5, RFC 2347 "Packet Formats").</summary>
internal static class TftpPackets
{
    /// <summary>The bytes before the data of a block.</summary>
    public const int DataHeader = 4;

    private const ushort DataCode = 3;
    private const ushort AcknowledgementCode = 4;
    private const ushort ErrorCode = 5;
    private const ushort OptionsCode = 6;

    public static void WriteDataHeader(Span<byte> packet, ushort block)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, DataCode);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], block);
    }

    public static byte[] Error(TftpError code, string message)
    {
        var packet = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, ErrorCode);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)code);
        Encoding.ASCII.GetBytes(message, packet.AsSpan(4));
        return packet;
    }

    public static byte[] Options(IReadOnlyCollection<(string Name, long Value)> options)
    {
        var text = string.Concat(options.Select(static option => string.Create(CultureInfo.InvariantCulture, $"{option.Name}\0{option.Value}\0")));
        var packet = new byte[2 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, OptionsCode);
        Encoding.ASCII.GetBytes(text, packet.AsSpan(2));
        return packet;
    }

    /// <summary>Reads an acknowledgement.</summary>
    public static bool TryReadAcknowledgement(ReadOnlySpan<byte> packet, out ushort block)
    {
        block = 0;
        if (packet.Length < 4 || BinaryPrimitives.ReadUInt16BigEndian(packet) != AcknowledgementCode) return false;
        block = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        return true;
    }

    /// <summary>Reads an error.</summary>
    public static bool TryReadError(ReadOnlySpan<byte> packet, out string message)
    {
        message = "";
        if (packet.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(packet) != ErrorCode) return false;
        var text = packet.Length > 4 ? packet[4..] : default;
        var end = text.IndexOf((byte)0);
        message = ServedFile.Printable(Encoding.UTF8.GetString(end < 0 ? text : text[..end]));
        return true;
    }
}
