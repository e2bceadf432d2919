using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks that there is a driver for everything in a plan.</summary>
internal static class DriverCheck
{
    /// <summary>Checks a cluster's part of a plan.</summary>
    /// <param name="plan">The part.</param>
    /// <param name="drivers">The drivers.</param>
    /// <param name="problems">Receives what is wrong, once for each instance and driver.</param>
    public static void Check(ClusterPlan plan, DriverSet drivers, Problems problems)
    {
        foreach (var instance in plan.MacroSteps.SelectMany(static macroStep => macroStep.Instances))
        {
            foreach (var step in instance.MicroSteps)
            {
                if (step.Scope == StepScope.Barrier) continue;
                var missing = Missing(StepCatalog.Of(step).Need, step, drivers);
                if (missing.Length > 0) problems.Add($"{instance.Name} cannot be used: {missing}");
            }
        }
    }

    private static string Missing(StepNeed need, MicroStepPlan step, DriverSet drivers) => need switch
    {
        StepNeed.Nothing => "",
        StepNeed.Channel => drivers.Channel.Missing,
        StepNeed.NetBoot => drivers.NetBoot.Missing,
        StepNeed.Vlan => drivers.Vlan.Missing,
        StepNeed.Power => MissingPower(step, drivers.Power.Capabilities),
        StepNeed.Console => drivers.Lines?.Missing ?? "no console is configured",
        StepNeed.Broadcaster => drivers.Broadcasters.TryGetValue(step.Step.Instance, out var broadcaster)
            ? broadcaster.Missing
            : $"no broadcaster serves it; there is one for {Names(drivers.Broadcasters.Keys)}",
        _ => throw new ArgumentOutOfRangeException(nameof(need), need, "no such need"),
    };

    private static string MissingPower(MicroStepPlan step, PowerCapabilities capabilities)
    {
        if (step.Step.MicroStep == new MicroStepName(nameof(PowerStatus)))
            return capabilities.TellsState ? "" : Told("the state of nodes cannot be asked for; power.commands has no command 'status'");
        if (step.Step.MicroStep == new MicroStepName(nameof(Power)))
        {
            var isOn = step.Variant == Power.On;
            return (isOn ? capabilities.OnLevels : capabilities.OffLevels).IsDefaultOrEmpty ? Told($"not all nodes can be switched {(isOn ? "on" : "off")}; power.commands has no command '{(isOn ? "on" : "off")}' for them") : "";
        }

        if (capabilities.Levels.IsDefaultOrEmpty) return Told("nodes cannot be rebooted from outside");
        if (!Enum.TryParse<PowerLevel>(step.Variant, out var level) || capabilities.Levels.Max() >= level) return "";
        return level == PowerLevel.Hard
            ? "it resets nodes, and the management controllers can only ask the system to reboot"
            : "it cuts the power of nodes, and the management controllers cannot";

        string Told(string otherwise) =>
            capabilities.Missing.Length > 0 && capabilities is { OnLevels.IsDefaultOrEmpty: true, OffLevels.IsDefaultOrEmpty: true } ? capabilities.Missing : otherwise;
    }

    private static string Names(IEnumerable<InstanceName> names)
    {
        var all = string.Join(", ", names.Select(static name => name.Value).Order(StringComparer.Ordinal));
        return all.Length > 0 ? all : "none";
    }
}
