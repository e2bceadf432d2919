using Kadeploy.Cli.Errors;
using Xunit;

namespace Kadeploy.Cli.Tests.Errors;

public class FailureReportTests
{
    public static TheoryData<Exception, int> Failures => new()
    {
        { new ConfigurationException("x"), 2 },
        { new StoreException("x"), 2 },
        { new DriverUnusableException(FaultCodes.DriverMissing, "x"), 2 },
        { new NotAllowedException("x"), 5 },
        { new LeaseLostException("x"), 1 },
        { new OperationFailedException(FaultCodes.Command, "x"), 1 },
        { new OperationCanceledException(), 130 },
        { new IOException("x"), 2 },
        { new InvalidOperationException("x"), 1 },
        { new AggregateException(new NotAllowedException("x")), 5 },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_kind_of_exception_has_its_exit_code(Exception failure, int exitCode) =>
        Assert.Equal(exitCode, (int)FailureReport.From(failure, debug: false).ExitCode);

    [Fact]
    public void All_problems_of_a_request_are_listed_with_what_to_do()
    {
        var lines = FailureReport.From(new ConfigurationException(["one", "two"]), debug: true).Lines;
        Assert.Equal(
            ["kadeploy: 2 problems; nothing was touched:", "  - one", "  - two", "Correct what the message names and ask again. (KA1001)"], lines);
    }

    [Fact]
    public void A_known_failure_tells_message_evidence_and_what_to_do()
    {
        var lines = FailureReport.From(new StoreException("disk full: /x") { Evidence = ["last line"] }, debug: true).Lines;
        Assert.Equal(
            ["kadeploy: disk full: /x", "  | last line", "Make room or mend permissions there, then run 'kadeploy resume'. (KA4101)"], lines);
    }

    [Fact]
    public void The_advice_fits_state_of_a_newer_version_and_state_that_cannot_be_understood()
    {
        Assert.Equal(
            ["kadeploy: x is newer", "Use the version of Kadeploy that wrote it, or a newer one; nothing was changed. (KA4102)"],
            FailureReport.From(new StoreException(FaultCodes.StoreVersion, "x is newer"), debug: false).Lines);
        Assert.Equal(
            ["kadeploy: x is damaged; move it away", "Do with the file what the message says; it was left as it is. (KA4103)"],
            FailureReport.From(new StoreException(FaultCodes.StoreContent, "x is damaged; move it away"), debug: false).Lines);
    }

    [Fact]
    public void Only_internal_errors_have_a_stack_trace_and_only_on_request()
    {
        var failure = Record.Exception(new Action(static () => throw new InvalidOperationException("broken")))!;
        Assert.DoesNotContain("   at ", string.Concat(FailureReport.From(failure, debug: false).Lines), StringComparison.Ordinal);
        Assert.Contains("KADEPLOY_DEBUG=1", string.Concat(FailureReport.From(failure, debug: false).Lines), StringComparison.Ordinal);
        Assert.Contains("   at ", string.Concat(FailureReport.From(failure, debug: true).Lines), StringComparison.Ordinal);
        Assert.StartsWith(
            "kadeploy: internal error: InvalidOperationException: broken", FailureReport.From(failure, debug: false).Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 0, 0, 0, 0, 0)]
    [InlineData(0, 0, 5, 0, 0, 0)]
    [InlineData(4, 1, 0, 0, 0, 3)]
    [InlineData(0, 1, 4, 0, 0, 3)]
    [InlineData(4, 0, 0, 0, 1, 3)]
    [InlineData(0, 5, 0, 0, 0, 4)]
    [InlineData(0, 0, 0, 3, 2, 4)]
    public void The_exit_code_tells_how_nodes_ended(int ok, int ko, int stopped, int cancelled, int discarded, int exitCode) =>
        Assert.Equal(exitCode, (int)ExitCodes.From(new(ok, ko, stopped, cancelled, discarded)));
}
