using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Kadeploy.Agent.Images;

/// <summary>Gets an image from a server and hands it to a program that writes it, with its SHA-256 taken on the way.</summary>
/// <remarks>Memory: one buffer. A lost connection is opened again and goes on where it was; only what the writer has not got yet is fetched.</remarks>
/// <param name="request">The image.</param>
/// <param name="progress">Is told how many bytes have come, and of how many.</param>
internal sealed class ImageReceiver(ReceiveRequest request, Action<long, long> progress)
{
    public const int NoConnection = 10;
    public const int Truncated = 11;
    public const int WriterFailed = 12;
    public const int OtherDigest = 13;

    private const int BufferSize = 256 * 1024;
    private const int MostFailures = 6;
    private const long NewHope = 1024 * 1024;
    private const int ProgressInterval = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly Uri _address = request.Address ?? throw new ArgumentException("the request names no address", nameof(request));
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _received;
    private long _length = -1;
    private string _version = "";
    private long _lastOpened;
    private int _failures;

    /// <summary>Receives and writes the image.</summary>
    /// <param name="destination">What writes it.</param>
    /// <returns>The exit status; what it means has been printed.</returns>
    public async Task<int> RunAsync(ImageDestination destination)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            // The image is asked for first: a server that does not have it must not cost a partition its content.
            var download = await OpenAsync().ConfigureAwait(false);
            var writer = ImageWriter.Start(destination.Vector, out var problem) ?? throw new ReceiveException(WriterFailed, problem);
            try
            {
                await CopyAsync(download, writer, digest).ConfigureAwait(false);
            }
            finally
            {
                // It ends before this does, also when nothing more comes for it: what it still writes must not meet a later attempt.
                problem = writer.Finish();
            }

            if (problem.Length > 0) throw new ReceiveException(WriterFailed, problem);
            Compare(digest.GetHashAndReset());
            return 0;
        }
        catch (ReceiveException failure)
        {
            Log.Write(failure.Message);
            return failure.Status;
        }
    }

    private async Task CopyAsync(HttpDownload download, ImageWriter writer, IncrementalHash digest)
    {
        var takes = true;
        var told = Environment.TickCount64;
        try
        {
            while (_received < _length)
            {
                var count = Read(download);
                if (count == 0)
                {
                    download.Dispose();
                    download = await OpenAsync().ConfigureAwait(false);
                    continue;
                }

                digest.AppendData(_buffer, 0, count);
                _received += count;
                if (takes && !(takes = writer.Write(_buffer.AsSpan(0, count)))) CheckEarlyEnd(writer);
                if (Environment.TickCount64 - told < ProgressInterval) continue;
                told = Environment.TickCount64;
                progress(_received, _length);
            }
        }
        finally
        {
            download.Dispose();
        }

        progress(_received, _length);
    }

    // Programs may know where an image ends without reading what fills it up; then the rest counts for the digest alone.
    private static void CheckEarlyEnd(ImageWriter writer)
    {
        if (writer.Finish() is { Length: > 0 } problem) throw new ReceiveException(WriterFailed, problem);
    }

    private int Read(HttpDownload download)
    {
        try
        {
            return download.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, _length - _received)));
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    // Opens a connection at the place where the last one ended. Gives up after some failures in a row between which nothing much came.
    private async Task<HttpDownload> OpenAsync()
    {
        if (_received - _lastOpened >= NewHope) _failures = 0;
        _lastOpened = _received;
        var problem = "the server closes every connection";
        while (_failures < MostFailures)
        {
            try
            {
                if (_failures > 0) await Task.Delay(FirstPause * (1 << Math.Min(_failures - 1, 4)), TimeProvider.System).ConfigureAwait(false);
                var download = await HttpDownload.OpenAsync(_address, _received).ConfigureAwait(false);
                // A connection that opens and breaks at once counts too.
                _failures++;
                return Accept(download);
            }
            catch (HttpRefusalException refusal) when (refusal.IsFinal)
            {
                throw new ReceiveException(NoConnection, Message(refusal.Message));
            }
            catch (Exception failure) when (failure is IOException or SocketException or TimeoutException or HttpRefusalException)
            {
                _failures++;
                problem = failure is SocketException socket ? $"the server cannot be reached ({socket.SocketErrorCode})" : failure.Message;
            }
        }

        throw _length < 0
            ? new ReceiveException(NoConnection, Message(problem))
            : new ReceiveException(Truncated, Message($"{_received} of {_length} bytes came, then the connection was lost again and again: {problem}"));
    }

    private HttpDownload Accept(HttpDownload download)
    {
        try
        {
            Check(download);
            Skip(download);
            return download;
        }
        catch
        {
            download.Dispose();
            throw;
        }
    }

    private void Check(HttpDownload download)
    {
        if (_length < 0)
        {
            if (request.Length is { } length && length != download.Length)
                throw new ReceiveException(Truncated, Message($"the server has {download.Length} bytes of it instead of {length}"));
            (_length, _version) = (download.Length, download.Version);
        }
        else if (_length != download.Length || _version != download.Version)
        {
            throw new ReceiveException(Truncated, Message("the image was replaced while it was sent"));
        }
    }

    // A server may not know how to begin in the middle.
    private void Skip(HttpDownload download)
    {
        for (var left = _received - download.Offset; left > 0;)
        {
            var count = download.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, left)));
            if (count == 0) throw new IOException("the server closed the connection");
            left -= count;
        }
    }

    private void Compare(byte[] found)
    {
        var text = Convert.ToHexStringLower(found);
        if (request.Digest is not null && !CryptographicOperations.FixedTimeEquals(found, request.Digest))
            throw new ReceiveException(OtherDigest, $"the image has the SHA-256 {text}, not {Convert.ToHexStringLower(request.Digest)}: what was written is not what was meant");
        Log.Print(string.Create(CultureInfo.InvariantCulture, $"sha256={text} bytes={_received}"));
    }

    // The path is a secret.
    private string Message(string problem) => $"image from {_address.Authority}: {problem}";

    private sealed class ReceiveException(int status, string message) : Exception(message)
    {
        public int Status => status;
    }
}
