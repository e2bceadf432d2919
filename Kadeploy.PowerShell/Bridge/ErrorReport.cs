using System.Collections.Immutable;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>An error, before it is a record of PowerShell's.</summary>
/// <param name="Code">The stable code, which becomes the error's id.</param>
/// <param name="Message">What happened.</param>
/// <param name="SuggestedAction">What to do next.</param>
internal sealed record ErrorReport(FaultCode Code, string Message, string SuggestedAction)
{
    /// <summary>Gets what the error is about.</summary>
    /// <value>Null when it is about the whole request.</value>
    public object? Target { get; init; }

    /// <summary>Gets the last lines of output of what failed.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>Gets the exception that brought it.</summary>
    /// <value>Null when a node failed, which is no exception.</value>
    public Exception? Cause { get; init; }

    /// <summary>Gets what kind of error it is, when the code alone does not say.</summary>
    public ErrorKind Kind { get; init; }

    /// <summary>Reports that there is no such thing.</summary>
    /// <param name="message">What is not there.</param>
    /// <param name="target">What was asked for.</param>
    /// <returns>The report.</returns>
    public static ErrorReport NotFound(string message, object target) =>
        new(FaultCodes.InvalidRequest, message, FaultCodes.Find(FaultCodes.InvalidRequest)!.SuggestedAction) { Kind = ErrorKind.NotFound, Target = target };

    /// <summary>Reports that something could not go on.</summary>
    /// <param name="failure">The exception.</param>
    /// <returns>The report.</returns>
    public static ErrorReport Of(KadeployException failure) =>
        new(failure.Code, failure.Message, FaultCodes.Find(failure.Code)?.SuggestedAction ?? "") { Evidence = failure.Evidence, Cause = failure };

    /// <summary>Reports that an operation did not succeed on a node.</summary>
    /// <param name="result">The node's result, with a fault; it becomes the target.</param>
    /// <returns>The report.</returns>
    public static ErrorReport Of(NodeResult result) =>
        new(result.Fault!.Code, result.Fault.Message, result.Fault.SuggestedAction) { Target = result, Evidence = result.Fault.Evidence };
}

/// <summary>Kinds of errors that codes do not tell apart.</summary>
internal enum ErrorKind
{
    /// <summary>The code says it.</summary>
    ByCode,

    /// <summary>What was asked for is not there.</summary>
    NotFound,

    /// <summary>It did not come in time.</summary>
    TimedOut,
}
