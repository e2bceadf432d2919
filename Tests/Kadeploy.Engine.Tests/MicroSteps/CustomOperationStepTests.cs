using Kadeploy.Engine.MicroSteps;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class CustomOperationStepTests
{
    private readonly StepRun _run = new();

    private static CustomOperation Operation(CustomAction action, string? file, params string[] arguments) => new()
    {
        Name = "mine",
        Target = "BroadcastEnv",
        MicroStep = new("SendKey"),
        Placement = CustomPlacement.After,
        Action = action,
        Arguments = [.. arguments],
        File = file is null ? null : new(file),
    };

    [Theory]
    [InlineData(CustomAction.Exec, null, new[] { "touch", "a b; rm -rf /" }, new[] { "touch", "a b; rm -rf /" })]
    [InlineData(CustomAction.Run, "https://h/x.sh", new[] { "-v", "$HOME" }, new[] { "kadeploy-run-script", "https://h/x.sh", "-v", "$HOME" })]
    [InlineData(CustomAction.Send, "https://h/d/motd%20new", new[] { "/etc/" }, new[] { "kadeploy-fetch", "https://h/d/motd%20new", "/etc/motd new" })]
    [InlineData(CustomAction.Send, "https://h/motd", new[] { "$KADEPLOY_ENV_EXTRACTION_DIR/etc" },
        new[] { "kadeploy-fetch", "https://h/motd", "/mnt/dest/etc/motd" })]
    public async Task Each_action_is_an_argument_vector(CustomAction action, string? file, string[] arguments, string[] expected)
    {
        await _run.RunAsync("custom_post_mine", custom: Operation(action, file, arguments));
        var command = Assert.Single(_run.Commands);
        Assert.Equal(expected, command.Arguments.Prepend(command.Program));
        Assert.Equal("/dev/sda3", command.Environment["KADEPLOY_DEPLOY_PART"]);
    }

    [Fact]
    public async Task A_failed_operation_has_its_own_code()
    {
        _run.Drivers.Channel.Answer = _ => new(3, ["no"]);
        var failure = await _run.FailAsync("custom_post_mine", custom: Operation(CustomAction.Exec, null, "false"));
        Assert.Equal(FaultCodes.CustomOperation, failure.Code);
    }

    [Fact]
    public void Variables_that_do_not_exist_stay_as_they_are_written() =>
        Assert.Equal(
            "/x/3/$KADEPLOY_NOTHING",
            ScriptVariables.Expand("/x/$KADEPLOY_DEPLOY_PART_NUM/$KADEPLOY_NOTHING", ScriptVariables.Of(_run.Request, _run.Cluster)));
}
