using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>Which of several faults an administrator sees, and what it says.</summary>
public class FaultFactoryTests
{
    private static readonly Fault NoBoot = FaultOf(FaultCodes.NoBoot, "BootNewEnvKexec", "node a-1: the deployed system gave no sign of life within 60 s");

    private static readonly Fault Lost = FaultOf(FaultCodes.ChannelLost, "BootNewEnvClassical", "node a-1: its agent did not call within 60 s");

    [Fact]
    public void A_fallback_that_finds_the_node_gone_does_not_hide_where_it_went()
    {
        var seen = FaultFactory.Telling(NoBoot, Lost);
        Assert.Equal(FaultCodes.NoBoot, seen.Code);
        Assert.Equal("node a-1: the deployed system gave no sign of life within 60 s; afterwards BootNewEnvClassical found it gone", seen.Message);
        Assert.Equal(seen.Message, FaultFactory.Telling(seen, Lost).Message);
    }

    [Fact]
    public void Any_other_fault_that_comes_last_is_the_one_that_is_seen()
    {
        var disk = FaultOf(FaultCodes.Disk, "BootNewEnvClassical", "node a-1: it cannot be unmounted");
        Assert.Same(disk, FaultFactory.Telling(NoBoot, disk));
        Assert.Same(disk, FaultFactory.Telling(Lost, disk));
        Assert.Same(Lost, FaultFactory.Telling(Lost, Lost));
        Assert.Same(Lost, FaultFactory.Telling(null, Lost));
    }

    private static Fault FaultOf(FaultCode code, string instance, string message) => new()
    {
        Code = code, Step = new(0, "lab", MacroStep.BootNewEnv, new(instance), new(nameof(WaitReboot))), InstanceAttempt = 1, Attempt = 1, Message = message,
        SuggestedAction = "Look.",
    };
}
