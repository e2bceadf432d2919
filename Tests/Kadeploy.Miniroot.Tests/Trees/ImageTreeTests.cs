using Kadeploy.Miniroot.Trees;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Trees;

public class ImageTreeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/etc/x")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    public void Only_plain_relative_paths_are_taken(string path) => Assert.Throws<ArgumentException>(() => new ImageTree().AddText(path, ""));

    [Fact]
    public void Folders_above_an_entry_are_made_and_come_first()
    {
        var tree = new ImageTree();
        tree.AddText("a/b/c", "");
        Assert.Equal(["a", "a/b", "a/b/c"], tree.Entries.Select(static each => each.Key));
    }

    [Fact]
    public void Nothing_can_be_put_below_a_link_which_the_kernel_would_not_follow_either()
    {
        var tree = new ImageTree();
        tree.AddLink("bin", "usr/bin");
        Assert.Contains("bin is no directory", Assert.Throws<ArgumentException>(() => tree.AddText("bin/sh", "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_keeps_the_mode_that_it_was_given()
    {
        var tree = new ImageTree();
        tree.AddFolder("root", Permissions.Private);
        tree.AddText("root/x", "");
        Assert.Equal(Permissions.Private, tree.Find("root")!.Mode);
    }
}
