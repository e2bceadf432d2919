using System.Formats.Tar;
using System.Text;
using Kadeploy.Miniroot.Packages;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Packages;

public class PackageStageTests
{
    [Fact]
    public void Bin_and_lib_are_merged_into_usr_and_links_are_followed_inside()
    {
        using var scratch = new Scratch();
        var tree = new StagedTree(scratch["stage"]);
        Unpack(tree,
            File("./bin/busybox", "box"), File("./lib/x86_64-linux-gnu/libc.so.6", "c"), Link("./lib64/ld.so", "/lib/x86_64-linux-gnu/libc.so.6"),
            File("./usr/share/doc/x/copyright", "c"));
        Assert.Equal("usr/bin/busybox", tree.Resolve("/usr/bin/busybox"));
        Assert.Equal("usr/lib/x86_64-linux-gnu/libc.so.6", tree.Resolve("usr/lib64/ld.so")); // through lib, which is a link as well
        Assert.Null(tree.Resolve("usr/share/doc/x/copyright"));
        Assert.Equal(["usr/bin/busybox"], tree.FilesBelow("bin"));
    }

    [Fact]
    public void Nothing_is_written_outside_however_links_and_names_point_there()
    {
        using var scratch = new Scratch();
        var tree = new StagedTree(scratch["stage"]);
        Directory.CreateDirectory(scratch["victim"]);
        Unpack(tree,
            Link("./up", "../victim"), File("./up/one", "1"), Link("./absolute", scratch["victim"]), File("./absolute/two", "2"), File("./../victim/three", "3"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch["victim"]));
        Assert.Equal("victim/one", tree.Resolve("up/one"));
    }

    [Fact]
    public void Links_in_a_circle_lead_nowhere()
    {
        using var scratch = new Scratch();
        var tree = new StagedTree(scratch["stage"]);
        Unpack(tree, Link("./a", "b"), Link("./b", "a"));
        Assert.Null(tree.Resolve("a"));
    }

    private static GnuTarEntry File(string name, string text) =>
        new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static GnuTarEntry Link(string name, string target) => new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static void Unpack(StagedTree tree, params TarEntry[] entries)
    {
        Directory.CreateDirectory(tree.OnDisk("usr/lib"));
        Directory.CreateSymbolicLink(tree.OnDisk("lib"), "usr/lib");
        Directory.CreateSymbolicLink(tree.OnDisk("bin"), "usr/bin");
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
            foreach (var entry in entries) writer.WriteEntry(entry);
        archive.Position = 0;
        PackageStage.Unpack(archive, tree, TestContext.Current.CancellationToken);
    }
}
