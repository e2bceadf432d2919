using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>What a revocation takes away.</summary>
public sealed class RevokeTests
{
    [Theory]
    [InlineData("alice a-1; alice a-2", "alice", "alice a-1; alice a-2", "")]
    [InlineData("alice a-1; alice a-2; bob b-1", "alice a-1", "alice a-1", "alice a-2; bob b-1")]
    [InlineData("alice * /dev/sda3", "alice", "alice * /dev/sda3", "")]
    [InlineData("alice * /dev/sda3", "alice *", "alice * /dev/sda3", "")]
    [InlineData("alice a-1", "alice a-2", "", "alice a-1")]
    [InlineData("", "alice", "", "")]
    [InlineData("alice a-1 /dev/sda3", "alice a-1 /dev/sda5", "", "alice a-1 /dev/sda3")]
    [InlineData("alice a-1 13:00-14:00; alice a-1 15:00-16:00", "alice a-1", "alice a-1 13:00-14:00; alice a-1 15:00-16:00", "")]
    // Several devices of one node leave other nodes alone: Kadeploy 3 took the second device from everywhere.
    [InlineData("alice a-1 /dev/sda3,/dev/sda5; alice a-2 /dev/sda3,/dev/sda5", "alice a-1 /dev/sda3,/dev/sda5",
        "alice a-1 /dev/sda3; alice a-1 /dev/sda5", "alice a-2 /dev/sda3; alice a-2 /dev/sda5")]
    [InlineData("alice a-1 /dev/sda3,/dev/sda5; alice a-2 /dev/sda5", "alice a-[1-2] /dev/sda3", "alice a-1 /dev/sda3", "alice a-1 /dev/sda5; alice a-2 /dev/sda5")]
    [InlineData("alice a-1 /dev/sda3,/dev/sda5; alice a-2 /dev/sda3", "alice /dev/sda3", "alice a-1 /dev/sda3; alice a-2 /dev/sda3", "alice a-1 /dev/sda5")]
    // A cluster includes its nodes.
    [InlineData("alice a-1; alice a-2; alice b-1", "alice cluster:a", "alice a-1; alice a-2", "alice b-1")]
    [InlineData("alice a-1; alice cluster:a; alice b-1", "alice cluster:a", "alice a-1; alice cluster:a", "alice b-1")]
    // A group's rights are its own.
    [InlineData("@students a-1; alice a-1", "alice", "alice a-1", "@students a-1")]
    [InlineData("@students a-1; alice a-1", "@students", "@students a-1", "alice a-1")]
    public async Task Revocations_take_away_what_they_name(string before, string revocation, string revoked, string after)
    {
        await using var bench = await BenchWith(before);
        var change = await bench.RevokeAsync(revocation);
        Assert.Equal(revoked, string.Join("; ", change.Revoked.Select(RightsBench.Words)));
        Assert.Equal(after, await bench.ListAsync());
        Assert.Equal(revoked.Length > 0, change.IsChange);
    }

    [Theory]
    [InlineData("alice *", "alice a-1", "alice has a right on all nodes, from which single nodes cannot be taken")]
    [InlineData("alice *", "alice cluster:a", "alice has a right on all nodes")]
    [InlineData("alice cluster:a", "alice a-1", "alice has a right on cluster a")]
    [InlineData("alice a-1", "alice a-1 /dev/sda3", "alice has a right on every device of a-1, from which single devices cannot be taken")]
    [InlineData("alice a-1; alice a-2 /dev/sda3", "alice /dev/sda3", "alice has a right on every device of a-1")]
    public async Task A_part_of_a_wider_right_cannot_be_revoked(string before, string revocation, string problem)
    {
        await using var bench = await BenchWith(before);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => bench.RevokeAsync(revocation));
        Assert.Equal(FaultCodes.RightsConflict, refused.Code);
        Assert.StartsWith(problem, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await bench.ListAsync());
    }

    private static async Task<RightsBench> BenchWith(string rights)
    {
        var bench = await RightsBench.OpenAsync();
        foreach (var words in rights.Split("; ", StringSplitOptions.RemoveEmptyEntries)) await bench.GrantAsync(words);
        return bench;
    }
}
