namespace Kadeploy.Lab;

/// <summary>How much slower a lab is than the machines that timeouts are made for.</summary>
internal static class TimeoutScale
{
    // An emulated boot takes about ten seconds of a whole core; one by hardware virtualization about as long as on a machine.
    private const double Emulated = 2;

    /// <summary>Gives the factor.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <param name="accelerator">What runs their processors.</param>
    /// <param name="nodes">How many there are.</param>
    /// <param name="cores">How many cores they share.</param>
    /// <returns>At least 1; it grows with the nodes that share a core. Fifty namespace nodes count as one machine.</returns>
    public static double Factor(NodeKind kind, Accelerator accelerator, int nodes, int cores)
    {
        var machines = kind == NodeKind.Namespace ? nodes / 50.0 : nodes;
        var crowding = Math.Max(1, machines / Math.Max(1, cores));
        return Math.Round(crowding * (kind == NodeKind.Vm && accelerator != Accelerator.Kvm ? Emulated : 1), 2);
    }
}
