namespace Kadeploy.Cli.Errors;

/// <summary>What a user is told about an exception, and the exit code that goes with it; the only place that decides either.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Lines">What is written to standard error.</param>
internal sealed record FailureReport(ExitCode ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>Explains an exception.</summary>
    /// <param name="failure">The exception.</param>
    /// <param name="debug">Whether an internal error is shown with its stack trace.</param>
    /// <returns>The report; a user's mistake never has a stack trace.</returns>
    public static FailureReport From(Exception failure, bool debug) => failure switch
    {
        AggregateException { InnerExceptions: [var only] } => From(only, debug),
        OperationCanceledException => new(ExitCode.Interrupted, ["kadeploy: interrupted"]),
        ConfigurationException wrong => new(ExitCode.Usage, [.. Problems(wrong), .. Advice(wrong)]),
        StoreException => Known(ExitCode.Usage, failure),
        DriverUnusableException => Known(ExitCode.Usage, failure),
        NotAllowedException => Known(ExitCode.Refused, failure),
        DestructiveEnvironmentException => Known(ExitCode.Destructive, failure),
        KadeployException => Known(ExitCode.InternalError, failure),
        IOException or UnauthorizedAccessException => new(ExitCode.Usage, [$"kadeploy: {failure.Message}"]),
        _ => new(ExitCode.InternalError, Unexpected(failure, debug)),
    };

    private static FailureReport Known(ExitCode code, Exception failure)
    {
        var known = (KadeployException)failure;
        return new(code, [$"kadeploy: {known.Message}", .. known.Evidence.Select(static line => "  | " + line), .. Advice(known)]);
    }

    private static IEnumerable<string> Problems(ConfigurationException wrong) => wrong.Problems is [var only]
        ? [$"kadeploy: {only}"]
        : [$"kadeploy: {wrong.Problems.Length} problems; nothing was touched:", .. wrong.Problems.Select(static problem => "  - " + problem)];

    private static IEnumerable<string> Advice(KadeployException failure) =>
        FaultCodes.Find(failure.Code) is { } row ? [$"{row.SuggestedAction} ({row.Code})"] : [];

    private static IReadOnlyList<string> Unexpected(Exception failure, bool debug) =>
    [
        $"kadeploy: internal error: {failure.GetType().Name}: {failure.Message}",
        "This is a defect of kadeploy. Please report it with this message and the command line; unfinished operations can be resumed.",
        debug ? failure.ToString() : "KADEPLOY_DEBUG=1 shows where it happened.",
    ];
}
