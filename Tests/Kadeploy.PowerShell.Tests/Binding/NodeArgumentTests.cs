using Kadeploy.PowerShell.Binding;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Binding;

public class NodeArgumentTests
{
    public static TheoryData<object, string> Readable => new()
    {
        { "lab-1", "lab-1" },
        { "LAB-[1-3],x", "lab-[1-3],x" },
        { "lab-[1-2] lab-9", "lab-[1-2,9]" },
        { new object[] { "lab-[1-2", "4]" }, "lab-[1-2,4]" },
        { new object[] { "a-1", NodeName.Parse("a-2"), new Node { Name = NodeName.Parse("a-3"), Cluster = "a" } }, "a-[1-3]" },
        { NodeSet.Parse("a-[1-9]"), "a-[1-9]" },
        { new List<object> { "a-1", new object[] { "a-2" } }, "a-[1-2]" },
        { new Dictionary<string, object?> { ["Name"] = "from-name" }, "from-name" },
        { new Dictionary<string, object?> { ["HostName"] = "h", ["DNSHostName"] = "h.example" }, "h.example" },
        { new Dictionary<string, object?> { ["Name"] = "", ["VMName"] = "v" }, "v" },
        { new Dictionary<string, object?> { ["Node"] = NodeSet.Parse("s-[1-2]") }, "s-[1-2]" },
        { new Dictionary<string, object?> { ["ComputerName"] = new object[] { "c1", "c2" } }, "c[1-2]" },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public void Whatever_names_nodes_is_read(object value, string folded) => Assert.Equal(folded, Read(value).Fold());

    [Fact]
    public void A_result_names_its_node()
    {
        var plan = SamplePlans.Small(2);
        var end = SampleEvents.NodeFinished(plan, plan.Clusters[0].Nodes[1].Name);
        var operation = new Operation { Id = plan.Operation, Kind = plan.Kind, User = "ada", Nodes = 2, State = OperationState.Finished, PlannedAt = plan.PlannedAt };
        Assert.Equal("node-2", Read(NodeResult.Of(operation, end, plan.PlannedAt)).Fold());
    }

    [Theory]
    [InlineData("bad name!")]
    [InlineData("lab-[1-")]
    public void What_is_no_name_is_refused_with_the_text(string text) => Assert.Contains(text.Split(' ')[0], Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_object_without_a_name_is_refused_with_the_properties_that_were_looked_for()
    {
        var refused = Assert.Throws<FormatException>(() => Read(new Dictionary<string, object?> { ["Colour"] = "red" }));
        Assert.All(NodeArgument.Properties, property => Assert.Contains(property, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_refused() => Assert.Throws<FormatException>(() => Read(null));

    private static NodeSet Read(object? value) => NodeArgument.Read(value, static (each, name) => (each as Dictionary<string, object?>)?.GetValueOrDefault(name));
}
