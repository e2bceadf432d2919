using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Broadcast.Chain;

/// <summary>Who gets blocks from whom, as members die, lag and come late.</summary>
public class ChainShapeTests
{
    [Fact]
    public void A_chain_leads_each_member_to_the_server()
    {
        var shape = new ChainShape([[1, 2, 3, 4]], 1);
        Assert.Equal([3u, 2u, 1u], shape.SourcesOf(4));
        Assert.Equal([1, 2, 3, 4], new[] { 1u, 2u, 3u, 4u }.Select(shape.PlaceOf));
    }

    [Fact]
    public void A_tree_has_no_more_children_than_it_may()
    {
        var shape = new ChainShape([[1, 2, 3, 4, 5, 6, 7]], 2);
        Assert.Equal([2u, 3u], shape.ChildrenOf(1));
        Assert.Equal([4u, 5u], shape.ChildrenOf(2));
        Assert.Equal([3u, 1u], shape.SourcesOf(7));
    }

    [Fact]
    public void Who_is_passed_by_goes_to_the_end_and_is_nobodys_source()
    {
        var shape = new ChainShape([[1, 2, 3, 4]], 1);
        shape.SetAside(2);
        Assert.Equal([1u], shape.SourcesOf(3));
        Assert.Equal([4u, 3u, 1u], shape.SourcesOf(2));
        Assert.Empty(shape.ChildrenOf(2));
        Assert.True(shape.IsBehind(2));
        shape.SetAside(1);
        Assert.Equal(0u, shape.ParentOf(3));
        Assert.Equal(4u, shape.ParentOf(1));
    }

    [Fact]
    public void When_all_are_passed_by_the_server_remains()
    {
        var shape = new ChainShape([[1, 2]], 1);
        shape.SetAside(2);
        shape.SetAside(1);
        Assert.Equal([0u, 0u], new[] { 1u, 2u }.Select(shape.ParentOf).Order().Take(2).Where(static parent => parent == 0).Concat([0u]).Take(2));
        Assert.All(shape.Members, member => Assert.DoesNotContain(member, shape.SourcesOf(member)));
    }

    [Fact]
    public void Who_is_lost_is_forgotten()
    {
        var shape = new ChainShape([[1, 2, 3]], 1);
        shape.Remove(2);
        Assert.False(shape.Contains(2));
        Assert.Equal(1u, shape.ParentOf(3));
        shape.Remove(3);
        shape.AddLate(4);
        Assert.Equal(1u, shape.ParentOf(4));
    }

    [Fact]
    public void Who_comes_late_stands_behind_the_end_and_behind_the_late_ones_before()
    {
        var shape = new ChainShape([[1, 2], [3, 4, 5]], 1);
        shape.AddLate(6);
        shape.AddLate(7);
        Assert.Equal([2u, 1u], shape.SourcesOf(6));
        Assert.Equal([6u, 2u, 1u], shape.SourcesOf(7));
        Assert.True(shape.IsBehind(6));
        Assert.False(shape.IsBehind(7));
        shape.SetAside(6);
        Assert.Equal(2u, shape.ParentOf(7));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_happens_nobody_is_its_own_source(int seed)
    {
        var random = new Random(seed);
        var shape = new ChainShape([[1, 2, 3, 4, 5, 6], [7, 8, 9]], random.Next(1, 3));
        var next = 10u;
        for (var step = 0; step < 200; step++)
        {
            var members = shape.Members.ToArray();
            switch (random.Next(3))
            {
                case 0 when members.Length > 0:
                    shape.SetAside(members[random.Next(members.Length)]);
                    break;
                case 1 when members.Length > 2:
                    shape.Remove(members[random.Next(members.Length)]);
                    break;
                default:
                    shape.AddLate(next++);
                    break;
            }

            foreach (var member in shape.Members)
            {
                Assert.InRange(shape.PlaceOf(member), 1, 1000);
                Assert.All(shape.SourcesOf(member), source => Assert.True(shape.Contains(source) && source != member));
            }
        }
    }
}
