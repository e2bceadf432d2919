using Kadeploy.Protocol;

namespace Kadeploy.Agent.Commands;

/// <summary>Sends what a command has to say over one connection.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to dispose of, and signals may come after the end.
internal sealed class CommandFeed(RunningCommand command, long outputOffset, long errorOffset)
{
    private readonly SemaphoreSlim _news = new(0, 1);

    /// <summary>Gets how much of the standard output and error has been handed to the connection.</summary>
    public long[] Offsets { get; } = [outputOffset, errorOffset];

    public byte[] Buffer { get; } = new byte[16 * 1024];

    public long InputTaken { get; set; }

    public (long Done, long Total) Progress { get; set; }

    /// <summary>Says that there may be something to send.</summary>
    public void Signal()
    {
        // Callers hold the command's lock, so that two cannot both find it at zero.
        if (_news.CurrentCount == 0) _news.Release();
    }

    /// <summary>Sends until the end of the command has been sent.</summary>
    /// <param name="writer">The connection.</param>
    /// <param name="cancellationToken">The connection's end.</param>
    public async Task SendAsync(FrameWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (command.Next(this) is { } message)
                {
                    await writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
                    if (message is ExitReport) return;
                    MemoryBound.Keep();
                }

                await _news.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            command.Detach(this);
        }
    }
}
