using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

public class WorkflowAdaptationTests
{
    private readonly PlanCase _it = new() { Force = "SetDeploymentEnv|Kexec:2:300,Untrusted:1:900&BootNewEnv|Kexec:3:200" };

    private string First(MacroStep macroStep) => _it.Instance(macroStep).Name.Value;

    [Fact]
    public void Kexec_stays_where_it_can_be_used()
    {
        Assert.Equal("SetDeploymentEnvKexec", First(MacroStep.SetDeploymentEnv));
        Assert.Equal("BootNewEnvKexec", First(MacroStep.BootNewEnv));
    }

    [Fact]
    public void Disabled_kexec_turns_both_into_a_reboot_through_the_firmware()
    {
        _it.Request = _it.Request with { DisableKexec = true, RebootTimeout = TimeoutExpression.Parse("100 + n") };
        foreach (var (macroStep, name) in new[] { (MacroStep.SetDeploymentEnv, "SetDeploymentEnvUntrusted"), (MacroStep.BootNewEnv, "BootNewEnvClassical") })
        {
            var instance = _it.Instance(macroStep);
            Assert.Equal(name, instance.Name.Value);
            Assert.Equal(0, instance.Retries);
            Assert.Equal(TimeSpan.FromSeconds(303), instance.Timeout.Evaluate(3));
        }
    }

    [Fact]
    public void What_kexec_cannot_start_is_booted_through_the_firmware()
    {
        var tar = _it.Environment;
        var dd = tar with { Image = tar.Image with { Kind = ImageKind.Dd } };
        foreach (var environment in new[]
        {
            tar with { OperatingSystem = OperatingSystemKind.Xen }, dd with { FileSystem = "ntfs" }, dd with { FileSystem = null }, dd with { Boot = new() },
        })
        {
            _it.Environment = environment;
            Assert.Equal("BootNewEnvClassical", First(MacroStep.BootNewEnv));
            Assert.Equal("SetDeploymentEnvKexec", First(MacroStep.SetDeploymentEnv));
        }
    }

    [Fact]
    public void A_preinstall_replaces_all_instances_and_keeps_retries_and_limit_of_the_first()
    {
        _it.Environment = _it.Environment with { Preinstall = new(new("https://h/p.tgz"), ImageCompression.Gzip, null) };
        var instances = _it.Plan().Clusters[0].MacroSteps[0].Instances;
        var only = Assert.Single(instances);
        Assert.Equal("SetDeploymentEnvUntrustedCustomPreInstall", only.Name.Value);
        Assert.Equal(2, only.Retries);
        Assert.Equal("300", only.Timeout.Text);
        Assert.Equal("ManageAdminPreInstall", only.MicroSteps[^1].Step.MicroStep.Value);
    }

    [Fact]
    public void A_preinstall_takes_over_the_settings_of_those_micro_steps_that_it_has_too()
    {
        _it.Environment = _it.Environment with { Preinstall = new(new("https://h/p.tgz"), ImageCompression.Gzip, null) };
        _it.Request = _it.Request with { ForceSteps = null };
        MicroStepChoice[] settings = [new(new("Reboot"), Retries: 7), new(new("CreatePartitionTable"), Retries: 9)];
        _it.Cluster = _it.Cluster with
        {
            Workflow = [new(MacroStep.SetDeploymentEnv, [new(new("SetDeploymentEnvUntrusted")) { MicroSteps = [.. settings] }]), .. StepDefaults.Workflow[1..]],
        };
        var steps = _it.Instance(MacroStep.SetDeploymentEnv).MicroSteps;
        Assert.Equal(7, steps.Single(step => step.Step.MicroStep.Value == "Reboot").Retries);
    }

    [Fact]
    public void A_workflow_without_proof_gets_the_usual_one()
    {
        _it.Cluster = _it.Cluster with { Workflow = [.. StepDefaults.Workflow.Where(choice => choice.MacroStep != MacroStep.Verify)] };
        Assert.Equal("VerifyStandard", First(MacroStep.Verify));
    }
}
