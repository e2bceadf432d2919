using System.Text;
using Kadeploy.Miniroot.Tools;
using Kadeploy.Miniroot.Trees;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Trees;

public class CpioWriterTests
{
    [Fact]
    public void One_tree_gives_the_same_bytes_in_whatever_order_it_was_filled()
    {
        var one = new ImageTree();
        one.AddText("b/file", "text");
        one.AddLink("a", "b/file");
        var other = new ImageTree();
        other.AddLink("a", "b/file");
        other.AddText("b/file", "text");
        Assert.Equal(Bytes(one), Bytes(other));
        other.AddText("b/file", "texT");
        Assert.NotEqual(Bytes(one), Bytes(other));
    }

    [Fact]
    public void Members_are_in_order_with_owner_root_and_padded_to_four()
    {
        var tree = new ImageTree();
        tree.AddText("z", "12345");
        tree.AddText("a/b", "");
        var bytes = Bytes(tree);
        Assert.Equal(0, bytes.Length % 512);
        var members = Members(bytes).ToArray();
        Assert.Equal(["a", "a/b", "z", "TRAILER!!!"], members.Select(static member => member.Name));
        Assert.All(members, static member => Assert.Equal((0L, 0L), (member.Fields[2], member.Fields[3])));
        Assert.Equal(5, members[2].Fields[6]);
        Assert.All(members.SkipLast(1), static member => Assert.Equal(FixedTime.Seconds, member.Fields[5]));
        Assert.Equal(3, members.SkipLast(1).Select(static member => member.Fields[0]).Distinct().Count());
    }

    [Theory]
    [InlineData("cpio", "cpio", "-it --quiet")]
    [InlineData("bsdcpio", "libarchive-tools", "-it --quiet")]
    public async Task Other_programs_list_what_was_written(string program, string package, string arguments)
    {
        Scratch.Need(program, package);
        var tree = Sample();
        var listed = "";
        await Tool.RunAsync(
            program, arguments.Split(' '), input => CpioWriter.Write(tree, input), output => listed = new StreamReader(output).ReadToEnd(),
            TestContext.Current.CancellationToken);
        Assert.Equal(tree.Entries.Select(static each => each.Key), listed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Bsdcpio_unpacks_what_was_written()
    {
        Scratch.Need("bsdcpio", "libarchive-tools");
        using var scratch = new Scratch();
        var tree = Sample();
        tree.Remove("dev/console"); // which only root may make
        File.WriteAllBytes(scratch["image"], Bytes(tree));
        Directory.CreateDirectory(scratch["out"]);
        await Tool.RunAsync(
            "sh", ["-c", "cd \"$1\" && exec bsdcpio -idm --quiet < \"$2\"", "sh", scratch["out"], scratch["image"]], TestContext.Current.CancellationToken);
        Assert.Equal("text with ü", await File.ReadAllTextAsync(scratch["out/etc/näme"], TestContext.Current.CancellationToken));
        Assert.Equal("../usr/bin/true", new FileInfo(scratch["out/bin/link"]).LinkTarget);
        Assert.Equal(Permissions.Secret, File.GetUnixFileMode(scratch["out/root/secret"]));
        Assert.Equal(Permissions.Private, File.GetUnixFileMode(scratch["out/root"]));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(FixedTime.Seconds), File.GetLastWriteTimeUtc(scratch["out/root/secret"]));
    }

    private static ImageTree Sample()
    {
        var tree = new ImageTree();
        tree.AddText("etc/näme", "text with ü");
        tree.AddLink("bin/link", "../usr/bin/true");
        tree.AddFolder("root", Permissions.Private);
        tree.AddText("root/secret", "x", Permissions.Secret);
        tree.Add("dev/console", new DeviceEntry(Permissions.Secret, 5, 1));
        return tree;
    }

    private static byte[] Bytes(ImageTree tree)
    {
        using var memory = new MemoryStream();
        CpioWriter.Write(tree, memory);
        return memory.ToArray();
    }

    /// <summary>Reads members as the kernel does: thirteen fields of eight hexadecimal digits after the magic.</summary>
    private static IEnumerable<(string Name, long[] Fields)> Members(byte[] bytes)
    {
        for (var at = 0; at + 110 <= bytes.Length && bytes[at] != 0;)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(bytes, at, 6));
            var start = at + 6;
            var fields = Enumerable.Range(0, 13).Select(i => Convert.ToInt64(Encoding.ASCII.GetString(bytes, start + (i * 8), 8), 16)).ToArray();
            yield return (Encoding.UTF8.GetString(bytes, at + 110, (int)fields[11] - 1), fields);
            at = Up(Up(at + 110 + (int)fields[11]) + (int)fields[6]);
        }

        static int Up(int length) => (length + 3) / 4 * 4;
    }
}
