using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>The custom operations of a cluster and of a request, at their places.</summary>
/// <param name="requested">Those of the request.</param>
/// <param name="cluster">The cluster.</param>
internal sealed class CustomOperationSet(ImmutableArray<CustomOperation> requested, Cluster cluster)
{
    /// <summary>Gives the operations at a place.</summary>
    /// <param name="instance">The implementation.</param>
    /// <param name="step">The micro-step.</param>
    /// <param name="placement">Before, after or instead of it.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The administrator's, then the user's; the user's alone when one of these says so.</returns>
    public ImmutableArray<CustomOperation> At(InstanceDefinition instance, MicroStepName step, CustomPlacement placement, Problems problems)
    {
        var users = requested.Where(IsHere).ToImmutableArray();
        var all = users.Any(static operation => operation.Override) ? users : [.. cluster.CustomOperations.Where(IsHere), .. users];
        foreach (var twice in all.GroupBy(static operation => operation.Name, StringComparer.OrdinalIgnoreCase).Where(static group => group.Count() > 1))
            problems.Add(
                $"custom operation '{Quoted.Text(twice.Key)}' is there {twice.Count()} times {Words(placement)} {step} in {instance.Name}; "
                + "give each its own name");
        return all;

        bool IsHere(CustomOperation operation) => operation.Placement == placement && operation.MicroStep == step
            && CustomOperationCheck.Targets(operation.Target).Contains(instance);
    }

    /// <summary>Names the micro-step that an operation becomes.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>For example <c>custom_pre_NAME</c>.</returns>
    public static MicroStepName StepName(CustomOperation operation) => new(operation.Placement switch
    {
        CustomPlacement.Before => $"custom_pre_{operation.Name}",
        CustomPlacement.After => $"custom_post_{operation.Name}",
        _ => $"custom_sub_{operation.Name}",
    });

    private static string Words(CustomPlacement placement) => placement switch
    {
        CustomPlacement.Before => "before",
        CustomPlacement.After => "after",
        _ => "instead of",
    };
}
