using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>A thread with a connection of its own that does what is asked of it, in the order in which it is asked.</summary>
/// <remarks>SQLite's calls block; here they block nobody else. Thread and connection come into being with the first request.</remarks>
internal sealed class SqliteThread : IAsyncDisposable
{
    private readonly string _file;
    private readonly string _name;
    private readonly Action? _prepare;
    private readonly BlockingCollection<Action> _queue = [];
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private Database? _database;

    /// <summary>Prepares the thread.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="file">The database file.</param>
    /// <param name="prepare">What is done before the file is opened.</param>
    public SqliteThread(string name, string file, Action? prepare = null) => (_name, _file, _prepare) = (name, file, prepare);

    /// <summary>Does work on the thread.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Gives the work up if it has not begun yet.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="StoreException">SQLite failed, or what was read makes no sense.</exception>
    public Task<T> RunAsync<T>(Func<Database, T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_queue.IsAddingCompleted, typeof(SqliteStore));
            if (_thread is null)
            {
                _thread = new(Run) { IsBackground = true, Name = _name };
                _thread.Start();
            }

            _queue.Add(() => Complete(done, work, cancellationToken), CancellationToken.None);
        }

        return done.Task;
    }

    /// <summary>Does what has been asked for so far, then closes the connection and ends the thread.</summary>
    /// <returns>A task.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _queue.CompleteAdding();
            if (_thread is null) _ended.TrySetResult();
        }

        await _ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        foreach (var action in _queue.GetConsumingEnumerable()) action();
        _database?.Dispose();
        _ended.SetResult();
    }

    private void Complete<T>(TaskCompletionSource<T> done, Func<Database, T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            done.SetCanceled(cancellationToken);
            return;
        }

        try
        {
            if (_database is null)
            {
                _prepare?.Invoke();
                _database = Database.Open(_file);
            }

            done.SetResult(work(_database));
        }
        catch (SqliteException failure)
        {
            done.SetException(SqliteErrors.Translate(failure, _file));
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidCastException)
        {
            done.SetException(SqliteErrors.Damaged(_file, failure));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            done.SetException(new StoreException(SqliteErrors.Unusable(Path.GetDirectoryName(_file)!, failure.Message), failure));
        }
        catch (Exception failure)
        {
            // Whatever else it is belongs to the caller, who waits for it; the thread goes on.
            done.SetException(failure);
        }
    }
}
