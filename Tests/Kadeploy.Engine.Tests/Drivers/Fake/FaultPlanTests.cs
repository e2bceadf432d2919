using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

public class FaultPlanTests
{
    [Fact]
    public void About_as_many_nodes_as_the_rate_says_get_a_fault_and_every_kind_occurs()
    {
        var options = new SimulationOptions { Seed = 7, FaultRate = 0.05 };
        var plans = Plans(options, 20_000);
        Assert.InRange(plans.Count(static plan => plan.Kind is not null), 900, 1100);
        var byKind = plans.Where(static plan => plan.Kind is not null).CountBy(static plan => plan.Kind!.Value).ToDictionary();
        foreach (var kind in Enum.GetValues<FaultKind>()) Assert.InRange(byKind[kind], 90, 200);
    }

    [Fact]
    public void A_rate_of_nothing_breaks_no_node_and_a_rate_of_one_breaks_all()
    {
        Assert.All(Plans(new() { FaultRate = 0 }, 500), static plan => Assert.Null(plan.Kind));
        Assert.All(Plans(new() { FaultRate = 1 }, 500), static plan => Assert.NotNull(plan.Kind));
    }

    [Fact]
    public void Only_the_kinds_that_are_asked_for_occur()
    {
        var kinds = Plans(new() { FaultRate = 1, Faults = [FaultKind.NeverBoots, FaultKind.Flaps] }, 500).Select(static plan => plan.Kind).Distinct();
        Assert.Equal([FaultKind.NeverBoots, FaultKind.Flaps], kinds.OfType<FaultKind>().Order());
    }

    [Fact]
    public void Raising_the_rate_adds_faults_and_changes_none()
    {
        var few = Plans(new() { Seed = 3, FaultRate = 0.1 }, 2000);
        var many = Plans(new() { Seed = 3, FaultRate = 0.3 }, 2000);
        foreach (var (less, more) in few.Zip(many).Where(static pair => pair.First.Kind is not null)) Assert.Equal(less.Kind, more.Kind);
        Assert.True(many.Count(static plan => plan.Kind is not null) > 2 * few.Count(static plan => plan.Kind is not null));
    }

    [Fact]
    public void Another_seed_breaks_other_nodes() => Assert.NotEqual(
        Plans(new() { Seed = 1, FaultRate = 0.5 }, 100).Select(static plan => plan.Kind),
        Plans(new() { Seed = 2, FaultRate = 0.5 }, 100).Select(static plan => plan.Kind));

    [Fact]
    public void Flaps_stay_within_what_the_default_workflow_retries()
    {
        var plans = Plans(new() { FaultRate = 1, Faults = [FaultKind.Flaps] }, 2000);
        Assert.All(plans, static plan =>
        {
            Assert.Equal(NodeState.Ok, plan.Expected);
            Assert.InRange(plan.Failures, 1, plan.AtMicroStep == new MicroStepName("Reboot") ? StepDefaults.PowerRetries : 1);
        });
        Assert.Contains(plans, static plan => plan.Failures == 2);
    }

    // A change of the drawing changes every simulated cluster that anybody has noted the seed of.
    [Fact]
    public void What_a_seed_decrees_never_changes()
    {
        var options = new SimulationOptions { Seed = 42, FaultRate = 0.5 };
        var decreed = Enumerable.Range(62, 10).Select(number =>
        {
            var plan = FaultPlan.For(options, NodeName.Parse($"sim-{number}"));
            return plan.Kind is null ? "-" : plan.AtMicroStep is null ? $"{plan.Kind}" : $"{plan.Kind} {plan.AtMacroStep}:{plan.AtMicroStep} {plan.Failures}";
        });
        Assert.Equal(
            [
                "NeverBoots", "HangsAtStep BootNewEnv:SwitchPxe 0",
                "DiesInBroadcast", "-",
                "-", "-",
                "BootsOldSystem", "-",
                "Flaps SetDeploymentEnv:FormatSwapPart 1", "Flaps SetDeploymentEnv:CreatePartitionTable 1",
            ],
            decreed);
    }

    private static List<FaultPlan> Plans(SimulationOptions options, int count) =>
        [.. SimulationNodes.Create(count).Select(node => FaultPlan.For(options, node.Name))];
}
