using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Statistics;

/// <summary>Says which rows tell how a machine does. Looking at its console and asking whether it is on do not: they change nothing, are often repeated, and would thin out failures.</summary>
internal static class MachineRows
{
    /// <summary>Gets the only instance of operations that ask for power, as journals name it.</summary>
    public static InstanceName Question { get; } = new(nameof(PowerStatus));

    /// <summary>Says whether a filter leaves it to us which kinds of operations count.</summary>
    /// <param name="filter">The filter.</param>
    /// <returns>False when it names kinds or an operation: then all of those count.</returns>
    public static bool AreMeant(StatisticsFilter filter) => filter.Kinds.IsEmpty && filter.Operation is null;

    /// <summary>Says whether a row is one of those.</summary>
    /// <param name="entry">The row, of a node that has begun something.</param>
    /// <returns>Whether it is.</returns>
    public static bool Includes(LogEntry entry) => entry.Kind switch
    {
        OperationKind.Console => false,
        OperationKind.Power => !entry.Steps.Any(static step => step?.Instance == Question),
        _ => true,
    };
}
