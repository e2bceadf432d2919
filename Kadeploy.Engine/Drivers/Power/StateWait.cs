using System.Globalization;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>Asks a controller until the machine is what it was told to be; controllers tell nobody of themselves.</summary>
internal static class StateWait
{
    /// <summary>Waits.</summary>
    /// <param name="controller">Who is asked.</param>
    /// <param name="node">The node.</param>
    /// <param name="state">On or off.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="interval">The pause between questions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state.</returns>
    /// <exception cref="OperationFailedException">The machine was not in the state in time.</exception>
    public static async Task<PowerState> UntilAsync(
        IPowerController controller, Node node, PowerState state, TimeSpan limit, TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (await controller.GetStateAsync(node, cancellationToken).ConfigureAwait(false) != state)
        {
            if (time.GetElapsedTime(start) >= limit)
            {
                var (still, told) = state == PowerState.Off ? ("on", "off") : ("off", "on");
                throw new OperationFailedException(FaultCodes.PowerTimeout, string.Create(
                    CultureInfo.InvariantCulture, $"node {node.Name}: still {still} {limit.TotalSeconds:0.#} s after it was told to go {told}"));
            }

            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
        }

        return state;
    }
}
