using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Many nodes at once.</summary>
public sealed class ScaleTests(FiftyNodes fifty) : IClassFixture<FiftyNodes>
{
    [Fact(Timeout = Limits.Namespaces)]
    public async Task Fifty_nodes_are_deployed_together()
    {
        var lab = await fifty.GetAsync();
        var result = await lab.DeployAsync("node-[1-50]");
        result.AssertOk([.. Enumerable.Range(1, 50).Select(static number => $"node-{number}")]);
        await lab.AssertRunsAsync(result, "node-1", "node-50");
    }
}
