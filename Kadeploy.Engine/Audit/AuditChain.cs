using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Engine.Audit;

/// <summary>The chain of hashes through the audit trail: each entry's hash covers the entry and the hash of the one before.</summary>
internal static class AuditChain
{
    /// <summary>Gets what stands for the hash before the first entry.</summary>
    public static string Beginning { get; } = new('0', 64);

    /// <summary>Computes the hash of an entry.</summary>
    /// <param name="previous">The hash of the entry before.</param>
    /// <param name="entry">The entry; its own hash does not count.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Hash(string previous, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(previous);
        Number(entry.Number);
        Number(entry.At.UtcTicks);
        Add(entry.User);
        Number((long)entry.Action);
        Add(entry.What);
        Add(entry.Nodes);
        Add(entry.Operation?.Value ?? "");
        Add(entry.Program);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        // With its length before it, so that no two entries give the same bytes.
        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Number(bytes.Length);
            hash.AppendData(bytes);
        }

        void Number(long number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }
}
