using System.Security.Cryptography;
using Kadeploy.Protocol;

namespace Kadeploy.Agent;

/// <summary>Writes the files that the engine sends over one connection: each appears in its place as a whole or not at all.</summary>
internal sealed class FileReceiver : IDisposable
{
    private const int MostOpen = 16;
    private readonly Dictionary<uint, Transfer> _transfers = [];

    public void Begin(FileBegin begin)
    {
        if (_transfers.Count >= MostOpen) throw new ProtocolException($"more than {MostOpen} files are sent at once");
        if (!_transfers.TryAdd(begin.Transfer, Open(begin))) throw new ProtocolException("a transfer has begun twice");
    }

    public void Add(FileData data)
    {
        if (!_transfers.TryGetValue(data.Transfer, out var transfer)) throw new ProtocolException("a piece of no file came");
        if (data.Data.Length > transfer.Begin.Length - transfer.Received) throw new ProtocolException("a file is longer than it was said to be");
        transfer.Received += data.Data.Length;
        transfer.Digest.AppendData(data.Data.Span);
        Try(transfer, () => transfer.File?.Write(data.Data.Span));
    }

    public FileResult End(FileEnd end)
    {
        if (!_transfers.Remove(end.Transfer, out var transfer)) throw new ProtocolException("the end of no file came");
        using (transfer)
        {
            var whole = transfer.Received == transfer.Begin.Length
                && CryptographicOperations.FixedTimeEquals(transfer.Digest.GetHashAndReset(), end.Digest);
            if (!whole && transfer.Problem.Length == 0) transfer.Problem = "what arrived is not what was sent";
            Try(transfer, () =>
            {
                File.SetUnixFileMode(transfer.File!.SafeFileHandle, (UnixFileMode)transfer.Begin.Mode);
                transfer.File.Flush(flushToDisk: false);
                transfer.File.Dispose();
                File.Move(transfer.Beside, transfer.Begin.Path, overwrite: true);
                transfer.IsInPlace = true;
            });
            return new(end.Transfer, transfer.Problem);
        }
    }

    public void Dispose()
    {
        foreach (var transfer in _transfers.Values) transfer.Dispose();
        _transfers.Clear();
    }

    private static Transfer Open(FileBegin begin)
    {
        var transfer = new Transfer(begin);
        Try(transfer, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(begin.Path)!);
            transfer.File = new(transfer.Beside, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        });
        return transfer;
    }

    // A problem is told at the end: the pieces that follow it are under way already.
    private static void Try(Transfer transfer, Action action)
    {
        if (transfer.Problem.Length > 0) return;
        try
        {
            action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            transfer.Problem = problem switch
            {
                FileNotFoundException or DirectoryNotFoundException => "no such directory",
                UnauthorizedAccessException => "permission denied, or there is a directory",
                _ => $"cannot be written: {problem.Message}",
            };
        }
    }

    private sealed class Transfer(FileBegin begin) : IDisposable
    {
        public FileBegin Begin => begin;

        public string Beside { get; } = begin.Path + ".kadeploy-new";

        public FileStream? File { get; set; }

        public IncrementalHash Digest { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Received { get; set; }

        public string Problem { get; set; } = "";

        public bool IsInPlace { get; set; }

        public void Dispose()
        {
            Digest.Dispose();
            File?.Dispose();
            if (File is not null && !IsInPlace) global::System.IO.File.Delete(Beside);
        }
    }
}
