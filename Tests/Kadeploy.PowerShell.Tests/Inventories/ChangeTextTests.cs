using Kadeploy.PowerShell.Inventories;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Inventories;

public class ChangeTextTests
{
    [Fact]
    public void Only_what_changes_is_named() => Assert.Equal(
        "add clusters gpu, lab; add nodes lab-[1-4]; change nodes x",
        ChangeText.Of(new() { AddedClusters = ["gpu", "lab"], UnchangedClusters = ["old"], Added = NodeSet.Parse("lab-[1-4]"), Changed = NodeSet.Parse("x"), Unchanged = NodeSet.Parse("y") }));

    [Fact]
    public void Nothing_is_no_text() => Assert.Empty(ChangeText.Of(new() { Unchanged = NodeSet.Parse("y") }));

    [Fact]
    public void A_selection_means_what_it_names_and_what_its_patterns_fit()
    {
        var selection = new NodeSelection(NodeSet.Parse("lab-[1-2]"), []);
        Assert.True(selection.Means(NodeName.Parse("lab-2")));
        Assert.False(selection.Means(NodeName.Parse("lab-3")));
        Assert.Equal("lab-[1-2]", selection.ToString());
    }
}
