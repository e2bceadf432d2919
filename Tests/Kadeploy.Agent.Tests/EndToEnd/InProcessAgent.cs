extern alias agent;

using agent::Kadeploy.Agent;
using agent::Kadeploy.Agent.Commands;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>The agent's own code without a process of its own, for tests with many.</summary>
internal static class InProcessAgent
{
    public static Task RunAsync(AgentHarness harness, Node node, CancellationToken cancellationToken)
    {
        var bootId = $"boot-of-{node.Name}";
        var address = KernelCommandLine.Parse(harness.KernelArguments(node));
        var state = AgentState.Open(harness.Folder.File($"state-{node.Name}"), bootId);
        var hello = new agent::Kadeploy.Protocol.Hello { Token = address.Token, Session = state.Session, BootId = bootId, IsDeploymentEnvironment = true };
        return new EngineLink(address, hello, new CommandTable(state.CommandDirectory)).RunAsync(cancellationToken);
    }
}
