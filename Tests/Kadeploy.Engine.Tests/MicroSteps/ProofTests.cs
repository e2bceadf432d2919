using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class ProofTests
{
    private static readonly OperationId Other = OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch.AddDays(1));

    private readonly StepRun _run = new() { Facts = new() { BootId = "boot-old" } };

    private RunningSystem Deployed { get; } = new(SystemKind.Installed, "boot-new") { DeployedBy = StepRun.Operation, RootDevice = "/dev/sda3" };

    [Fact]
    public async Task The_deployed_system_is_recognised()
    {
        _run.Drivers.Channel.Running = Deployed;
        await _run.RunAsync("VerifySystem");
        _run.Drivers.Channel.Running = Deployed with { RootDevice = null };
        await _run.RunAsync("VerifySystem");
    }

    [Fact]
    public async Task Everything_else_is_refused_with_the_reason()
    {
        (RunningSystem Running, string Reason)[] cases =
        [
            (Deployed with { Kind = SystemKind.DeploymentEnvironment }, "deployment environment"),
            (Deployed with { BootId = "boot-old" }, "never went down"),
            (Deployed with { DeployedBy = null }, "no marker"),
            (Deployed with { DeployedBy = Other }, Other.Value),
            (Deployed with { RootDevice = "/dev/sda2" }, "has its root on /dev/sda2; /dev/sda3 was written"),
            (Deployed with { FileSystemId = "other" }, "on the file system other on /dev/sda3; deployed-fs was deployed"),
        ];
        _run.Facts = _run.Facts with { FileSystemId = "deployed-fs" };
        foreach (var (running, reason) in cases)
        {
            _run.Drivers.Channel.Running = running;
            var failure = await _run.FailAsync("VerifySystem");
            Assert.Equal(FaultCodes.NotDeployedSystem, failure.Code);
            Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
            Assert.StartsWith("node a-1:", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_system_that_is_silent_for_a_moment_is_waited_for()
    {
        _run.Drivers.Channel.Running = null;
        await _run.FailAsync("VerifySystem"); // what came in the end carries no marker
        Assert.Equal([(SystemKind.Installed, "boot-old")], _run.Drivers.Channel.Waits);
    }

    [Fact]
    public async Task A_disk_may_have_another_name_when_the_file_system_is_the_one_that_was_deployed()
    {
        _run.Facts = _run.Facts with { FileSystemId = "ABCD-1" };
        _run.Drivers.Channel.Running = Deployed with { RootDevice = "/dev/sdb3", FileSystemId = "abcd-1" };
        await _run.RunAsync("VerifySystem");
    }

    [Fact]
    public async Task A_file_system_that_cannot_be_mounted_carries_no_marker()
    {
        _run.SetEnvironment(environment => environment with { FileSystem = "ufs" });
        _run.Drivers.Channel.Running = Deployed with { DeployedBy = null };
        await _run.RunAsync("VerifySystem");
    }

    [Fact]
    public async Task A_whole_disk_may_have_its_root_on_any_of_its_partitions()
    {
        _run.Request = _run.Request with { BlockDevice = "/dev/sda" };
        _run.Drivers.Channel.Running = Deployed with { RootDevice = "/dev/sda2" };
        await _run.RunAsync("VerifySystem");
        _run.Drivers.Channel.Running = Deployed with { RootDevice = "/dev/dm-0" }; // LVM, which the image brought
        await _run.RunAsync("VerifySystem");
        foreach (var other in new[] { "/dev/sdb2", "/dev/sdaa2", "/dev/nvme0n1p2" })
        {
            _run.Drivers.Channel.Running = Deployed with { RootDevice = other };
            await _run.FailAsync("VerifySystem");
        }

        _run.Request = _run.Request with { BlockDevice = "/dev/nvme0n1" };
        _run.Drivers.Channel.Running = Deployed with { RootDevice = "/dev/nvme0n1p2" };
        await _run.RunAsync("VerifySystem");
        _run.Drivers.Channel.Running = Deployed with { RootDevice = "/dev/nvme0n12p2" };
        await _run.FailAsync("VerifySystem");
    }

    [Fact]
    public async Task The_production_environment_has_to_run_from_its_own_partition()
    {
        _run.Drivers.Channel.Running = new(SystemKind.Installed, "b") { RootDevice = "/dev/sda2" };
        await _run.RunAsync("CheckNodes", "ProdEnvBooted");
        foreach (var wrong in new[]
        {
            null, new RunningSystem(SystemKind.Installed, "b") { RootDevice = "/dev/sda3" },
            new RunningSystem(SystemKind.DeploymentEnvironment, "b") { RootDevice = "/dev/sda2" },
        })
        {
            _run.Drivers.Channel.Running = wrong;
            Assert.Equal(FaultCodes.WrongSystem, (await _run.FailAsync("CheckNodes", "ProdEnvBooted")).Code);
        }
    }
}
