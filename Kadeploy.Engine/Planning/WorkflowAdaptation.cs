using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>An implementation that was chosen, and by whom.</summary>
/// <param name="Choice">The choice.</param>
/// <param name="Forced">Whether this operation's user chose it.</param>
internal sealed record ChosenInstance(InstanceChoice Choice, bool Forced);

/// <summary>Chooses the implementations of a macro-step: the user's, else the cluster's, changed where the environment needs others.</summary>
internal static class WorkflowAdaptation
{
    private static readonly InstanceName CustomPreInstall = new("SetDeploymentEnvUntrustedCustomPreInstall");
    private static readonly TimeoutExpression RoomAfterReboot = TimeoutExpression.Seconds(200);

    /// <summary>Chooses.</summary>
    /// <param name="macroStep">The macro-step.</param>
    /// <param name="request">The request.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="forced">What <see cref="DeploymentRequest.ForceSteps"/> says.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The implementations, in the order in which they are tried.</returns>
    public static ImmutableArray<ChosenInstance> Choose(
        MacroStep macroStep, DeploymentRequest request, Cluster cluster, ImmutableArray<MacroStepChoice> forced, Problems problems)
    {
        var user = forced.FirstOrDefault(choice => choice.MacroStep == macroStep);
        var choice = user ?? Configured(macroStep, cluster, problems);
        if (choice is null) return [];
        if (choice.Instances.IsDefaultOrEmpty)
        {
            problems.Add($"cluster {cluster.Name}: {macroStep} has no instance; it needs at least one");
            return [];
        }

        if (macroStep == MacroStep.SetDeploymentEnv && request.Environment.Preinstall is not null)
            return [new(Renamed(choice.Instances[0], CustomPreInstall), user is not null)];
        return [.. choice.Instances.Select(instance => new ChosenInstance(Adapt(instance, request, cluster), user is not null))];
    }

    private static MacroStepChoice? Configured(MacroStep macroStep, Cluster cluster, Problems problems)
    {
        var choices = cluster.Workflow.Where(choice => choice.MacroStep == macroStep).ToList();
        if (choices.Count > 1)
            problems.Add($"cluster {cluster.Name}: {macroStep} is configured {choices.Count} times; list all its instances in one place");
        if (choices.Count > 0) return choices[0];

        // Workflows that come from Kadeploy 3 have no such macro-step: they get the usual proof.
        if (macroStep == MacroStep.Verify) return StepDefaults.Workflow.First(static choice => choice.MacroStep == MacroStep.Verify);
        problems.Add($"cluster {cluster.Name}: {macroStep} is not configured");
        return null;
    }

    private static InstanceChoice Adapt(InstanceChoice instance, DeploymentRequest request, Cluster cluster)
    {
        if (instance.Name == new InstanceName("BootNewEnvKexec") && !CanKexec(request, cluster))
            return ThroughFirmware(instance, new("BootNewEnvClassical"), request, cluster);
        if (instance.Name == new InstanceName("SetDeploymentEnvKexec") && request.DisableKexec)
            return ThroughFirmware(instance, new("SetDeploymentEnvUntrusted"), request, cluster);
        return instance;
    }

    private static bool CanKexec(DeploymentRequest request, Cluster cluster) =>
        !request.DisableKexec && request.Environment.OperatingSystem == OperatingSystemKind.Linux
        && request.Environment.Boot.Kernel is not null && BypassCase.Supports(request, cluster);

    private static InstanceChoice ThroughFirmware(InstanceChoice instance, InstanceName name, DeploymentRequest request, Cluster cluster)
    {
        var reboot = request.RebootTimeout ?? cluster.RebootTimeout;
        return Renamed(instance, name) with
        {
            Retries = 0,

            // An expression that is too long to be added to is so odd that the default is the better limit.
            Timeout = reboot.Equals(TimeoutExpression.None) ? TimeoutExpression.None
                : TimeoutExpression.TryParse($"({reboot}) + {RoomAfterReboot}", out var sum, out _) ? sum : null,
        };
    }

    /// <summary>Puts another implementation in the place of the chosen one, with the settings of those micro-steps that both have.</summary>
    private static InstanceChoice Renamed(InstanceChoice instance, InstanceName name)
    {
        var known = InstanceCatalog.Find(name)!.MicroSteps;
        return instance with
        {
            Name = name,
            MicroSteps = [.. instance.MicroSteps.Where(step => known.Any(microStep => microStep.Name == step.Name))],
        };
    }
}
