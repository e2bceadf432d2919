using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Errors;

/// <summary>Says which of PowerShell's categories a fault belongs to.</summary>
internal static class FaultCategories
{
    private static readonly Dictionary<FaultCode, ErrorCategory> Table = new()
    {
        [FaultCodes.InvalidRequest] = ErrorCategory.InvalidArgument,
        [FaultCodes.NodeBusy] = ErrorCategory.ResourceBusy,
        [FaultCodes.DriverMissing] = ErrorCategory.NotInstalled,
        [FaultCodes.NotAllowed] = ErrorCategory.PermissionDenied,
        [FaultCodes.RightsConflict] = ErrorCategory.ResourceExists,
        [FaultCodes.Destructive] = ErrorCategory.InvalidOperation,
        [FaultCodes.PowerRefused] = ErrorCategory.DeviceError,
        [FaultCodes.PowerTimeout] = ErrorCategory.OperationTimeout,
        [FaultCodes.NoBoot] = ErrorCategory.OperationTimeout,
        [FaultCodes.ConsoleTaken] = ErrorCategory.ResourceBusy,
        [FaultCodes.StepTimeout] = ErrorCategory.OperationTimeout,
        [FaultCodes.InstanceTimeout] = ErrorCategory.OperationTimeout,
        [FaultCodes.Cancelled] = ErrorCategory.OperationStopped,
        [FaultCodes.RightEnded] = ErrorCategory.PermissionDenied,
        [FaultCodes.ChannelLost] = ErrorCategory.ConnectionError,
        [FaultCodes.NotDeployedSystem] = ErrorCategory.InvalidResult,
        [FaultCodes.Tool] = ErrorCategory.FromStdErr,
        [FaultCodes.LeaseLost] = ErrorCategory.ResourceUnavailable,
        [FaultCodes.Store] = ErrorCategory.WriteError,
        [FaultCodes.StoreVersion] = ErrorCategory.InvalidData,
        [FaultCodes.StoreContent] = ErrorCategory.InvalidData,
    };

    /// <summary>Finds the category.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The category.</returns>
    public static ErrorCategory Of(ErrorReport error) => error.Kind switch
    {
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.TimedOut => ErrorCategory.OperationTimeout,
        _ => Of(error.Code),
    };

    /// <summary>Finds the category.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The category; for codes without a row, that of their number's first two digits.</returns>
    public static ErrorCategory Of(FaultCode code) => Table.TryGetValue(code, out var category) ? category : code.ToString()[2..4] switch
    {
        "20" or "22" => ErrorCategory.DeviceError,
        "21" or "26" => ErrorCategory.ConnectionError,
        "23" => ErrorCategory.WriteError,
        "24" => ErrorCategory.InvalidOperation,
        "25" => ErrorCategory.InvalidResult,
        "40" or "41" => ErrorCategory.ResourceUnavailable,
        _ when code.ToString()[2] == '1' => ErrorCategory.InvalidArgument,
        _ => ErrorCategory.NotSpecified,
    };
}
