using Kadeploy.PowerShell.Binding;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Binding;

public class OperationArgumentTests
{
    private static readonly OperationPlan Plan = SamplePlans.Small(2);

    private static readonly Operation Operation = new()
    {
        Id = Plan.Operation, Kind = OperationKind.Deployment, User = "ada", Nodes = 2, State = OperationState.Finished, PlannedAt = Plan.PlannedAt,
    };

    public static TheoryData<object> Names => new()
    {
        Plan.Operation,
        $" {Plan.Operation.Value.ToUpperInvariant()} ",
        Plan,
        Operation,
        SampleEvents.NodeFinished(Plan, Plan.Clusters[0].Nodes[0].Name),
        NodeResult.Of(Operation, SampleEvents.NodeFinished(Plan, Plan.Clusters[0].Nodes[0].Name), Plan.PlannedAt),
        new Dictionary<string, object?> { ["Id"] = Plan.Operation.Value },
        new Dictionary<string, object?> { ["Id"] = 7, ["Operation"] = Plan.Operation },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_names_an_operation_is_read(object value) => Assert.Equal(Plan.Operation, Read(value));

    [Theory]
    [InlineData(null)]
    [InlineData("latest")]
    [InlineData(7)]
    public void What_names_none_is_refused(object? value) => Assert.Throws<FormatException>(() => Read(value));

    private static OperationId Read(object? value) => OperationArgument.Read(value, static (each, name) => (each as Dictionary<string, object?>)?.GetValueOrDefault(name));
}
