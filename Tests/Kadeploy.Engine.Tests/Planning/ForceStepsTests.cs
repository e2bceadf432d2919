using Kadeploy.Engine.Planning;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

public class ForceStepsTests
{
    [Theory]
    [InlineData("SetDeploymentEnv|SetDeploymentEnvUntrusted:1:450&BroadcastEnv|BroadcastEnvChain:2:400&BootNewEnv|BootNewEnvClassical:0:400,BootNewEnvHardReboot:1:500")]
    [InlineData("BroadcastEnv|BroadcastEnvTree:0:max(300, n * 2),BroadcastEnvChain:1:min(1, n) + 10")]
    [InlineData("Verify|VerifyNone:0")]
    public void What_is_written_is_read_and_what_is_read_is_written(string text)
    {
        var problems = new Problems();
        Assert.Equal(text, ForceSteps.Format(ForceSteps.Parse(text, problems)));
        Assert.Equal(0, problems.Count);
    }

    [Theory]
    [InlineData("setdeploymentenv|untrusted:1:450", "SetDeploymentEnv|SetDeploymentEnvUntrusted:1:450")]
    [InlineData(" BroadcastEnv | Chain : 2 : 3 , Tree ", "BroadcastEnv|BroadcastEnvChain:2:3,BroadcastEnvTree:0")]
    [InlineData("BootNewEnv|Kexec:1", "BootNewEnv|BootNewEnvKexec:1")]
    public void Case_spaces_short_names_and_absent_numbers_are_understood(string text, string expected)
    {
        var problems = new Problems();
        Assert.Equal(expected, ForceSteps.Format(ForceSteps.Parse(text, problems)));
        Assert.Equal(0, problems.Count);
    }

    [Theory]
    [InlineData("", "position 1: a macro-step is missing")]
    [InlineData("&", "position 2: a macro-step is missing")]
    [InlineData("BroadcastEnv|Chain:1:5&", "position 24: a macro-step is missing")]
    [InlineData("BrodcastEnv|Chain:1:5", "position 1: 'BrodcastEnv' is no macro-step; did you mean 'BroadcastEnv'?")]
    [InlineData("BroadcastEnv", "position 13: after BroadcastEnv, '|' and its instances are missing")]
    [InlineData("BroadcastEnv|", "position 14: an instance of BroadcastEnv is missing")]
    [InlineData("BroadcastEnv|Chian:1:5", "position 14: 'Chian' is no instance of BroadcastEnv; did you mean 'BroadcastEnvChain'?")]
    [InlineData("BroadcastEnv|Kastafior:1:5", "position 14: 'Kastafior' is no instance of BroadcastEnv; use BroadcastEnvChain instead")]
    [InlineData("BroadcastEnv|BootNewEnvKexec:1:5", "position 14: BootNewEnvKexec is an instance of BootNewEnv, not of BroadcastEnv")]
    [InlineData("BroadcastEnv|Chain:x:5", "position 20: 'x' is no number of retries; write one from 0 to 100")]
    [InlineData("BroadcastEnv|Chain:-1:5", "position 20: '-1' is no number of retries")]
    [InlineData("BroadcastEnv|Chain:101:5", "position 20: '101' is no number of retries")]
    [InlineData("BroadcastEnv|Chain:99999999999:5", "is no number of retries")]
    [InlineData("BroadcastEnv|Chain::5", "position 20: '' is no number of retries")]
    [InlineData("BroadcastEnv|Chain:1:", "position 22: timeout '', position 1: the expression ends too early")]
    [InlineData("BroadcastEnv|Chain:1: 5 +", "position 23: timeout '5 +', position 4")]
    [InlineData("BroadcastEnv|Chain:1:max(1, 2", "position 22: timeout 'max(1, 2'")]
    [InlineData("BroadcastEnv|Chain:1:system(1)", "'system' is unknown")]
    [InlineData("BroadcastEnv|Chain:1:5:6", "position 23: ':' was not expected")]
    [InlineData("BroadcastEnv|Chain:1:5&broadcastenv|Tree:1:5", "position 24: BroadcastEnv is named twice")]
    public void Wrong_text_is_refused_with_its_position(string text, string expected)
    {
        var it = new PlanCase { Force = text };
        Assert.Contains(it.Problems(), problem =>
            problem.StartsWith("force-steps, ", StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        var problems = new PlanCase { Force = "Nonsense|x&BroadcastEnv|Chian:y:z,Tree:w&BootNewEnv" }.Problems();
        Assert.Equal(6, problems.Length);
    }

    [Fact]
    public void Macro_steps_that_are_not_named_keep_the_clusters_instances()
    {
        var it = new PlanCase { Force = "BroadcastEnv|Tree:3:n * 100" };
        var broadcast = it.Instance(MacroStep.BroadcastEnv);
        Assert.Equal("BroadcastEnvTree", broadcast.Name.Value);
        Assert.Equal(3, broadcast.Retries);
        Assert.Equal(TimeSpan.FromSeconds(800), broadcast.Timeout.Evaluate(8));
        Assert.Equal("SetDeploymentEnvUntrusted", it.Instance(MacroStep.SetDeploymentEnv).Name.Value);
        Assert.Equal("BootNewEnvHardReboot", it.Instance(MacroStep.BootNewEnv, 1).Name.Value);
    }

    [Fact]
    public void A_limit_of_0_is_none_and_an_absent_one_is_the_default()
    {
        Assert.Null(new PlanCase { Force = "BroadcastEnv|Chain:0:0" }.Instance(MacroStep.BroadcastEnv).Timeout.Evaluate(1));
        Assert.Equal(
            StepDefaults.InstanceTimeout(MacroStep.BroadcastEnv), new PlanCase { Force = "BroadcastEnv|Chain:0" }.Instance(MacroStep.BroadcastEnv).Timeout);
    }
}
