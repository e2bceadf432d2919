using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Errors;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Errors;

public class FaultCategoriesTests
{
    [Fact]
    public void Every_fault_has_a_category_but_a_defect_of_the_engine()
    {
        Assert.NotEmpty(FaultCodes.All);
        Assert.Equal([FaultCodes.Internal], FaultCodes.All.Select(static row => row.Code).Where(static code => FaultCategories.Of(code) == ErrorCategory.NotSpecified));
    }

    [Theory]
    [InlineData("KA1001", ErrorCategory.InvalidArgument)]
    [InlineData("KA1101", ErrorCategory.ResourceBusy)]
    [InlineData("KA1301", ErrorCategory.PermissionDenied)]
    [InlineData("KA2104", ErrorCategory.OperationTimeout)]
    [InlineData("KA3101", ErrorCategory.OperationStopped)]
    [InlineData("KA2299", ErrorCategory.DeviceError)]
    public void Codes_have_the_category_that_users_filter_by(string code, ErrorCategory category) => Assert.Equal(category, FaultCategories.Of(FaultCode.Parse(code)));

    [Fact]
    public void Kinds_that_codes_do_not_tell_apart_come_first()
    {
        var error = ErrorReport.NotFound("it is not there", "it");
        Assert.Equal(ErrorCategory.ObjectNotFound, FaultCategories.Of(error));
        Assert.Equal(ErrorCategory.OperationTimeout, FaultCategories.Of(error with { Kind = ErrorKind.TimedOut }));
        Assert.Equal(ErrorCategory.InvalidArgument, FaultCategories.Of(error with { Kind = ErrorKind.ByCode }));
    }

    [Fact]
    public void A_failure_keeps_its_message_evidence_and_cause_and_gets_the_tables_advice()
    {
        var failure = new OperationFailedException(FaultCodes.PowerRefused, "node a-1: refused") { Evidence = ["0xd4"] };
        var report = ErrorReport.Of(failure);
        Assert.Equal((FaultCodes.PowerRefused, "node a-1: refused", failure), (report.Code, report.Message, report.Cause));
        Assert.Equal(["0xd4"], report.Evidence);
        Assert.Equal(FaultCodes.Find(FaultCodes.PowerRefused)!.SuggestedAction, report.SuggestedAction);
    }
}
