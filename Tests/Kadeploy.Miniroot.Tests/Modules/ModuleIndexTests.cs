using Kadeploy.Miniroot.Modules;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Modules;

public class ModuleIndexTests
{
    private static readonly ModuleIndex Index = new(
        ["kernel/net/virtio_net.ko: kernel/net/failover.ko kernel/virtio/virtio.ko", "kernel/net/failover.ko:", "kernel/virtio/virtio.ko:",
            "kernel/fs/btrfs.ko.xz: kernel/lib/xor.ko.xz", "kernel/lib/xor.ko.xz:", "kernel/crypto/crc32c-intel.ko:", "kernel/crypto/circle.ko:"],
        ["kernel/fs/ext4.ko"],
        ["# a comment", "alias crc32c crc32c_intel", "alias pci:v00001AF4d*sv*sd*bc*sc*i* virtio_net"],
        ["softdep btrfs pre: crc32c absent post: circle", "softdep circle pre: btrfs"]);

    [Fact]
    public void A_module_comes_with_what_it_needs() => Assert.Equal(
        ["kernel/net/failover.ko", "kernel/net/virtio_net.ko", "kernel/virtio/virtio.ko"], Closure(["virtio-net"], []));

    [Fact]
    public void What_a_module_likes_to_have_is_found_by_its_alias_and_missed_in_silence() => Assert.Equal(
        ["kernel/crypto/circle.ko", "kernel/crypto/crc32c-intel.ko", "kernel/fs/btrfs.ko.xz", "kernel/lib/xor.ko.xz"], Closure(["btrfs"], []));

    [Fact]
    public void Names_that_are_neither_modules_nor_built_in_are_reported() => Assert.Empty(Closure(["ext4", "nonesuch"], ["nonesuch"]));

    [Fact]
    public void What_is_needed_is_loaded_first() => Assert.Equal(
        ["kernel/virtio/virtio.ko", "kernel/net/failover.ko", "kernel/net/virtio_net.ko"], Index.LoadOrder("virtio_net"));

    private static IReadOnlyCollection<string> Closure(string[] modules, string[] unknown)
    {
        var missed = new List<string>();
        var found = Index.Closure(modules, missed);
        Assert.Equal(unknown, missed);
        return found;
    }
}
