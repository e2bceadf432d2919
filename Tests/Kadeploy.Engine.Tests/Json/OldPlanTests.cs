using System.Text.Json;
using Kadeploy.Engine.Json;
using Xunit;

namespace Kadeploy.Engine.Tests.Json;

/// <summary>Plans that earlier versions have stored.</summary>
public class OldPlanTests
{
    [Fact]
    public void A_plan_of_the_time_when_there_were_only_deployments_is_read_as_one()
    {
        using var stored = typeof(OldPlanTests).Assembly.GetManifestResourceStream("plan-of-first-schema.json")!;
        using var document = JsonDocument.Parse(stored);
        Assert.False(document.RootElement.GetProperty("request").TryGetProperty("kind", out _));

        var plan = document.Deserialize(StoreJson.Default.OperationPlan)!;
        var request = Assert.IsType<DeploymentRequest>(plan.Request);
        Assert.Equal((OperationKind.Deployment, "ada", "simulated"), (plan.Kind, request.User, request.Environment.Name));
        Assert.Equal("sim-1", Assert.Single(request.Nodes).Value);
        Assert.True(plan.HoldsNodes);
        Assert.Equal(
            [MacroStep.SetDeploymentEnv, MacroStep.BroadcastEnv, MacroStep.BootNewEnv, MacroStep.Verify],
            plan.Clusters.Single().MacroSteps.Select(macroStep => macroStep.MacroStep));
    }

    [Fact]
    public void A_request_of_a_kind_that_nobody_knows_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{\"kind\":\"dance\",\"nodes\":[]}", StoreJson.Default.OperationRequest));
}
