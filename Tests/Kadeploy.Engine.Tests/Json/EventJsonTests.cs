using System.Text.Json;
using Kadeploy.Engine.Json;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Json;

public class EventJsonTests
{
    private static readonly OperationPlan Plan = SamplePlans.Small(2);

    private static readonly string Start = $"\"operation\":\"{Plan.Operation}\",\"at\":\"2026-03-01T10:00:00.0000007Z\"";

    /// <summary>Other programs read these lines: a change here breaks them.</summary>
    [Fact]
    public void Each_kind_of_event_has_its_line()
    {
        var lines = SampleEvents.OfEveryKind(Plan).Select(static (e, i) => EventJson.ToLine(e with { Sequence = i + 1, At = Plan.PlannedAt.AddTicks(7) })).ToArray();
        const string Switch = "\"cluster\":\"sample\",\"macroStep\":\"setDeploymentEnv\",\"instance\":\"SetDeploymentEnvUntrusted\",\"microStep\":\"SwitchPxe\"";
        const string Reboot = "\"cluster\":\"sample\",\"macroStep\":\"setDeploymentEnv\",\"instance\":\"SetDeploymentEnvUntrusted\",\"microStep\":\"Reboot\"";
        const string Fault = "\"fault\":{\"code\":\"KA2104\",\"message\":\"node-2: 'no' sign of life — 400 s after the reboot\","
            + "\"evidence\":[\"PXE-E53\",\"no boot filename \\u0001 \\\"quoted\\\"\"],\"suggestedAction\":\"Look at the console.\"}";
        var facts = $"\"bootId\":\"f00d\",\"imageDigest\":\"{new string('b', 64)}\",\"disk\":\"/dev/sdb\",\"diskSerial\":\"S1\","
            + "\"diskWwn\":\"0x5\",\"diskBytes\":1099511627776,\"fileSystemId\":\"f5-1\",\"power\":\"on\"";
        Assert.Equal(
            [
                $"{{\"kind\":\"started\",\"sequence\":1,{Start}}}",
                $"{{\"kind\":\"nodeLeased\",\"sequence\":2,{Start},\"node\":\"node-1\"}}",
                $"{{\"kind\":\"stepStarted\",\"sequence\":3,{Start},\"node\":\"node-1\",{Switch},\"instanceAttempt\":2,\"attempt\":3}}",
                $"{{\"kind\":\"stepStarted\",\"sequence\":4,{Start},\"node\":\"node-1\",{Reboot},\"instanceAttempt\":1,\"attempt\":1,\"set\":4}}",
                $"{{\"kind\":\"setFormed\",\"sequence\":5,{Start},{Reboot},\"set\":4,\"nodes\":2}}",
                $"{{\"kind\":\"stepSucceeded\",\"sequence\":6,{Start},\"node\":\"node-1\",{Switch},\"instanceAttempt\":2,\"attempt\":3,\"durationSeconds\":1.2345678,{facts}}}",
                $"{{\"kind\":\"stepSucceeded\",\"sequence\":7,{Start},\"node\":\"node-2\",{Switch},\"instanceAttempt\":1,\"attempt\":1,\"durationSeconds\":0}}",
                $"{{\"kind\":\"stepFailed\",\"sequence\":8,{Start},\"node\":\"node-2\",{Reboot},\"instanceAttempt\":2,\"attempt\":3,\"durationSeconds\":400,\"consequence\":\"giveUp\",{Fault}}}",
                $"{{\"kind\":\"stepInterrupted\",\"sequence\":9,{Start},\"node\":\"node-2\",{Reboot},\"instanceAttempt\":1,\"attempt\":1}}",
                $"{{\"kind\":\"resumed\",\"sequence\":10,{Start}}}",
                $"{{\"kind\":\"cancelRequested\",\"sequence\":11,{Start},\"user\":\"grace\"}}",
                $"{{\"kind\":\"nodeFinished\",\"sequence\":12,{Start},\"node\":\"node-1\",\"state\":\"ok\",{facts}}}",
                $"{{\"kind\":\"nodeFinished\",\"sequence\":13,{Start},\"node\":\"node-2\",\"state\":\"ko\",{Switch},\"instanceAttempt\":2,\"attempt\":3,{Fault}}}",
                $"{{\"kind\":\"finished\",\"sequence\":14,{Start},\"results\":{{\"ok\":1,\"ko\":1,\"stopped\":0,\"cancelled\":0,\"discarded\":0}}}}",
            ],
            lines);
    }

    [Fact]
    public void A_node_that_failed_says_where_unless_it_stands_somewhere_else()
    {
        var fault = new Fault
        {
            Code = FaultCodes.NoBoot, Step = SampleEvents.Steps(Plan)[2], InstanceAttempt = 1, Attempt = 1, Message = "no", SuggestedAction = "look",
        };
        var line = EventJson.ToLine(SampleEvents.NodeFinished(Plan, SamplePlans.Name(1)) with { State = NodeState.Ko, Fault = fault });
        Assert.Contains("\"microStep\":\"SendEnvironment\"", line, StringComparison.Ordinal);
        var busy = EventJson.ToLine(
            SampleEvents.NodeFinished(Plan, SamplePlans.Name(1)) with { State = NodeState.Discarded, Fault = fault with { Step = null, InstanceAttempt = 0, Attempt = 0 } });
        Assert.DoesNotContain("ttempt", busy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_one_line_of_valid_JSON_whatever_the_evidence()
    {
        var failed = (OperationEvent.StepFailed)SampleEvents.OfEveryKind(Plan).Single(static e => e is OperationEvent.StepFailed);
        var nasty = failed with { Fault = failed.Fault with { Message = "a\r\nb\u2028c\"d\\e\u001b[31m", Evidence = [] } };
        var line = EventJson.ToLine(nasty);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\u001b', line);
        Assert.Equal(nasty.Fault.Message, JsonDocument.Parse(line).RootElement.GetProperty("fault").GetProperty("message").GetString());
    }
}
