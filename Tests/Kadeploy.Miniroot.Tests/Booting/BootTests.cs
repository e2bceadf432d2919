using System.Diagnostics;
using Kadeploy.Miniroot.Overlays;
using Kadeploy.Miniroot.Tests.Building;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Booting;

/// <summary>Boots what was built on an emulated machine whose network ends in the emulator.</summary>
public class BootTests(RealBuild real)
{
    // The machine switches itself off when it has said what it found, so that nothing is left even when the test is killed.
    private const string Agent = """
        #!/bin/sh
        echo "agent: started as $(id -un) on kernel $(uname -r)"
        for try in 1 2 3 4 5 6 7 8 9 10; do
            banner=$(nc 127.0.0.1 22 </dev/null 2>/dev/null | head -c 16)
            [ -n "$banner" ] && break
            sleep 1
        done
        echo "agent: ssh says $banner"
        echo "agent: keys are $(stat -c %a:%u /root/.ssh/authorized_keys) below $(stat -c %a /root)"
        poweroff -f

        """;

    [Fact]
    public async Task The_environment_boots_gets_an_address_and_starts_what_the_overlay_brought()
    {
        Scratch.Need("qemu-system-x86_64", "qemu-system-x86");
        Scratch.Need("timeout", "coreutils");
        var plain = await real.ImagesAsync();
        using var scratch = new Scratch();
        OverlayImage.WriteFile(
            [OverlayImage.Agent(scratch.Write("agent", Agent.ReplaceLineEndings("\n"))), OverlayImage.AuthorizedKeys(scratch.Write("keys", "ssh-ed25519 AAAA test\n"))],
            scratch["overlay"]);
        await using (var joined = File.Create(scratch["initrd"]))
            foreach (var part in new[] { plain.Initrd, scratch["overlay"] })
                await joined.WriteAsync(await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var console = await RunAsync(plain.Kernel, scratch["initrd"]);
        Assert.Matches(@"miniroot: ready after [\d.]+ s, interface eth0, address 10\.0\.2\.15", console);
        Assert.Contains($"agent: started as root on kernel {plain.KernelVersion}", console, StringComparison.Ordinal);
        Assert.Contains("agent: ssh says SSH-2.0-dropbear", console, StringComparison.Ordinal);
        Assert.Contains("agent: keys are 600:0 below 700", console, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string kernel, string initrd)
    {
        string[] machine =
        [
            "300", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64", "-m", "256", "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
            "-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net,romfile=", "-device", "virtio-rng-pci",
            "-kernel", kernel, "-initrd", initrd, "-append", "console=ttyS0 mitigations=off panic=-1",
        ];
        using var qemu = Process.Start(new ProcessStartInfo("timeout", machine)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        await using var ended = TestContext.Current.CancellationToken.Register(() => qemu.Kill(entireProcessTree: true));
        var errors = qemu.StandardError.ReadToEndAsync(CancellationToken.None);
        var console = await qemu.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await qemu.WaitForExitAsync(CancellationToken.None);
        Assert.True(qemu.ExitCode == 0, $"the machine ended with {qemu.ExitCode}: {await errors}{console[Math.Max(0, console.Length - 2000)..]}");
        return console;
    }
}
