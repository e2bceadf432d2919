using Kadeploy.Progress;
using Spectre.Console.Rendering;

namespace Kadeploy.Cli.Progress;

/// <summary>Draws progress over and over in place, at most ten times a second, on a task of its own so that events need not wait.</summary>
internal sealed class LiveProgress : IProgressDisplay
{
    private const int SlowestShown = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly LiveRegion _region;
    private readonly ProgressModel _model;
    private readonly Func<ProgressSnapshot, IRenderable> _view;
    private readonly PeriodicTimer _timer;
    private readonly Task _drawing;
    private bool _hidden;

    /// <summary>Begins to draw, after a first interval: what is done sooner needs no progress.</summary>
    /// <param name="region">Where.</param>
    /// <param name="model">The progress.</param>
    /// <param name="view">What a picture looks like.</param>
    /// <param name="time">The clock of the person who watches.</param>
    public LiveProgress(LiveRegion region, ProgressModel model, Func<ProgressSnapshot, IRenderable> view, TimeProvider time)
    {
        _region = region;
        _model = model;
        _view = view;
        _timer = new(Interval, time);
        _drawing = DrawAsync();
    }

    public void Changed()
    {
        // The next picture shows it.
    }

    public void Hide()
    {
        lock (_gate)
        {
            _hidden = true;
            _region.Clear();
        }
    }

    public void Show()
    {
        lock (_gate) _hidden = false;
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose(); // ends the loop
        await _drawing;
        Hide();
    }

    private async Task DrawAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            lock (_gate)
                if (!_hidden) _region.Draw(_view(_model.Snapshot(SlowestShown)));
        }
    }
}
