namespace Kadeploy.Progress;

/// <summary>What has happened in one macro-step so far; written by <see cref="ProgressModel"/> only.</summary>
internal sealed class MacroStepTally(MacroStep macroStep)
{
    public MacroStep MacroStep { get; } = macroStep;

    /// <summary>Gets the number of nodes that are through.</summary>
    public int Passed { get; set; }

    /// <summary>Gets the number of nodes that ended here without success.</summary>
    public int Failed { get; set; }

    /// <summary>Gets the number of nodes that stand here at a breakpoint.</summary>
    public int Stopped { get; set; }

    /// <summary>Gets the number of nodes that are in the macro-step now.</summary>
    public int Inside { get; set; }

    /// <summary>Gets the number of attempts that failed and were followed by another in the same instance or a new run of it.</summary>
    public int Retries { get; set; }

    /// <summary>Gets the number of times that a node went on with the next instance.</summary>
    public int Fallbacks { get; set; }

    /// <summary>Gets when the first node came in; null before.</summary>
    public DateTimeOffset? Begin { get; set; }

    /// <summary>Gets when the last node that is through went out; null before.</summary>
    public DateTimeOffset? End { get; set; }

    /// <summary>Gets the sum of the times that nodes which are through spent here.</summary>
    public TimeSpan Spent { get; set; }

    /// <summary>Gets the longest of these times.</summary>
    public TimeSpan Longest { get; set; }

    /// <summary>Gets whose time it was.</summary>
    public NodeName LongestNode { get; set; }

    /// <summary>Copies the tally.</summary>
    /// <returns>A copy that does not change.</returns>
    public MacroStepTally Copy() => (MacroStepTally)MemberwiseClone();
}
