namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Does a piece of work once for all who want it at the same time; it is given up when nobody waits for it any more.</summary>
/// <typeparam name="T">What comes of it.</typeparam>
internal sealed class SharedWork<T>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    /// <summary>Joins the work of a name, or begins it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <returns>What came of it.</returns>
    public async Task<T> JoinAsync(string name, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Job? job;
        lock (_gate)
        {
            if (!_jobs.TryGetValue(name, out job))
            {
                var stop = new CancellationTokenSource();
                _jobs[name] = job = new(stop, Task.Run(() => work(stop.Token), CancellationToken.None));
            }

            job.Waiting++;
        }

        try
        {
            return await job.Work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bool last;
            lock (_gate)
            {
                last = --job.Waiting == 0;
                if (last) _jobs.Remove(name);
            }

            if (last)
            {
                await job.Stop.CancelAsync().ConfigureAwait(false);
                await ((Task)job.Work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                job.Stop.Dispose();
            }
        }
    }

    private sealed class Job(CancellationTokenSource stop, Task<T> work)
    {
        public CancellationTokenSource Stop => stop;

        public Task<T> Work => work;

        public int Waiting { get; set; }
    }
}
