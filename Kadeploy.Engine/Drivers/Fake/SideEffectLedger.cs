using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>One thing that was done to a simulated node.</summary>
/// <param name="Node">The node.</param>
/// <param name="StepOrdinal">The <see cref="StepReference.Ordinal"/> of the micro-step.</param>
/// <param name="InstanceAttempt">Which run of the instance, from 1.</param>
/// <param name="Attempt">Which attempt at the micro-step, from 1.</param>
/// <param name="Effect">What was done: <c>profile</c>, <c>reboot</c>, <c>on</c>, <c>off</c>, <c>kexec</c>, <c>receive</c>, or the name of the
/// micro-step of which a command was run.</param>
/// <param name="Command">Tells the commands of one attempt apart.</param>
/// <value>Empty for effects that are no commands.</value>
public sealed record SideEffect(NodeName Node, int StepOrdinal, int InstanceAttempt, int Attempt, string Effect, string Command);

/// <summary>What was done to the nodes of a simulated cluster, as they remember it, independent of the engine's journal.</summary>
public static class SideEffectLedger
{
    /// <summary>Reads the file of a simulated cluster, which may be in use.</summary>
    /// <param name="path">The file that was given to <see cref="SimulatedCluster.Open"/>.</param>
    /// <returns>The side effects in the order in which they happened.</returns>
    /// <exception cref="StoreException">The file cannot be read or is no such file; the message names it.</exception>
    public static ImmutableArray<SideEffect> Read(string path)
    {
        var effects = ImmutableArray.CreateBuilder<SideEffect>();
        foreach (var entry in WorldFile.Read(path).Events)
            if (entry.IsSideEffect)
                effects.Add(new(
                    NodeName.Parse(entry.Node), entry.Attempt.Ordinal, entry.Attempt.InstanceAttempt, entry.Attempt.Attempt,
                    entry.Kind == WorldEventKind.Run ? entry.Command.Name : WorldEvent.NameOf(entry.Kind),
                    entry.Kind == WorldEventKind.Run ? entry.Command.Hash : ""));
        return effects.DrainToImmutable();
    }
}
