using System.Threading.Channels;

namespace Kadeploy.Engine;

/// <summary>Notices that some process has written to the store of a state directory, or to other files.</summary>
/// <remarks>The operating system tells of writes to the write-ahead log. File systems that tell nothing (some network shares) are looked at once
/// in two seconds instead.</remarks>
internal sealed class StoreChanges : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly FileSystemWatcher _watcher;
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Begins to watch the store.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    public StoreChanges(string stateDirectory)
        : this(stateDirectory, "kadeploy.db*")
    {
    }

    /// <summary>Begins to watch files to which something is added.</summary>
    /// <param name="folder">Their folder; it exists.</param>
    /// <param name="pattern">Their names, with wildcards.</param>
    public StoreChanges(string folder, string pattern)
    {
        _watcher = new(Path.GetFullPath(folder), pattern) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.FileName };
        _watcher.Changed += (_, _) => _changed.Writer.TryWrite(true);
        _watcher.Created += (_, _) => _changed.Writer.TryWrite(true);
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits for the next change.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends with a change since the last call, or after two seconds.</returns>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var longest = new CancellationTokenSource(Longest, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(longest.Token, cancellationToken);
        try
        {
            await _changed.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was told: look all the same.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watcher.Dispose();
}
