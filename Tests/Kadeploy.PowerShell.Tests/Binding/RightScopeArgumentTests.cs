using Kadeploy.PowerShell.Binding;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Binding;

public class RightScopeArgumentTests
{
    [Theory]
    [InlineData("lab-[1-2]", "lab-1,lab-2")]
    [InlineData("cluster:lab, lab-1", "cluster:lab,lab-1")]
    [InlineData("lab-1,*", "*")]
    public void Text_is_a_list(string text, string scopes) => Assert.Equal(scopes, Words(Read(text)));

    [Fact]
    public void A_range_that_was_parted_at_its_comma_reads_as_it_was_written() => Assert.Equal("lab-1,lab-4", Words(Read(new object[] { "lab-[1", "4]" })));

    [Fact]
    public void Objects_say_where_they_are()
    {
        var node = new InventoryNode(new() { Name = NodeName.Parse("lab-7"), Cluster = "lab" }, InventoryNode.StoreOrigin, NodeActivity.None);
        var right = new Right { Principal = Principal.Parse("ada"), Scope = RightScope.OfCluster("gpu") };
        Assert.Equal("cluster:gpu,cluster:lab,lab-7", Words(Read(new object[] { right, new InventoryCluster("lab", "store", [], ""), node, "lab-7" })));
        Assert.Equal("*", Words(Read(RightScope.All)));
    }

    [Fact]
    public void What_names_nothing_is_refused()
    {
        Assert.Throws<FormatException>(() => Read(""));
        Assert.Throws<FormatException>(() => Read(42));
        Assert.Throws<FormatException>(() => Read("cluster:"));
    }

    private static RightScope[] Read(object value) => RightScopeArgument.Read(value, static (_, _) => null);

    private static string Words(RightScope[] scopes) => string.Join(',', scopes.Select(static scope => scope.Value).Order(StringComparer.Ordinal));
}
