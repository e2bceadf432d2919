namespace Kadeploy.Cli.Output;

/// <summary>Writes plans for people.</summary>
internal static class PlanText
{
    /// <summary>Writes a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="writer">Where to.</param>
    public static void Write(OperationPlan plan, TextWriter writer)
    {
        foreach (var cluster in plan.Clusters)
        {
            writer.WriteLine($"{cluster.Cluster.Name}: {Wording.Nodes(cluster.Nodes.Length)}, {NodeNames.Fold(cluster.Nodes.Select(static node => node.Name))}");
            foreach (var (macroStep, instance) in cluster.MacroSteps.SelectMany(static macroStep => macroStep.Instances.Select(instance => (macroStep, instance))))
            {
                var otherwise = instance == macroStep.Instances[0] ? "" : "if that fails: ";
                writer.WriteLine($"  {otherwise}{instance.Name}{Settings(instance.Retries, instance.Timeout)}");
                foreach (var step in instance.MicroSteps)
                    writer.WriteLine($"    {step.Step.MicroStep}{(step.Variant is null ? "" : $" {step.Variant}")}{Settings(step.Retries, step.Timeout)}{(step.Breakpoint ? ", nodes stop here" : "")}");
                foreach (var bypassed in instance.Bypassed) writer.WriteLine($"    without {bypassed.MicroStep}: {bypassed.Reason}");
            }
        }
    }

    private static string Settings(int retries, TimeoutExpression timeout) =>
        (timeout.Text == "0" ? "" : $", at most {timeout.Text} s") + (retries == 0 ? "" : retries == 1 ? ", tried once more" : $", tried {retries} times more");
}
