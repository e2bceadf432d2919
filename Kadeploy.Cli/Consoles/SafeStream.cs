namespace Kadeploy.Cli.Consoles;

/// <summary>A standard stream that may be full or closed at its other end.</summary>
/// <param name="stream">The stream.</param>
/// <param name="lost">What is thrown when something cannot be written, of the failure; null to go on without it.</param>
internal sealed class SafeStream(Stream stream, Func<Exception, IOException>? lost) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Access is denied where the number of a closed stream was given to something else.
            if (lost is not null) throw lost(failure);
        }
    }

    public override void Flush() => stream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
