using System.Management.Automation;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>Makes PowerShell's progress records.</summary>
internal static class ProgressRecords
{
    /// <summary>Makes a record.</summary>
    /// <param name="progress">The progress.</param>
    /// <returns>The record.</returns>
    public static ProgressRecord From(ProgressReport progress) => new(progress.Id, progress.Activity, progress.Status)
    {
        ParentActivityId = progress.Parent ?? -1,
        PercentComplete = progress.Percent,
        SecondsRemaining = progress.SecondsLeft,
        RecordType = progress.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
    };
}
