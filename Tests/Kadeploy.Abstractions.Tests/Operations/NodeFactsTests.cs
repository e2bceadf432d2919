using Xunit;

namespace Kadeploy.Tests.Operations;

public class NodeFactsTests
{
    [Fact]
    public void Nothing_later_changes_nothing()
    {
        var facts = new NodeFacts { BootId = "a", ImageDigest = "b" };
        Assert.Same(facts, facts.With(null));
        Assert.Equal(facts, facts.With(NodeFacts.None));
        Assert.Equal(facts, NodeFacts.None.With(facts));
    }

    [Fact]
    public void Later_facts_replace_earlier_ones_of_the_same_kind_only()
    {
        var facts = new NodeFacts { BootId = "a", ImageDigest = "b" };
        Assert.Equal(new() { BootId = "c", ImageDigest = "b" }, facts.With(new() { BootId = "c" }));
        Assert.Equal(new() { BootId = "a", ImageDigest = "c" }, facts.With(new() { ImageDigest = "c" }));
    }

    [Fact]
    public void Every_kind_of_fact_is_carried_over()
    {
        // A fact that With forgets would be lost at the next step.
        var properties = typeof(NodeFacts).GetProperties().Where(static property => property.CanWrite).ToArray();
        Assert.NotEmpty(properties);
        foreach (var property in properties)
        {
            var (first, second) = property.PropertyType switch
            {
                var type when type == typeof(long?) => ((object)1L, (object)2L),
                var type when type == typeof(PowerState?) => (PowerState.Off, PowerState.On),
                _ => ("earlier", "later"),
            };
            var earlier = new NodeFacts();
            property.SetValue(earlier, first);
            var later = new NodeFacts();
            property.SetValue(later, second);
            Assert.Equal(first, property.GetValue(earlier.With(new())));
            Assert.Equal(second, property.GetValue(earlier.With(later)));
        }
    }
}
