using System.Globalization;

namespace Kadeploy;

/// <summary>Identifies one attempt at one micro-step on one node, for ever and across restarts of the engine.</summary>
/// <remarks>Drivers hand it on where they can (to the agent on the node, to a log), so that a command that was already given is recognised.</remarks>
/// <param name="Operation">The operation.</param>
/// <param name="Node">The node.</param>
/// <param name="Step">The micro-step.</param>
/// <param name="InstanceAttempt">Which run of the instance, from 1.</param>
/// <param name="Attempt">Which attempt at the micro-step in that run, from 1.</param>
public sealed record AttemptId(OperationId Operation, NodeName Node, StepReference Step, int InstanceAttempt, int Attempt)
{
    /// <summary>Gives the identifier on one line.</summary>
    /// <returns>For example <c>D-0195…/a-1/SetDeploymentEnvUntrusted:Reboot/1.2</c>.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operation}/{Node}/{Step}/{InstanceAttempt}.{Attempt}");
}
