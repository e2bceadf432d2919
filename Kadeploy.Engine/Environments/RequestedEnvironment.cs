namespace Kadeploy.Engine.Environments;

/// <summary>Knows which environment an operation puts on nodes or boots there.</summary>
internal static class RequestedEnvironment
{
    /// <summary>Gives the environment of a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>What is installed, or what is booted from a disk; null when it is about no environment.</returns>
    public static KaEnvironment? Of(OperationRequest request) => request switch
    {
        DeploymentRequest deployment => deployment.Environment,
        RebootRequest reboot => reboot.Environment,
        _ => null,
    };
}
