namespace Kadeploy.Engine.Workflow;

/// <summary>Knows, for the nodes of one cluster in one operation, who can still come to which set-scope step.</summary>
/// <remarks>
/// A node is expected at a step when its way there needs no failure: it is in the same instance at that step or before it, or, when the
/// instance is the first of its macro-step, in an earlier macro-step. Nodes that would come only after a fallback are not waited for; they
/// form their own set. Runs on the engine's loop.
/// </remarks>
internal sealed class GatherPoints(ClusterPlan plan, EngineServices services)
{
    private readonly int[] _inMacroStep = new int[plan.MacroSteps.Length];
    private readonly Dictionary<(int Macro, int Instance, int Micro), int> _at = [];
    private readonly Dictionary<(int Macro, int Instance, int Micro), GatherPoint> _points = [];
    private readonly List<GatherPoint> _open = [];

    /// <summary>Occurs when a set is to start: nobody else can come, or the deadline has passed.</summary>
    public event Action<GatherPoint>? Due;

    /// <summary>Notes that a node stands at a position.</summary>
    /// <param name="position">The position.</param>
    public void Enter(NodePosition position)
    {
        _inMacroStep[position.MacroStep]++;
        var key = (position.MacroStep, position.Instance, position.MicroStep);
        _at[key] = _at.GetValueOrDefault(key) + 1;
    }

    /// <summary>Notes that a node has left a position for another, or has ended.</summary>
    /// <param name="from">Where it was.</param>
    /// <param name="to">Where it is, or null.</param>
    public void Move(NodePosition from, NodePosition? to)
    {
        _inMacroStep[from.MacroStep]--;
        _at[(from.MacroStep, from.Instance, from.MicroStep)]--;
        if (to is { } position) Enter(position);
        for (var i = _open.Count - 1; i >= 0; i--)
            if (i < _open.Count) CheckComplete(_open[i]);
    }

    /// <summary>Finds the gather point of a set-scope step.</summary>
    /// <param name="position">A position at that step.</param>
    /// <returns>The gather point.</returns>
    public GatherPoint At(NodePosition position)
    {
        var key = (position.MacroStep, position.Instance, position.MicroStep);
        if (!_points.TryGetValue(key, out var point)) _points.Add(key, point = new(position, position.StepIn(plan)));
        return point;
    }

    /// <summary>Puts a node in front of the step.</summary>
    /// <param name="point">The gather point.</param>
    /// <param name="member">The node.</param>
    public void Join(GatherPoint point, SetMember member)
    {
        point.Waiting.Add(member);
        point.Present++;
        if (point.IsDue) return; // the set waits for a slot and takes along whoever comes meanwhile
        if (point.Waiting.Count == 1)
        {
            _open.Add(point);
            if (point.Step.Scope == StepScope.Set) _ = StartAtDeadlineAsync(point);
        }

        CheckComplete(point);
    }

    /// <summary>Takes a node away that no longer waits.</summary>
    /// <param name="point">The gather point.</param>
    /// <param name="member">The node.</param>
    public void Leave(GatherPoint point, SetMember member)
    {
        if (!point.Waiting.Remove(member)) return;
        point.Present--;
        if (point is { IsDue: false, Waiting.Count: 0 }) Close(point);
    }

    /// <summary>Takes the nodes of a set that starts.</summary>
    /// <param name="point">The gather point.</param>
    /// <returns>The nodes; they stay present at the point until each calls <see cref="Done"/>.</returns>
    public static List<SetMember> Take(GatherPoint point)
    {
        var members = point.Waiting;
        point.Waiting = [];
        point.IsDue = false;
        return members;
    }

    /// <summary>Notes that a node of a started set is through with the step.</summary>
    /// <param name="point">The gather point.</param>
    public static void Done(GatherPoint point) => point.Present--;

    /// <summary>Starts a set that is complete, after the present turn of the loop: nodes that fail together come together.</summary>
    private void CheckComplete(GatherPoint point)
    {
        if (!IsComplete(point) || point.IsChecking) return;
        point.IsChecking = true;
        services.Loop.Post(
            _ =>
            {
                point.IsChecking = false;
                if (IsComplete(point)) Start(point);
            },
            null);
    }

    private bool IsComplete(GatherPoint point) =>
        !point.IsDue && point.Waiting.Count > 0 && Expected(point.Position) <= point.Present;

    /// <summary>Counts the nodes that stand at the step or will come to it; those present are among them.</summary>
    private int Expected(NodePosition position)
    {
        var expected = 0;
        if (position.Instance == 0)
            for (var macro = 0; macro < position.MacroStep; macro++) expected += _inMacroStep[macro];
        for (var micro = 0; micro <= position.MicroStep; micro++)
            expected += _at.GetValueOrDefault((position.MacroStep, position.Instance, micro));
        return expected;
    }

    private async Task StartAtDeadlineAsync(GatherPoint point)
    {
        using var deadline = point.Deadline = new();
        try
        {
            await Task.Delay(StepDefaults.GatherDeadline, services.Time, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (point.Deadline == deadline) Start(point); // else the set started in the same instant
    }

    private void Start(GatherPoint point)
    {
        Close(point);
        point.IsDue = true;
        Due?.Invoke(point);
    }

    private void Close(GatherPoint point)
    {
        _open.Remove(point);
        var deadline = point.Deadline;
        point.Deadline = null;
        deadline?.Cancel();
    }
}

/// <summary>One set-scope step at which nodes of one cluster gather.</summary>
internal sealed class GatherPoint(NodePosition position, MicroStepPlan step)
{
    /// <summary>Gets a position at the step.</summary>
    public NodePosition Position { get; } = position;

    /// <summary>Gets the step.</summary>
    public MicroStepPlan Step { get; } = step;

    /// <summary>Gets or sets the nodes that wait.</summary>
    public List<SetMember> Waiting { get; set; } = [];

    /// <summary>Gets or sets how many nodes wait or go through the step.</summary>
    public int Present { get; set; }

    /// <summary>Gets or sets a value indicating whether a set is to start as soon as it has its slot.</summary>
    public bool IsDue { get; set; }

    /// <summary>Gets or sets a value indicating whether the set will be looked at after this turn of the loop.</summary>
    public bool IsChecking { get; set; }

    /// <summary>Gets or sets what ends the wait for the deadline.</summary>
    public CancellationTokenSource? Deadline { get; set; }
}

/// <summary>A node in front of a set-scope step.</summary>
internal sealed class SetMember(NodeFlow flow, NodePosition position)
{
    /// <summary>Gets the node.</summary>
    public NodeFlow Flow { get; } = flow;

    /// <summary>Gets its position.</summary>
    public NodePosition Position { get; } = position;

    /// <summary>Gets the promise of how the step ends on it.</summary>
    public TaskCompletionSource<AttemptResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How an attempt ended and how long it took.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it took, without waits for slots or other nodes.</param>
internal readonly record struct AttemptResult(StepOutcome Outcome, TimeSpan Duration);
