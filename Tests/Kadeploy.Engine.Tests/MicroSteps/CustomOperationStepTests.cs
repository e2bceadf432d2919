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
    [InlineData(CustomAction.Run, "https://h/x.sh", new[] { "-v", "$HOME" }, new[] { "/run/kadeploy/files/custom_post_mine-x.sh", "-v", "$HOME" })]
    public async Task Each_action_is_an_argument_vector(CustomAction action, string? file, string[] arguments, string[] expected)
    {
        await _run.RunAsync("custom_post_mine", custom: Operation(action, file, arguments));
        var command = Assert.Single(_run.Commands);
        Assert.Equal(expected, command.Arguments.Prepend(command.Program));
        Assert.Equal("/dev/sda3", command.Environment["KADEPLOY_DEPLOY_PART"]);
    }

    [Theory]
    [InlineData("https://h/d/motd%20new", "/etc/", "/etc/motd new")]
    [InlineData("https://h/motd", "$KADEPLOY_ENV_EXTRACTION_DIR/etc", "/mnt/dest/etc/motd")]
    public async Task A_file_is_sent_to_its_place_and_nothing_is_run(string file, string directory, string expected)
    {
        await _run.RunAsync("custom_post_mine", custom: Operation(CustomAction.Send, file, directory));
        Assert.Empty(_run.Commands);
        var sent = Assert.Single(_run.Drivers.Channel.Files);
        Assert.Equal(expected, sent.Path);
        Assert.Equal(new Uri(file), Assert.Single(_run.Drivers.Files.Fetched));
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
            ScriptVariables.Expand("/x/$KADEPLOY_DEPLOY_PART_NUM/$KADEPLOY_NOTHING", ScriptVariables.Of(_run.Context("Sync"))));
}
