using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;

namespace Kadeploy.Agent.Commands;

/// <summary>What is kept of a command in a file: enough not to run it twice, and to say how it ended.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Digest">What tells it from another of the same identifier.</param>
/// <param name="Process">Its process; 0 when it was not started or that is not known.</param>
/// <param name="StartTime">When the process started, in the kernel's ticks: numbers of processes are used again.</param>
/// <param name="Exit">How it ended; null when it runs, or ran when the agent was killed.</param>
internal sealed record CommandRecord(string Id, byte[] Digest, int Process, ulong StartTime, ExitReport? Exit)
{
    /// <summary>Gives the name of the file of a command.</summary>
    public static string FileName(string id) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.Text(Id);
        writer.Fixed(Digest);
        writer.U32((uint)Process);
        writer.U64(StartTime);
        writer.U8(Exit is null ? (byte)0 : (byte)1);
        if (Exit is not null)
        {
            var exit = new PayloadWriter();
            Exit.Write(exit);
            writer.Bytes(exit.Written.Span);
        }

        return writer.Written.ToArray();
    }

    public static CommandRecord Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new PayloadReader(bytes);
        var record = new CommandRecord(
            CommandId.Parse(ref reader), reader.Fixed(Wire.DigestLength).ToArray(), (int)(reader.U32() & int.MaxValue), reader.U64(), null);
        if (reader.Flag()) record = record with { Exit = ExitReport.Parse(reader.Bytes(Wire.LargestPayload)) };
        reader.End();
        return record;
    }

    /// <summary>Finds when a process started (proc(5), field 22 of stat); 0 when there is no such process.</summary>
    public static ulong StartTimeOf(int process)
    {
        var stat = BootFacts.TextOf(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        // The name in brackets may hold anything, also brackets.
        var words = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 19 && ulong.TryParse(words[19], NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : 0;
    }
}
