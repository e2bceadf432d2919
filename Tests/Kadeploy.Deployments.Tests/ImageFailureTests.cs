using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Images that are not what their descriptions say.</summary>
public sealed class ImageFailureTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private const string NoSecondTry = "BroadcastEnv|Unicast:0:120";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_truncated_archive_fails_with_what_the_unpacker_said()
    {
        var lab = await three.GetAsync();
        var (description, _) = lab.CopyImage("truncated", static bytes => bytes[..(bytes.Length / 2)]);
        var result = await lab.DeployAsync("node-1", "-a", description, "--force-steps", NoSecondTry);
        var end = result.AssertFault("node-1", FaultCodes.Broadcast);
        Assert.Contains("'tar' could not write the image", end.Message, StringComparison.Ordinal);
        Assert.Contains("premature end", end.Evidence, StringComparison.Ordinal);
        Assert.Equal(4, result.ExitCode);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task An_image_with_another_checksum_is_refused_before_any_machine_is_touched()
    {
        var lab = await three.GetAsync();
        var (description, _) = lab.CopyImage("checksum", static bytes => bytes, new string('0', 64));
        var result = await lab.DeployAsync("node-1", "-a", description);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Lines);
        Assert.Contains("0000000000000000", result.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task An_image_that_changes_after_it_was_planned_is_not_written()
    {
        var lab = await three.GetAsync();
        var (description, image) = lab.CopyImage("changing", static bytes => bytes, "");
        using var run = lab.StartDeployment("node-1", "-a", description, "--force-steps", NoSecondTry);
        await run.UntilStartedAsync("WaitReboot", null, null, Stop);
        var content = await File.ReadAllBytesAsync(image, Stop);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(image, content, Stop);
        var result = await run.ResultAsync(Stop);
        var end = result.AssertFault("node-1", FaultCodes.ImageDigest);
        Assert.Contains("changing.tar.zst", end.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task An_image_without_its_kernel_is_told_by_name()
    {
        var lab = await three.GetAsync();
        var description = lab.Describe("no-kernel", ("kernel: /vmlinuz", "kernel: /boot/vmlinuz-9.9"));
        var result = await lab.DeployAsync("node-1", "-a", description, "--force-steps", NoSecondTry);
        var end = result.AssertFault("node-1", FaultCodes.KernelMissing);
        Assert.Contains("/boot/vmlinuz-9.9", end.Message, StringComparison.Ordinal);
    }
}
