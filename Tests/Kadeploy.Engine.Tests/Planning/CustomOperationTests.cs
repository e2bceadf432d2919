using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

public class CustomOperationTests
{
    private readonly PlanCase _it = PlanCase.Full();

    private static CustomOperation Operation(
        string name, CustomPlacement placement, string step = "FormatTmpPart", string target = "SetDeploymentEnv", bool replaces = false) => new()
    {
        Name = name,
        Target = target,
        MicroStep = new(step),
        Placement = placement,
        Action = CustomAction.Exec,
        Arguments = ["true"],
        Retries = 2,
        Timeout = TimeoutExpression.Seconds(30),
        Override = replaces,
    };

    private string Around() => string.Join(' ', _it.Steps(MacroStep.SetDeploymentEnv).SkipWhile(name => name != "MountDeployPart").Skip(1).SkipLast(1));

    private void Users(params CustomOperation[] operations) => _it.Request = _it.Request with { CustomOperations = [.. operations] };

    private void Administrators(params CustomOperation[] operations) => _it.Cluster = _it.Cluster with { CustomOperations = [.. operations] };

    [Fact]
    public void Operations_go_before_after_and_instead_the_administrators_first()
    {
        Assert.Equal("FormatTmpPart", Around());
        Administrators(Operation("admin", CustomPlacement.Before), Operation("admin", CustomPlacement.After));
        Users(Operation("one", CustomPlacement.Before), Operation("two", CustomPlacement.Before), Operation("one", CustomPlacement.After));
        Assert.Equal("custom_pre_admin custom_pre_one custom_pre_two FormatTmpPart custom_post_admin custom_post_one", Around());
        Users(Operation("mine", CustomPlacement.Instead));
        Assert.Equal("custom_pre_admin custom_sub_mine custom_post_admin", Around());
        Assert.Contains(_it.Instance(MacroStep.SetDeploymentEnv).Bypassed, step => step is { MicroStep.Value: "FormatTmpPart", Reason: "custom_sub_mine takes its place" });
    }

    [Fact]
    public void An_operation_that_overrides_replaces_the_administrators_at_its_place_only()
    {
        Administrators(Operation("admin", CustomPlacement.Before), Operation("admin", CustomPlacement.After));
        Users(Operation("mine", CustomPlacement.Before, replaces: true));
        Assert.Equal("custom_pre_mine FormatTmpPart custom_post_admin", Around());
    }

    [Fact]
    public void An_operation_brings_its_own_limits_and_is_taken_up_under_its_number()
    {
        Users(Operation("mine", CustomPlacement.Before));
        var step = _it.Instance(MacroStep.SetDeploymentEnv).MicroSteps.Single(it => it.Custom is not null);
        Assert.Equal((2, "30", true, StepScope.Node), (step.Retries, step.Timeout.Text, step.Repeatable, step.Scope));
    }

    [Fact]
    public void An_operation_goes_with_its_micro_step_when_that_is_left_out()
    {
        _it.Request = _it.Request with { ReformatTemporary = null };
        Users(Operation("mine", CustomPlacement.After));
        Assert.Equal("", Around());
        var bypassed = _it.Instance(MacroStep.SetDeploymentEnv).Bypassed.Single(step => step.MicroStep.Value == "custom_post_mine");
        Assert.Equal("it goes with FormatTmpPart, which is left out: nobody asked for a new partition for temporary files", bypassed.Reason);
    }

    [Fact]
    public void An_operation_may_belong_to_one_instance()
    {
        Users(Operation("mine", CustomPlacement.Before, "SwitchPxe", "bootnewenvhardreboot"));
        Assert.Equal("SwitchPxe", _it.Steps(MacroStep.BootNewEnv)[0]);
        Assert.Equal("custom_pre_mine", _it.Instance(MacroStep.BootNewEnv, 1).MicroSteps[0].Step.MicroStep.Value);
    }

    [Fact]
    public void All_that_is_wrong_with_operations_is_told()
    {
        Users(
            Operation("bad name", CustomPlacement.Before),
            Operation("target", CustomPlacement.Before, target: "SetDeploymentEnvUntrustd"),
            Operation("step", CustomPlacement.Before, "FormatTempPart"),
            Operation("elsewhere", CustomPlacement.Before, "SendEnvironment"),
            Operation("unused", CustomPlacement.Before, "Sync", "SetDeploymentEnvKexec"),
            Operation("twice", CustomPlacement.Before), Operation("twice", CustomPlacement.Before),
            Operation("often", CustomPlacement.Before) with { Retries = 101 },
            Operation("file", CustomPlacement.Before) with { Action = CustomAction.Run },
            Operation("where", CustomPlacement.Before) with { Action = CustomAction.Send, File = new("https://h/f"), Arguments = ["etc"] },
            Operation("secret", CustomPlacement.Before) with { Action = CustomAction.Run, File = new("https://u:pw@h/f") },
            Operation("nothing", CustomPlacement.Before) with { Arguments = [] },
            Operation("limit", CustomPlacement.Before) with { Timeout = TimeoutExpression.Parse("2 - n") });
        var problems = _it.Problems();
        string[] expected =
        [
            "'bad name': a name has", "'target': 'SetDeploymentEnvUntrustd' is neither", "did you mean 'SetDeploymentEnvUntrusted'?",
            "'step': 'FormatTempPart' is no micro-step; did you mean 'FormatTmpPart'?", "'elsewhere': SetDeploymentEnv has no micro-step SendEnvironment",
            "'unused': Sync of SetDeploymentEnvKexec is not used", "'twice' is there 2 times before FormatTmpPart in SetDeploymentEnvUntrusted",
            "'often': 101 retries", "'file': run needs a file", "'where': send needs one destination", "holds a user or a password", "'nothing': exec needs a program",
            "custom_pre_limit cannot be used: '2 - n' gives -1 for n = 3",
        ];
        foreach (var part in expected) Assert.Contains(problems, problem => problem.Contains(part, StringComparison.Ordinal));
        Assert.Equal(expected.Length - 1, problems.Length);
        Assert.DoesNotContain(problems, problem => problem.Contains("pw", StringComparison.Ordinal));
    }
}
