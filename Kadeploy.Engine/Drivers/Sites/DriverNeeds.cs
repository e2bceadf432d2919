namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>What an operation needs of its drivers beyond the management controllers.</summary>
/// <param name="Channel">Commands and questions to systems on nodes.</param>
/// <param name="Boots">Nodes boot: boot files are served, and consoles are followed as evidence.</param>
/// <param name="Agents">Agents call home.</param>
internal sealed record DriverNeeds(bool Channel, bool Boots, bool Agents)
{
    /// <summary>Tells what a request needs.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The needs.</returns>
    public static DriverNeeds Of(OperationRequest request) => request switch
    {
        DeploymentRequest or RebootRequest { Into: RebootKind.DeployEnv } => new(true, true, true),
        RebootRequest => new(true, true, false),
        PowerRequest { CustomOperations.IsEmpty: false } => new(true, false, false),
        _ => new(false, false, false),
    };
}
