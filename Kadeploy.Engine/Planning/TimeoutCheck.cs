using System.Globalization;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks that limits can be computed and do not contradict each other.</summary>
internal static class TimeoutCheck
{
    private static readonly MicroStepName WaitForReboot = new(nameof(WaitReboot));

    /// <summary>Checks the limits of an instance.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The number of its nodes in the plan.</param>
    /// <param name="asked">The limits of reboots that the request names.</param>
    /// <param name="forced">Whether the user chose the instance with its limit for this operation.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(InstancePlan instance, Cluster cluster, int nodes, RebootLimits asked, bool forced, Problems problems)
    {
        var usable = IsUsable(instance.Timeout, instance.Name.Value, nodes, cluster, problems);
        foreach (var step in instance.MicroSteps)
        {
            if (!IsUsable(step.Timeout, step.Step.ToString(), nodes, cluster, problems) || !usable) continue;
            if (step.Step.MicroStep != WaitForReboot) continue;

            // Who gives an instance a shorter limit for one operation wants just that; two limits of one person contradict each other.
            if (forced && asked.Of(step.Variant) is null) continue;
            CheckReboot(instance, step, cluster, nodes, problems);
        }
    }

    /// <summary>Checks whether a configured instance gives one node the time that its reboot may take.</summary>
    /// <param name="choice">The instance.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <returns>What is wrong; null when nothing is, or nothing is known of the instance.</returns>
    public static string? RebootProblem(InstanceChoice choice, Cluster cluster)
    {
        if (InstanceCatalog.Find(choice.Name) is not { } instance) return null;
        var limit = (choice.Timeout ?? StepDefaults.InstanceTimeout(instance.MacroStep)).Evaluate(1);
        var own = choice.MicroSteps.FirstOrDefault(static setting => setting.Name == WaitForReboot)?.Timeout;
        return instance.MicroSteps.Where(static step => step.Name == WaitForReboot)
            .Select(step => (own ?? (WaitReboot.IsKexec(step.Variant) ? cluster.KexecTimeout : cluster.RebootTimeout)).Evaluate(1))
            .Where(reboot => reboot > limit)
            .Select(reboot => string.Create(
                CultureInfo.InvariantCulture,
                $"lets a reboot in {instance.Name} take {reboot!.Value.TotalSeconds} s, but the instance only "
                + $"{limit!.Value.TotalSeconds} s; raise the instance's timeout or lower that of the reboot"))
            .FirstOrDefault();
    }

    private static void CheckReboot(InstancePlan instance, MicroStepPlan step, Cluster cluster, int nodes, Problems problems)
    {
        for (var count = 1; count <= nodes; count++)
        {
            if (step.Timeout.Evaluate(count) is not { } stepLimit || instance.Timeout.Evaluate(count) is not { } limit || stepLimit <= limit) continue;
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"cluster {cluster.Name}: a reboot in {instance.Name} may take {stepLimit.TotalSeconds} s for n = {count}, but the instance only "
                + $"{limit.TotalSeconds} s; raise the instance's limit or lower the reboot's"));
            return;
        }
    }

    /// <summary>Evaluates a limit for each number of nodes that may occur: all of them, or those that have not ended, or those of a set.</summary>
    private static bool IsUsable(TimeoutExpression limit, string what, int nodes, Cluster cluster, Problems problems)
    {
        var last = limit.Text.Contains('n', StringComparison.Ordinal) ? nodes : 1;
        try
        {
            for (var count = 1; count <= last; count++) limit.Evaluate(count);
            return true;
        }
        catch (ArithmeticException wrong)
        {
            problems.Add($"cluster {cluster.Name}: the limit of {what} cannot be used: {wrong.Message}");
            return false;
        }
    }
}
