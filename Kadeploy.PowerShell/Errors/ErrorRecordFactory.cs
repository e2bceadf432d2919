using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Errors;

/// <summary>Makes PowerShell's error records: id = fault code, a category by table, the node as target, what to do next.</summary>
internal static class ErrorRecordFactory
{
    /// <summary>Makes a record.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The record.</returns>
    public static ErrorRecord From(ErrorReport error)
    {
        var message = PowerShellWording.Of(error.Message);
        var record = new ErrorRecord(
            error.Cause ?? new KadeployFaultException(error), error.Code.ToString(), FaultCategories.Of(error), error.Target)
        {
            ErrorDetails = new(message) { RecommendedAction = PowerShellWording.Of(error.SuggestedAction) },
        };
        record.CategoryInfo.Reason = error.Code.ToString();
        if (error.Target is NodeResult result) record.CategoryInfo.TargetName = result.Node.Value;
        return record;
    }
}
