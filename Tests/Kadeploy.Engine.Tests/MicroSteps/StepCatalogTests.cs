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
            ["HoldConsole", "Kexec", "ManageAdminPostInstall", "ManageAdminPreInstall", "ManageUserPostInstall", "Reboot", "RebootFromDeployEnv", "SendEnvironment"],
            StepCatalog.All.Values.Where(step => !step.Repeatable).Select(step => step.Name.Value).Order());

    [Fact]
    public void Slots_are_held_by_the_steps_that_load_the_site()
    {
        foreach (var step in new[] { "Reboot", "Power" })
            Assert.Equal([ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls], StepCatalog.All[new(step)].Resources);
        Assert.Equal([ThrottledResource.BmcCalls], StepCatalog.All[new("PowerStatus")].Resources);
        foreach (var step in new[] { "RebootFromDeployEnv", "Kexec", "WaitReboot" })
            Assert.Equal([ThrottledResource.BootsInFlight], StepCatalog.All[new(step)].Resources);
        Assert.Equal([ThrottledResource.Broadcasts], StepCatalog.All[new("SendEnvironment")].Resources);
        Assert.Equal(7, StepCatalog.All.Values.Count(step => !step.Resources.IsEmpty));
    }

    [Fact]
    public void Every_step_class_is_in_the_table_and_has_a_limit_where_nobody_waits_for_a_user()
    {
        var classes = typeof(StepCatalog).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && (type.IsAssignableTo(typeof(INodeMicroStep)) || type.IsAssignableTo(typeof(ISetMicroStep))));
        Assert.Equal(
            classes.Select(type => type.Name).Order(),
            StepCatalog.All.Values.Append(StepCatalog.CustomOperation).Select(step => step.Implementation.GetType().Name).Order());
        // A console is held for as long as its user looks at it.
        Assert.Equal(["HoldConsole"], StepCatalog.All.Values.Where(static step => step.Timeout.Evaluate(1) is null).Select(static step => step.Name.Value));
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
