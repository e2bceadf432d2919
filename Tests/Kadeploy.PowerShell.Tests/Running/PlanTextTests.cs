using Kadeploy.PowerShell.Running;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Running;

public class PlanTextTests
{
    [Fact]
    public void The_question_names_how_many_nodes_which_environment_and_which_disk()
    {
        var plan = SamplePlans.Small(3);
        Assert.Equal($"Install {((DeploymentRequest)plan.Request).Environment} on 3 nodes (node-[1-3]); what is on disk /dev/sda (partitioned anew, deployed to partition 3) is lost", PlanText.Question(plan));
    }

    [Theory]
    [InlineData("S1", null, "the disk with serial number S1")]
    [InlineData(null, "0x5", "the disk with WWN 0x5")]
    [InlineData(null, null, "the disk that the cluster's rule finds")]
    public void Disks_are_named_by_what_does_not_change(string? serial, string? wwn, string named)
    {
        var plan = SamplePlans.Small(1);
        var cluster = plan.Clusters[0] with { Cluster = plan.Clusters[0].Cluster with { DiskRule = new() { Serial = serial, Wwn = wwn } } };
        Assert.Contains(named, PlanText.Question(plan with { Clusters = [cluster] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_was_asked_for_is_named_instead_and_goes_as_a_whole()
    {
        var plan = SamplePlans.Small(1);
        Assert.Contains("the whole of disk /dev/sdb", PlanText.Question(plan with { Request = ((DeploymentRequest)plan.Request) with { BlockDevice = "/dev/sdb" } }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_partition_that_is_left_where_it_is_leaves_the_others_alone()
    {
        var plan = SamplePlans.Small(1);
        var text = PlanText.Question(plan with { Request = ((DeploymentRequest)plan.Request) with { DisableDiskPartitioning = true } });
        Assert.Contains("what is on partition 3 of disk /dev/sda is lost", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reboots_and_switches_are_asked_for_by_what_they_do_and_how_hard_they_begin()
    {
        var plan = SamplePlans.Small(3);
        var (nodes, user) = (plan.Request.Nodes, plan.Request.User);
        var reboot = plan with { Request = new RebootRequest { Nodes = nodes, User = user, Into = RebootKind.DeployEnv, Level = PowerLevel.Hard } };
        Assert.Equal("Reboot 3 nodes (node-[1-3]) into the deployment environment, beginning with Hard", PlanText.Question(reboot));
        Assert.DoesNotContain("disk", PlanText.Of(reboot), StringComparison.Ordinal);
        var power = plan with { Request = new PowerRequest { Nodes = nodes, User = user, Action = PowerAction.Off } };
        Assert.Equal("Switch 3 nodes (node-[1-3]): Off, beginning with Soft", PlanText.Question(power));
    }

    [Fact]
    public void The_plan_names_every_instance_and_every_micro_step()
    {
        var plan = SamplePlans.Full();
        var text = PlanText.Of(plan);
        foreach (var instance in plan.Clusters.SelectMany(static cluster => cluster.MacroSteps).SelectMany(static macroStep => macroStep.Instances))
        {
            Assert.Contains(instance.Name.Value, text, StringComparison.Ordinal);
            Assert.All(instance.MicroSteps, step => Assert.Contains(step.Step.MicroStep.Value, text, StringComparison.Ordinal));
        }
    }
}
