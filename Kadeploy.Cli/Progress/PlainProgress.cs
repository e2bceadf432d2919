using Kadeploy.Cli.Output;
using Kadeploy.Progress;

namespace Kadeploy.Cli.Progress;

/// <summary>Writes a line at the start and one for each broadcast and each macro-step that is done: for files, pipes and simple terminals.</summary>
internal sealed class PlainProgress : IProgressDisplay
{
    private readonly TextWriter _error;
    private readonly ProgressModel _model;
    private int _written;
    private int _broadcastsWritten;

    /// <summary>Writes the first line.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="model">The progress.</param>
    /// <param name="title">What is under way.</param>
    public PlainProgress(TextWriter error, ProgressModel model, string title)
    {
        _error = error;
        _model = model;
        error.WriteLine(title);
    }

    public void Changed()
    {
        if (_model.CompletedMacroSteps == _written && _model.EndedBroadcasts == _broadcastsWritten) return;
        var picture = _model.Snapshot(0);
        for (; _broadcastsWritten < picture.EndedBroadcasts.Length; _broadcastsWritten++) 
            _error.WriteLine(BroadcastWording.Line(picture.EndedBroadcasts[_broadcastsWritten]));
        for (var done = _model.CompletedMacroSteps; _written < done; _written++)
        {
            var step = picture.MacroSteps[_written];
            var stopped = step.Stopped > 0 ? $", {Wording.Number(step.Stopped)} stopped" : "";
            _error.WriteLine(
                $"{step.MacroStep} done after {Wording.Duration(picture.Elapsed)}: {Wording.Nodes(step.Passed)} through, {Wording.Number(step.Failed)} failed{stopped}");
        }
    }

    public void Hide()
    {
        // Lines do not get in the way of a question.
    }

    public void Show()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
