using Kadeploy.Engine.MicroSteps;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class StepCatalogTests
{
    [Fact]
    public void Only_the_network_and_the_image_gather_nodes() =>
        Assert.Equal(
            ["SendEnvironment", "SetVlan"],
            StepCatalog.All.Values.Where(step => step.Scope == StepScope.Set).Select(step => step.Name.Value).Order());

    [Fact]
    public void What_must_not_happen_twice_is_marked() =>
        Assert.Equal(
            ["Kexec", "ManageAdminPostInstall", "ManageAdminPreInstall", "ManageUserPostInstall", "Reboot", "RebootFromDeployEnv", "SendEnvironment"],
            StepCatalog.All.Values.Where(step => !step.Repeatable).Select(step => step.Name.Value).Order());

    [Fact]
    public void Slots_are_held_by_the_steps_that_load_the_site()
    {
        Assert.Equal([ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls], StepCatalog.All[new("Reboot")].Resources);
        foreach (var step in new[] { "RebootFromDeployEnv", "Kexec", "WaitReboot" })
            Assert.Equal([ThrottledResource.BootsInFlight], StepCatalog.All[new(step)].Resources);
        Assert.Equal([ThrottledResource.Broadcasts], StepCatalog.All[new("SendEnvironment")].Resources);
        Assert.Equal(5, StepCatalog.All.Values.Count(step => !step.Resources.IsEmpty));
    }

    [Fact]
    public void Every_step_class_is_in_the_table_and_has_a_limit()
    {
        var classes = typeof(StepCatalog).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && (type.IsAssignableTo(typeof(INodeMicroStep)) || type.IsAssignableTo(typeof(ISetMicroStep))));
        Assert.Equal(
            classes.Select(type => type.Name).Order(),
            StepCatalog.All.Values.Append(StepCatalog.CustomOperation).Select(step => step.Implementation.GetType().Name).Order());
        Assert.All(StepCatalog.All.Values, step => Assert.NotNull(step.Timeout.Evaluate(1)));
        Assert.All(StepCatalog.All.Values, step => Assert.Equal(step.Implementation.GetType().Name, step.Name.Value));
    }

    [Fact]
    public void A_silent_controller_and_a_silent_node_have_faults_of_their_own()
    {
        Assert.Equal(FaultCodes.PowerTimeout, StepCatalog.All[new("Reboot")].TimeoutFault);
        Assert.Equal(FaultCodes.NoBoot, StepCatalog.All[new("WaitReboot")].TimeoutFault);
        Assert.Equal(StepDefaults.PowerRetries, StepCatalog.All[new("Reboot")].Retries);
    }
}
