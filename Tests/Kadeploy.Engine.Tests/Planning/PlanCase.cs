using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Planning;
using Kadeploy.TestKit.Drivers;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

/// <summary>A request, a cluster and drivers that make a valid plan; tests change one thing at a time.</summary>
internal sealed class PlanCase
{
    public RecordingDrivers Drivers { get; } = new();

    public List<Node> Nodes { get; } = [.. Enumerable.Range(1, 8).Select(i => new Node { Name = NodeName.Parse($"a-{i}"), Cluster = "a" })];

    public List<Cluster> Clusters { get; } = [new() { Name = "a", PartitionTable = SimulationNodes.Cluster.PartitionTable }];

    public SimulationOptions? Simulation { get; set; }

    public DeploymentRequest Request { get; set; } = new()
    {
        Nodes = [NodeName.Parse("a-1"), NodeName.Parse("a-2"), NodeName.Parse("a-3")],
        User = "jane",
        Environment = new()
        {
            Name = "debian13",
            User = "jane",
            FileSystem = "ext4",
            Image = new(new("file:///images/debian13.tar.zst"), ImageKind.Tar, ImageCompression.Zstd),
            Boot = new() { Kernel = "/boot/vmlinuz", Initrd = "/boot/initrd" },
        },
    };

    public Cluster Cluster
    {
        get => Clusters[0];
        set => Clusters[0] = value;
    }

    public KaEnvironment Environment
    {
        get => Request.Environment;
        set => Request = Request with { Environment = value };
    }

    public string Force
    {
        set => Request = Request with { ForceSteps = value };
    }

    /// <summary>Gives the case in which as little as possible is left out.</summary>
    public static PlanCase Full()
    {
        var all = new PlanCase();
        all.Request = all.Request with { AuthorizedKeys = "ssh-ed25519 AAAA jane", Vlan = "lab-7", ReformatTemporary = "ext2" };
        all.Environment = all.Environment with { Postinstalls = [new(new("https://host/post.tgz"), ImageCompression.Gzip, "go")] };
        all.Cluster = all.Cluster with
        {
            AdminPreinstalls = [new(new("file:///srv/pre.tgz"), ImageCompression.Gzip, "go")],
            AdminPostinstalls = [new(new("file:///srv/post.tgz"), ImageCompression.Gzip, "go")],
        };
        return all;
    }

    public OperationPlan Plan()
    {
        var plan = Planner.Plan(
            Request, Nodes, Clusters, Drivers.ToSet(), OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch,
            Simulation);
        Assert.NotEmpty(plan.Clusters);
        return plan;
    }

    public ImmutableArray<string> Problems() => Assert.Throws<ConfigurationException>(Plan).Problems;

    public InstancePlan Instance(MacroStep macroStep, int index = 0) => Plan().Clusters[0].MacroSteps[(int)macroStep].Instances[index];

    /// <summary>Gives the micro-steps of a macro-step's first instance.</summary>
    public string[] Steps(MacroStep macroStep) => [.. Instance(macroStep).MicroSteps.Select(step => step.Step.MicroStep.Value)];
}
