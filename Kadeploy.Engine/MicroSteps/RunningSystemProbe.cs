namespace Kadeploy.Engine.MicroSteps;

/// <summary>Asks what runs on a node just before it is rebooted.</summary>
internal static class RunningSystemProbe
{
    /// <summary>Finds the boot identifier by which the system that goes down is told from the one that comes up.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The identifier as a fact, or null when nothing answers.</returns>
    public static async Task<NodeFacts?> IdentifyAsync(StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            var system = await context.Drivers.Channel.IdentifyAsync(context.Node, cancellationToken).ConfigureAwait(false);
            return system is null ? null : new() { BootId = system.BootId };
        }
        catch (KadeployException)
        {
            // A node that does not answer is no reason not to reboot it: it is often the reason why.
            return null;
        }
    }
}
