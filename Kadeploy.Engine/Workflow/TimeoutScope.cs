namespace Kadeploy.Engine.Workflow;

/// <summary>The token of one attempt: it fires at the attempt's limit or when the operation is stopped.</summary>
/// <remarks>Sources: the limit of the micro-step, the limit of the instance, the operation (cancelled by a user, or the engine stops).
/// <see cref="Expired"/> tells the first two from the third.</remarks>
internal sealed class TimeoutScope : IDisposable
{
    private readonly CancellationTokenSource? _limit;
    private readonly CancellationTokenSource? _linked;
    private readonly CancellationToken _stopping;

    /// <summary>Starts the clock.</summary>
    /// <param name="limit">The limit, or null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">The operation's token.</param>
    public TimeoutScope(TimeSpan? limit, TimeProvider time, CancellationToken stopping)
    {
        _stopping = stopping;
        Token = stopping;
        if (limit is null) return;
        _limit = new(limit.Value, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, stopping);
        Token = _linked.Token;
    }

    /// <summary>Gets the token.</summary>
    public CancellationToken Token { get; }

    /// <summary>Gets a value indicating whether the limit was reached while the operation went on.</summary>
    public bool Expired => _limit is { IsCancellationRequested: true } && !_stopping.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked?.Dispose();
        _limit?.Dispose();
    }
}
