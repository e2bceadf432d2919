using Xunit;

namespace Kadeploy.Tests.Workflow;

public class StepDefaultsTests
{
    [Fact]
    public void The_workflow_has_every_macro_step_of_deployments_once_and_in_order() =>
        Assert.Equal(OperationPhases.OfDeployments, StepDefaults.Workflow.Select(static choice => choice.MacroStep));

    [Fact]
    public void Every_macro_step_has_instances_of_its_own_with_names_of_their_own()
    {
        Assert.All(StepDefaults.Workflow, static choice =>
        {
            Assert.NotEmpty(choice.Instances);
            Assert.All(choice.Instances, instance =>
            {
                Assert.StartsWith(choice.MacroStep.ToString(), instance.Name.Value, StringComparison.Ordinal);
                Assert.True(instance.Retries >= 0);
            });
        });
        var names = StepDefaults.Workflow.SelectMany(static choice => choice.Instances).Select(static instance => instance.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void No_step_may_take_longer_than_its_instance(int nodes)
    {
        foreach (var macroStep in new[] { MacroStep.SetDeploymentEnv, MacroStep.BootNewEnv })
        {
            AssertLonger(StepDefaults.InstanceTimeout(macroStep), StepDefaults.RebootTimeout, nodes);
            AssertLonger(StepDefaults.InstanceTimeout(macroStep), StepDefaults.KexecTimeout, nodes);
        }

        AssertLonger(StepDefaults.InstanceTimeout(MacroStep.BroadcastEnv), StepDefaults.BroadcastTimeout, nodes);
        foreach (var macroStep in OperationPhases.OfDeployments)
            AssertLonger(StepDefaults.InstanceTimeout(macroStep), StepDefaults.CommandTimeout, nodes);
    }

    [Theory]
    [InlineData(MacroStep.Reboot)]
    [InlineData(MacroStep.Power)]
    [InlineData(MacroStep.Console)]
    public void What_has_no_alternatives_is_limited_by_its_steps_alone(MacroStep macroStep) =>
        Assert.Equal(TimeoutExpression.None, StepDefaults.InstanceTimeout(macroStep));

    [Fact]
    public void Pauses_grow_from_the_first_to_the_longest() =>
        Assert.True(TimeSpan.Zero < StepDefaults.FirstPause && StepDefaults.FirstPause <= StepDefaults.LongestPause);

    [Fact]
    public void Every_resource_has_slots() =>
        Assert.All(Enum.GetValues<ThrottledResource>(), static resource => Assert.True(StepDefaults.Slots(resource) > 0));

    [Fact]
    public void What_is_not_there_has_no_defaults()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StepDefaults.InstanceTimeout((MacroStep)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepDefaults.Slots((ThrottledResource)99));
    }

    // Every one of these limits is finite: null would mean "none".
    private static void AssertLonger(TimeoutExpression longer, TimeoutExpression shorter, int nodes)
    {
        var (first, second) = (longer.Evaluate(nodes), shorter.Evaluate(nodes));
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.True(first >= second, $"'{longer}' is less than '{shorter}' for {nodes} nodes");
    }
}
