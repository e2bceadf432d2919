using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Fake;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

/// <summary>Plans made by hand: the default workflow as the simulated machines get to see it.</summary>
internal static class SamplePlan
{
    public static readonly OperationId Operation = OperationId.Parse("D-01930000-0000-7000-8000-000000000001");

    private static readonly ImmutableArray<ThrottledResource> Boots = [ThrottledResource.BootsInFlight];

    public static OperationPlan Default(int nodes, SimulationOptions? options = null) => Of(
        SimulationNodes.Create(nodes), options,
        Macro(
            MacroStep.SetDeploymentEnv,
            Instance(
                "SetDeploymentEnvUntrusted", 1, 900, Step("SwitchPxe"),
                Step("Reboot", 60, StepDefaults.PowerRetries) with
                {
                    Resources = [ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls],
                },
                Step("WaitReboot", 400) with { Resources = Boots }, Step("CreatePartitionTable"), Step("FormatDeployPart"),
                Step("MountDeployPart"), Step("FormatSwapPart"))),
        Macro(
            MacroStep.BroadcastEnv,
            Instance(
                "BroadcastEnvChain", 1, 7200,
                Step("SendEnvironment", 3600) with { Scope = StepScope.Set, Resources = [ThrottledResource.Broadcasts] },
                Step("CheckKernelFiles"), Step("InstallBootloader"), Step("Sync"))),
        Macro(
            MacroStep.BootNewEnv,
            Instance(
                "BootNewEnvClassical", 0, 600, Step("SwitchPxe"), Step("UmountDeployPart"), Step("RebootFromDeployEnv") with { Resources = Boots },
                Step("WaitReboot", 400) with { Resources = Boots }),
            Instance(
                "BootNewEnvHardReboot", 1, 600, Step("SwitchPxe"),
                Step("Reboot", 60, StepDefaults.PowerRetries) with
                {
                    Resources = [ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls],
                },
                Step("WaitReboot", 400) with { Resources = Boots })),
        Macro(MacroStep.Verify, Instance("VerifyStandard", 0, 120, Step("VerifySystem"))));

    /// <summary>Numbers the steps and gives them their names.</summary>
    public static OperationPlan Of(ImmutableArray<Node> nodes, SimulationOptions? options, params MacroStepPlan[] macroSteps)
    {
        var ordinal = 0;
        return new()
        {
            Operation = Operation,
            Kind = OperationKind.Deployment,
            User = "tester",
            PlannedAt = DateTimeOffset.UnixEpoch,
            Request = new DeploymentRequest { Nodes = [.. nodes.Select(static node => node.Name)], Environment = SimulationNodes.Environment, User = "tester" },
            Simulation = options ?? new(),
            Clusters =
            [
                new()
                {
                    Cluster = SimulationNodes.Cluster,
                    Nodes = nodes,
                    MacroSteps =
                    [
                        .. macroSteps.Select(macro => macro with
                        {
                            Instances =
                            [
                                .. macro.Instances.Select(instance => instance with
                                {
                                    MicroSteps =
                                    [
                                        .. instance.MicroSteps.Select(step => step with
                                        {
                                            Step = new(ordinal++, "sim", macro.MacroStep, instance.Name, step.Step.MicroStep),
                                        }),
                                    ],
                                }),
                            ],
                        }),
                    ],
                },
            ],
        };
    }

    public static MacroStepPlan Macro(MacroStep macroStep, params InstancePlan[] instances) => new(macroStep, [.. instances]);

    public static InstancePlan Instance(string name, int retries, int timeout, params MicroStepPlan[] steps) => new()
    {
        Name = new(name), Retries = retries, Timeout = TimeoutExpression.Seconds(timeout), MicroSteps = [.. steps],
    };

    public static MicroStepPlan Step(string name, int timeout = 120, int retries = 0) => new()
    {
        Step = new(0, "", default, default, new(name)), Timeout = TimeoutExpression.Seconds(timeout), Retries = retries,
    };

    public static AttemptId Attempt(
        this OperationPlan plan, string node, MacroStep macroStep, string microStep, int instanceAttempt = 1, int attempt = 1, int instance = 0) => new(
        plan.Operation, NodeName.Parse(node),
        plan.Clusters[0].MacroSteps.Single(macro => macro.MacroStep == macroStep).Instances[instance].MicroSteps
            .Single(step => step.Step.MicroStep == new MicroStepName(microStep)).Step,
        instanceAttempt, attempt);
}
