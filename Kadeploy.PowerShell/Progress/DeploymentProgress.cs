using System.Globalization;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;
using Kadeploy.Progress;

namespace Kadeploy.PowerShell.Progress;

/// <summary>Shows how far an operation is: one line for all of it, one for each of the slowest nodes, and one for each broadcast under way.</summary>
/// <remarks>Nothing is shown before the first interval has passed, so that what is quick does not flicker.</remarks>
internal sealed class DeploymentProgress
{
    /// <summary>How often lines are changed: four times a second is what eyes and terminals can use.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private const int SlowestShown = 3;
    private const int BroadcastsShown = 2;

    private readonly ICmdletStreams _streams;
    private readonly ProgressModel _model;
    private readonly string _activity;
    private readonly TimeSpan? _forecast;
    private readonly double? _speed;
    private readonly int _id;
    private int _slowest;
    private int _broadcasts;
    private bool _shown;

    /// <summary>Begins to count.</summary>
    /// <param name="streams">Where to show it.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="plan">Its plan, or null.</param>
    /// <param name="forecast">How long it takes by its own clock; null when nobody knows.</param>
    /// <param name="speed">How many of its seconds pass in a second; null when that cannot be said.</param>
    /// <param name="id">The number of the first line; the next few are used too.</param>
    public DeploymentProgress(ICmdletStreams streams, Operation operation, OperationPlan? plan, TimeSpan? forecast, double? speed, int id)
    {
        (_streams, _forecast, _speed, _id) = (streams, forecast, speed, id);
        _model = new(operation.Nodes, plan);
        var what = operation.Environment.Length > 0 ? operation.Environment : operation.Kind.ToString();
        _activity = Strings.ProgressActivity(what, PlanText.Nodes(operation.Nodes));
    }

    /// <summary>Gets the number of lines that one operation uses.</summary>
    public static int Lines => 1 + SlowestShown + BroadcastsShown;

    private int FirstNode => _id + 1;

    private int FirstBroadcast => FirstNode + SlowestShown;

    /// <summary>Counts an event.</summary>
    /// <param name="happened">The event.</param>
    public void Add(OperationEvent happened) => _model.Add(happened);

    /// <summary>Shows where the operation stands.</summary>
    /// <returns>A task that ends when it is shown.</returns>
    public async Task ShowAsync()
    {
        var picture = _model.Snapshot(SlowestShown);
        _shown = true;
        await _streams.WriteProgressAsync(new(_id, _activity, Status(picture)) { Percent = Percent(picture), SecondsLeft = SecondsLeft(picture) }).ConfigureAwait(false);
        var now = picture.Latest;
        for (var i = 0; i < picture.Slowest.Length; i++)
        {
            var node = picture.Slowest[i];
            await _streams.WriteProgressAsync(new(FirstNode + i, Strings.ProgressNode(node.Name, node.Step.ToString()), node.Attempt == 1 ? Strings.ProgressSince(Duration(now - node.Since)) : Strings.ProgressAgain(Duration(now - node.Since), node.Attempt))
            {
                Parent = _id,
            }).ConfigureAwait(false);
        }

        var broadcasts = picture.Broadcasts.TakeLast(BroadcastsShown).ToList();
        for (var i = 0; i < broadcasts.Count; i++)
        {
            await _streams.WriteProgressAsync(new(FirstBroadcast + i, Strings.ProgressBroadcast, BroadcastWording.State(broadcasts[i]))
            {
                Parent = _id, Percent = BroadcastWording.Percent(broadcasts[i]),
            }).ConfigureAwait(false);
        }

        await RemoveAsync(FirstNode, picture.Slowest.Length, _slowest).ConfigureAwait(false);
        await RemoveAsync(FirstBroadcast, broadcasts.Count, _broadcasts).ConfigureAwait(false);
        (_slowest, _broadcasts) = (picture.Slowest.Length, broadcasts.Count);
    }

    /// <summary>Takes the lines away.</summary>
    /// <returns>A task.</returns>
    public async Task CompleteAsync()
    {
        if (!_shown) return;
        await RemoveAsync(FirstNode, 0, _slowest).ConfigureAwait(false);
        await RemoveAsync(FirstBroadcast, 0, _broadcasts).ConfigureAwait(false);
        await _streams.WriteProgressAsync(new(_id, _activity, _activity) { Completed = true }).ConfigureAwait(false);
        _shown = false;
    }

    private async Task RemoveAsync(int first, int from, int to)
    {
        for (var i = from; i < to; i++) await _streams.WriteProgressAsync(new(first + i, _activity, _activity) { Parent = _id, Completed = true }).ConfigureAwait(false);
    }

    private static string Status(ProgressSnapshot picture)
    {
        var inside = picture.MacroSteps.Where(static step => step.Inside > 0).Select(static step => string.Create(CultureInfo.InvariantCulture, $"{step.Inside} in {step.MacroStep}"));
        var where = string.Join(", ", inside);
        var results = picture.Results;
        return Strings.ProgressStatus(results.Ok + results.Stopped, picture.Ended - results.Ok - results.Stopped, picture.Total - picture.Ended, where.Length > 0 ? $": {where}" : "");
    }

    /// <summary>Counts macro-steps that nodes are through, or will not come to.</summary>
    private static int Percent(ProgressSnapshot picture)
    {
        var all = (long)picture.Total * picture.MacroSteps.Length;
        if (all == 0) return -1;
        var done = 0L;
        for (var i = 0; i < picture.MacroSteps.Length; i++)
        {
            var step = picture.MacroSteps[i];
            done += step.Passed + ((step.Failed + step.Stopped) * (long)(picture.MacroSteps.Length - i));
        }

        return (int)Math.Clamp(100 * done / all, 0, 100);
    }

    private int SecondsLeft(ProgressSnapshot picture) =>
        _forecast is { } all && _speed is { } speed && all > picture.Elapsed ? (int)Math.Min((all - picture.Elapsed).TotalSeconds / speed, int.MaxValue) : -1;

    private static string Duration(TimeSpan time) => time.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");
}
