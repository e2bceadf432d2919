using System.Collections.Immutable;
using System.Net;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.TestKit.Drivers;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

/// <summary>Runs micro-steps against recording drivers.</summary>
internal sealed class StepRun
{
    public static OperationId Operation { get; } = OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch);

    public RecordingDrivers Drivers { get; } = new();

    public DeploymentRequest Request { get; set; } = new()
    {
        Nodes = [NodeName.Parse("a-1"), NodeName.Parse("a-2")],
        User = "jane",
        AuthorizedKeys = "ssh-ed25519 AAAA jane\n",
        Environment = new()
        {
            Name = "debian13",
            User = "jane",
            FileSystem = "ext4",
            Image = new(new("file:///images/debian13.tar.zst"), ImageKind.Tar, ImageCompression.Zstd),
            Boot = new() { Kernel = "/boot/vmlinuz", Initrd = "/boot/initrd", KernelParameters = "quiet" },
        },
    };

    /// <summary>Gets or sets what was asked for in the place of <see cref="Request"/>.</summary>
    public OperationRequest? Asked { get; set; }

    /// <summary>Gets or sets where nodes are reached in the network that was asked for; null for where they are.</summary>
    public IPAddress? VlanAddress { get; set; }

    public Cluster Cluster { get; set; } = new()
    {
        Name = "a",
        KernelParameters = "console=ttyS0",
        PartitionTable = SimulationNodes.Cluster.PartitionTable,
    };

    public NodeFacts Facts { get; set; } = NodeFacts.None;

    public int InstanceAttempt { get; set; } = 1;

    public List<NodeCommand> Commands => Drivers.Channel.Commands;

    /// <summary>Gives the single command that was run, as words.</summary>
    public string Line => Assert.Single(Commands.Select(static command => string.Join(' ', command.Arguments.Prepend(command.Program))));

    public void SetEnvironment(Func<KaEnvironment, KaEnvironment> change) => Request = Request with { Environment = change(Request.Environment) };

    public StepContext Context(
        string step, string? variant = null, string node = "a-1", CustomOperation? custom = null, string instance = "SetDeploymentEnvUntrusted")
    {
        var reference = new StepReference(7, Cluster.Name, MacroStep.SetDeploymentEnv, new(instance), new(step));
        var name = NodeName.Parse(node);
        return new StepContext
        {
            Node = new() { Name = name, Cluster = Cluster.Name },
            ClusterPlan = new()
            {
                Cluster = Cluster, Nodes = [], MacroSteps = [],
                VlanAddresses = VlanAddress is null
                    ? ImmutableDictionary<NodeName, IPAddress>.Empty
                    : ImmutableDictionary<NodeName, IPAddress>.Empty.Add(name, VlanAddress),
            },
            Step = new() { Step = reference, Variant = variant, Custom = custom },
            Attempt = new(Operation, name, reference, InstanceAttempt, 1),
            Facts = Facts,
            Drivers = Drivers.ToSet(),
        }.In(Asked ?? Request);
    }

    public Task<NodeFacts?> RunAsync(
        string step, string? variant = null, CustomOperation? custom = null, string instance = "SetDeploymentEnvUntrusted")
    {
        var context = Context(step, variant, custom: custom, instance: instance);
        return Assert.IsType<INodeMicroStep>(StepCatalog.Of(context.Step).Implementation, exactMatch: false)
            .RunAsync(context, TestContext.Current.CancellationToken);
    }

    public async Task<List<SetStepResult>> RunSetAsync(string step, string? variant = null, string instance = "BroadcastEnvChain")
    {
        var contexts = Request.Nodes.Select(node => Context(step, variant, node.Value, instance: instance)).ToList();
        var results = new List<SetStepResult>();
        var implementation = Assert.IsType<ISetMicroStep>(StepCatalog.Of(contexts[0].Step).Implementation, exactMatch: false);
        await foreach (var result in implementation.RunAsync(contexts, TestContext.Current.CancellationToken)) results.Add(result);
        return results;
    }

    /// <summary>Runs a step that has to fail.</summary>
    public async Task<OperationFailedException> FailAsync(string step, string? variant = null, CustomOperation? custom = null) =>
        await Assert.ThrowsAsync<OperationFailedException>(() => RunAsync(step, variant, custom));
}
