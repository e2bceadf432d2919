namespace Kadeploy.Cli.Progress;

/// <summary>Shows how an operation is getting on, on standard error.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>Takes note that an event was counted; called for each and must cost next to nothing.</summary>
    void Changed();

    /// <summary>Makes room for a question; until <see cref="Show"/> nothing is written.</summary>
    void Hide();

    /// <summary>Goes on after <see cref="Hide"/>.</summary>
    void Show();
}

/// <summary>Shows nothing.</summary>
internal sealed class NoProgress : IProgressDisplay
{
    public void Changed()
    {
    }

    public void Hide()
    {
    }

    public void Show()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
