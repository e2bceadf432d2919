using System.Globalization;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks that limits can be computed and do not contradict each other.</summary>
internal static class TimeoutCheck
{
    /// <summary>Checks the limits of an instance.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The number of its nodes in the plan.</param>
    /// <param name="request">The request.</param>
    /// <param name="forced">Whether the user chose the instance with its limit for this operation.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(InstancePlan instance, Cluster cluster, int nodes, DeploymentRequest request, bool forced, Problems problems)
    {
        foreach (var count in new[] { 1, nodes }.Distinct())
        {
            var limit = Evaluate(instance.Timeout, instance.Name.Value, count, cluster, problems);
            foreach (var step in instance.MicroSteps)
            {
                var stepLimit = Evaluate(step.Timeout, step.Step.ToString(), count, cluster, problems);
                if (step.Step.MicroStep != new MicroStepName(nameof(WaitReboot)) || stepLimit is null || limit is null || stepLimit <= limit) continue;

                // Who gives an instance a shorter limit for one operation wants just that; two limits of one person contradict each other.
                var asked = WaitReboot.IsKexec(step.Variant) ? request.KexecTimeout : request.RebootTimeout;
                if (forced && asked is null) continue;
                problems.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"cluster {cluster.Name}: a reboot in {instance.Name} may take {stepLimit.Value.TotalSeconds} s for n = {count}, but the instance only "
                    + $"{limit.Value.TotalSeconds} s; raise the instance's limit or lower the reboot's"));
            }
        }
    }

    private static TimeSpan? Evaluate(TimeoutExpression expression, string what, int nodes, Cluster cluster, Problems problems)
    {
        try
        {
            return expression.Evaluate(nodes);
        }
        catch (ArithmeticException wrong)
        {
            problems.Add($"cluster {cluster.Name}: the limit of {what} cannot be used: {wrong.Message}");
            return null;
        }
    }
}
