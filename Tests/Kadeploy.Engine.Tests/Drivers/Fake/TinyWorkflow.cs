using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

/// <summary>Takes one node through a plan against drivers, by the workflow's rules for a node that is alone; and nothing else.</summary>
internal sealed class TinyWorkflow(OperationPlan plan, DriverSet drivers, TimeProvider time)
{
    private string? _bootId;

    /// <summary>Gets the code of the last failure.</summary>
    public FaultCode? LastFailure { get; private set; }

    /// <summary>Gets how often each attempt was made.</summary>
    public List<AttemptId> Attempts { get; } = [];

    public async Task<NodeState> RunAsync(Node node)
    {
        foreach (var macro in plan.Clusters[0].MacroSteps)
        {
            var done = false;
            for (var i = 0; i < macro.Instances.Length && !done; i++)
                for (var run = 1; run <= macro.Instances[i].Retries + 1 && !done; run++)
                {
                    var (succeeded, failed) = await RunInstanceAsync(node, macro.Instances[i], run);
                    done = succeeded;
                    if (!done && run <= macro.Instances[i].Retries) await PauseAsync(failed! with { Attempt = run });
                }

            if (!done) return NodeState.Ko;
        }

        return NodeState.Ok;
    }

    private async Task<(bool Succeeded, AttemptId? Failed)> RunInstanceAsync(Node node, InstancePlan instance, int run)
    {
        foreach (var step in instance.MicroSteps)
            for (var number = 1; ; number++)
            {
                var attempt = new AttemptId(plan.Operation, node.Name, step.Step, run, number);
                if (await TryAsync(node, step, attempt)) break;
                if (number > step.Retries) return (false, attempt);
                await PauseAsync(attempt);
            }

        return (true, null);
    }

    private async Task<bool> TryAsync(Node node, MicroStepPlan step, AttemptId attempt)
    {
        using var limit = new CancellationTokenSource(step.Timeout.Evaluate(1)!.Value, time);
        Attempts.Add(attempt);
        try
        {
            await DoAsync(node, attempt, limit.Token);
            return true;
        }
        catch (KadeployException failure)
        {
            LastFailure = failure.Code;
        }
        catch (OperationCanceledException)
        {
            LastFailure = step.Step.MicroStep == new MicroStepName("WaitReboot") ? FaultCodes.NoBoot : FaultCodes.StepTimeout;
        }

        return false;
    }

    private async Task DoAsync(Node node, AttemptId attempt, CancellationToken token)
    {
        var early = attempt.Step.MacroStep == MacroStep.SetDeploymentEnv;
        switch (attempt.Step.MicroStep.Value)
        {
            case "SwitchPxe":
                BootEntry entry = early ? new BootEntry.DeploymentEnvironment() : new BootEntry.LocalDisk("/dev/sda", 3);
                await drivers.NetBoot.PrepareAsync(node, entry, attempt, token);
                break;
            case "Reboot":
                _bootId = (await drivers.Channel.IdentifyAsync(node, token))?.BootId ?? _bootId;
                await drivers.Power.RebootAsync(node, PowerLevel.Hard, attempt, token);
                break;
            case "WaitReboot":
                await drivers.Channel.WaitForAsync(node, early ? SystemKind.DeploymentEnvironment : SystemKind.Installed, _bootId, token);
                break;
            case "SendEnvironment":
                var request = new BroadcastRequest(((DeploymentRequest)plan.Request).Environment.Image, [new(node, attempt, "/dev/sda3", ["tar"])]);
                await foreach (var result in drivers.Broadcasters[attempt.Step.Instance].SendAsync(request, token))
                    if (result.Failure is not null) throw result.Failure;
                break;
            case "VerifySystem":
                var system = await drivers.Channel.IdentifyAsync(node, token);
                if (system?.DeployedBy != plan.Operation || system.RootDevice != "/dev/sda3" || system.BootId == _bootId)
                    throw new OperationFailedException(FaultCodes.NotDeployedSystem, "another system runs");
                break;
            default:
                if (attempt.Step.MicroStep.Value == "RebootFromDeployEnv") _bootId = (await drivers.Channel.IdentifyAsync(node, token))?.BootId;
                var ended = await drivers.Channel.RunAsync(node, new(attempt, "program", []), token);
                if (ended.ExitStatus != 0) throw new OperationFailedException(FaultCodes.Command, ended.LastLines[0]);
                break;
        }
    }

    private Task PauseAsync(AttemptId failed) => Task.Delay(RetryPause.For(failed), time, CancellationToken.None);
}
