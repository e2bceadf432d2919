using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Planning;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

public class PlannerTests
{
    [Fact]
    public void A_plan_keeps_what_was_asked_and_numbers_its_steps_without_gaps_over_all_clusters()
    {
        var it = PlanCase.Full();
        it.Clusters.Add(it.Cluster with { Name = "b" });
        it.Nodes.Add(new() { Name = NodeName.Parse("b-1"), Cluster = "b" });
        it.Request = it.Request with { Nodes = [NodeName.Parse("b-1"), NodeName.Parse("a-2"), NodeName.Parse("a-1")] };
        var plan = it.Plan();
        Assert.Equal(["b", "a"], plan.Clusters.Select(cluster => cluster.Cluster.Name));
        Assert.Equal(["a-2", "a-1"], plan.Clusters[1].Nodes.Select(node => node.Name.Value));
        Assert.Equal(OperationKind.Deployment, plan.Kind);
        Assert.Same(it.Request, plan.Request);
        var steps = plan.Clusters.SelectMany(c => c.MacroSteps).SelectMany(m => m.Instances).SelectMany(i => i.MicroSteps).Select(s => s.Step).ToList();
        Assert.Equal(Enumerable.Range(0, steps.Count), steps.Select(step => step.Ordinal));
        Assert.Equal(["b", "a"], steps.Select(step => step.Cluster).Distinct());
        Assert.Equal(OperationPhases.OfDeployments, plan.Clusters[0].MacroSteps.Select(macroStep => macroStep.MacroStep));
    }

    [Fact]
    public void Steps_bring_what_the_workflow_must_know()
    {
        var steps = new PlanCase().Instance(MacroStep.SetDeploymentEnv).MicroSteps.ToDictionary(step => step.Step.MicroStep.Value);
        Assert.Equal("ProdToDeployEnv", steps["SwitchPxe"].Variant);
        Assert.False(steps["Reboot"].Repeatable);
        Assert.Equal(StepDefaults.PowerRetries, steps["Reboot"].Retries);
        Assert.Equal(StepDefaults.PowerTimeout, steps["Reboot"].Timeout);
        Assert.Equal([ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls], steps["Reboot"].Resources);
        Assert.Equal(StepScope.Node, steps["Reboot"].Scope);
        Assert.Equal(StepScope.Set, new PlanCase().Instance(MacroStep.BroadcastEnv).MicroSteps[0].Scope);
    }

    [Fact]
    public void Waiting_takes_its_limit_from_the_request_then_from_the_workflow_then_from_the_cluster()
    {
        var it = new PlanCase { Force = "SetDeploymentEnv|Kexec&BootNewEnv|Classical" };
        it.Cluster = it.Cluster with { RebootTimeout = TimeoutExpression.Seconds(301), KexecTimeout = TimeoutExpression.Seconds(101) };
        Assert.Equal("101", Limit(MacroStep.SetDeploymentEnv));
        Assert.Equal("301", Limit(MacroStep.BootNewEnv));
        it.Request = it.Request with { RebootTimeout = TimeoutExpression.Seconds(302), KexecTimeout = TimeoutExpression.Seconds(102) };
        Assert.Equal("102", Limit(MacroStep.SetDeploymentEnv));
        Assert.Equal("302", Limit(MacroStep.BootNewEnv));

        var configured = new PlanCase();
        configured.Cluster = configured.Cluster with
        {
            Workflow = Change(choice => choice with { MicroSteps = [new(new("WaitReboot"), 4, TimeoutExpression.Seconds(303), Breakpoint: true)] }),
        };
        var wait = configured.Instance(MacroStep.SetDeploymentEnv).MicroSteps.Single(step => step.Step.MicroStep == new MicroStepName("WaitReboot"));
        Assert.Equal(("303", 4, true), (wait.Timeout.Text, wait.Retries, wait.Breakpoint));

        string Limit(MacroStep macroStep) =>
            it.Instance(macroStep).MicroSteps.Single(step => step.Step.MicroStep == new MicroStepName("WaitReboot")).Timeout.Text;
    }

    [Fact]
    public void An_instance_that_is_not_raisable_ends_with_a_barrier()
    {
        var it = new PlanCase();
        Assert.DoesNotContain(it.Instance(MacroStep.SetDeploymentEnv).MicroSteps, step => step.Scope == StepScope.Barrier);
        it.Cluster = it.Cluster with { Workflow = Change(choice => choice with { Raisable = false, Breakpoint = true }) };
        var instance = it.Instance(MacroStep.SetDeploymentEnv);
        Assert.Equal(StepScope.Barrier, instance.MicroSteps[^1].Scope);
        Assert.Equal("HoldNodes", instance.MicroSteps[^1].Step.MicroStep.Value);
        Assert.True(instance.Breakpoint);
    }

    [Fact]
    public void An_instance_of_which_everything_is_left_out_does_nothing()
    {
        var it = new PlanCase();
        var definition = new InstanceDefinition(MacroStep.Verify, "Nothing", [nameof(SetVlan), nameof(SendKey)]);
        var instance = new PlanBuilder(it.Request, [], new Problems()).Build(
            definition, new(new(definition.Name), Forced: false), it.Cluster, 3, new(it.Request.CustomOperations, it.Cluster));
        Assert.Equal(["SetVlan", "SendKey"], instance.Bypassed.Select(step => step.MicroStep.Value));
        Assert.Equal("Dummy", Assert.Single(instance.MicroSteps).Step.MicroStep.Value);
    }

    [Fact]
    public void Ten_thousand_nodes_are_one_plan()
    {
        var it = new PlanCase();
        it.Nodes.Clear();
        it.Nodes.AddRange(Enumerable.Range(1, 10_000).Select(i => new Node { Name = NodeName.Parse($"n-{i}"), Cluster = "a" }));
        it.Request = it.Request with { Nodes = [.. it.Nodes.Select(node => node.Name)] };
        Assert.Equal(10_000, it.Plan().NodeCount);
    }

    private static ImmutableArray<MacroStepChoice> Change(Func<InstanceChoice, InstanceChoice> change) =>
    [
        .. StepDefaults.Workflow.Select(choice => choice.MacroStep == MacroStep.SetDeploymentEnv
            ? choice with { Instances = [.. choice.Instances.Select(change)] }
            : choice),
    ];
}
