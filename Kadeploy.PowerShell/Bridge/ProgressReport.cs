namespace Kadeploy.PowerShell.Bridge;

/// <summary>A line of progress.</summary>
/// <param name="Id">The line's number in the cmdlet, from 0; the same number replaces it.</param>
/// <param name="Activity">What is under way.</param>
/// <param name="Status">How far it is.</param>
internal sealed record ProgressReport(int Id, string Activity, string Status)
{
    /// <summary>Gets the line under which this one stands.</summary>
    /// <value>Null for a line of its own.</value>
    public int? Parent { get; init; }

    /// <summary>Gets how much is done, from 0 to 100.</summary>
    /// <value>-1 when nobody knows.</value>
    public int Percent { get; init; } = -1;

    /// <summary>Gets how many seconds are left.</summary>
    /// <value>-1 when nobody knows.</value>
    public int SecondsLeft { get; init; } = -1;

    /// <summary>Gets a value indicating whether the line disappears.</summary>
    public bool Completed { get; init; }
}
