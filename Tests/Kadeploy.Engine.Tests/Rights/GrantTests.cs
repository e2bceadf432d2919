using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>What a grant does to what is there: Karights' own rules, and those for time, clusters and groups. It is 12:00.</summary>
public sealed class GrantTests
{
    [Theory]
    // Merging: what is missing is added, '*' replaces, nothing new changes nothing.
    [InlineData("", "alice", "alice *", "alice *")]
    [InlineData("", "alice a-[1-2]", "alice a-1; alice a-2", "alice a-1; alice a-2")]
    [InlineData("", "alice a-1 /dev/sda3,/dev/sda5", "alice a-1 /dev/sda3; alice a-1 /dev/sda5", "alice a-1 /dev/sda3; alice a-1 /dev/sda5")]
    [InlineData("alice a-1 /dev/sda3", "alice a-1 /dev/sda3,/dev/sda5", "alice a-1 /dev/sda5", "alice a-1 /dev/sda3; alice a-1 /dev/sda5")]
    [InlineData("alice a-1 /dev/sda3; alice a-1 /dev/sda5", "alice a-1", "alice a-1", "alice a-1")]
    [InlineData("alice a-1", "alice a-1 /dev/sda3", "", "alice a-1")]
    [InlineData("alice a-1", "alice a-1", "", "alice a-1")]
    [InlineData("alice a-1 /dev/sda3", "alice a-[1-2] /dev/sda3", "alice a-2 /dev/sda3", "alice a-1 /dev/sda3; alice a-2 /dev/sda3")]
    // All nodes.
    [InlineData("alice a-1 /dev/sda3; alice a-2", "alice", "alice *", "alice *")]
    [InlineData("alice *", "alice a-1 /dev/sda3", "", "alice *")]
    [InlineData("alice *", "alice * /dev/sda3", "", "alice *")]
    [InlineData("alice * /dev/sda3", "alice * /dev/sda3", "", "alice * /dev/sda3")]
    [InlineData("alice * /dev/sda3", "alice a-1 /dev/sda3", "", "alice * /dev/sda3")]
    [InlineData("alice * /dev/sda3", "alice * /dev/sda5", "alice * /dev/sda5", "alice * /dev/sda3; alice * /dev/sda5")]
    [InlineData("alice * /dev/sda3", "alice", "alice *", "alice *")]
    [InlineData("alice * /dev/sda3", "alice a-1 /dev/sda5", "alice a-1 /dev/sda5", "alice * /dev/sda3; alice a-1 /dev/sda5")]
    [InlineData("bob a-1", "alice", "alice *", "alice *; bob a-1")] // whoever gets all nodes is not asked for others
    // Others.
    [InlineData("bob a-1", "alice a-2", "alice a-2", "alice a-2; bob a-1")]
    [InlineData("boss a-1; root *", "alice a-1", "alice a-1", "alice a-1; boss a-1; root *")] // administrators' rights protect nothing
    [InlineData("bob a-1", "alice a-1 overwrite", "alice a-1", "alice a-1")]
    [InlineData("bob a-1 /dev/sda3; bob a-2", "alice a-1 /dev/sda5 overwrite", "alice a-1 /dev/sda5", "alice a-1 /dev/sda5; bob a-2")]
    [InlineData("bob *", "alice a-1 overwrite", "alice a-1", "alice a-1")] // a right on all nodes goes as a whole
    [InlineData("bob a-1; alice a-1", "alice a-1 overwrite", "", "alice a-1")]
    // Time.
    [InlineData("alice a-1 13:00-14:00", "alice a-1 14:00-15:00", "alice a-1 13:00-15:00", "alice a-1 13:00-15:00")]
    [InlineData("alice a-1 13:00-15:00", "alice a-1 14:00-16:00", "alice a-1 13:00-16:00", "alice a-1 13:00-16:00")]
    [InlineData("alice a-1 13:00-14:00; alice a-1 15:00-16:00", "alice a-1 14:00-15:00", "alice a-1 13:00-16:00", "alice a-1 13:00-16:00")]
    [InlineData("alice a-1 13:00-14:00", "alice a-1 15:00-16:00", "alice a-1 15:00-16:00", "alice a-1 13:00-14:00; alice a-1 15:00-16:00")]
    [InlineData("alice a-1 13:00-16:00", "alice a-1 14:00-15:00", "", "alice a-1 13:00-16:00")]
    [InlineData("alice a-1 13:00-16:00", "alice a-1 /dev/sda3 14:00-15:00", "", "alice a-1 13:00-16:00")]
    [InlineData("alice a-1 13:00-14:00", "alice a-1 /dev/sda3 13:00-15:00", "alice a-1 /dev/sda3 13:00-15:00", "alice a-1 13:00-14:00; alice a-1 /dev/sda3 13:00-15:00")]
    [InlineData("alice a-1 /dev/sda3 14:00-15:00", "alice a-1 13:00-16:00", "alice a-1 13:00-16:00", "alice a-1 13:00-16:00")]
    [InlineData("alice * 13:00-14:00; alice a-1 14:00-15:00", "alice a-1 13:00-15:00", "", "alice * 13:00-14:00; alice a-1 14:00-15:00")]
    [InlineData("alice a-1 -13:00", "alice a-1 12:30-", "alice a-1", "alice a-1")]
    [InlineData("bob a-1 13:00-14:00", "alice a-1 14:00-15:00", "alice a-1 14:00-15:00", "alice a-1 14:00-15:00; bob a-1 13:00-14:00")]
    [InlineData("bob a-1", "alice a-1 13:00-14:00 overwrite", "alice a-1 13:00-14:00", "alice a-1 13:00-14:00; bob a-1 -13:00; bob a-1 14:00-")]
    [InlineData("bob a-1 -14:00", "alice a-1 12:00-13:00 overwrite", "alice a-1 12:00-13:00", "alice a-1 12:00-13:00; bob a-1 13:00-14:00")] // nothing is kept of the past
    [InlineData("bob * 12:30-13:30", "alice a-1 13:00-14:00 overwrite", "alice a-1 13:00-14:00", "alice a-1 13:00-14:00; bob * 12:30-13:00")]
    // Clusters.
    [InlineData("", "alice cluster:a", "alice cluster:a", "alice cluster:a")]
    [InlineData("alice cluster:a", "alice a-1", "", "alice cluster:a")]
    [InlineData("alice cluster:a", "alice b-1", "alice b-1", "alice cluster:a; alice b-1")]
    [InlineData("alice a-1", "alice cluster:a", "alice cluster:a", "alice cluster:a; alice a-1")]
    [InlineData("bob cluster:b", "alice cluster:a", "alice cluster:a", "alice cluster:a; bob cluster:b")]
    [InlineData("bob a-1; bob b-1", "alice cluster:a overwrite", "alice cluster:a", "alice cluster:a; bob b-1")]
    [InlineData("bob cluster:a", "alice a-1 overwrite", "alice a-1", "alice a-1")]
    // Groups: a group's members do not disturb it, but it disturbs others.
    [InlineData("@students a-1", "alice a-1", "alice a-1", "@students a-1; alice a-1")]
    [InlineData("@nobody a-1", "alice a-1", "alice a-1", "@nobody a-1; alice a-1")]
    [InlineData("@admins a-1", "alice a-1", "alice a-1", "@admins a-1; alice a-1")]
    [InlineData("carol a-1", "@staff a-1", "@staff a-1", "@staff a-1; carol a-1")]
    [InlineData("carol a-1", "@students a-1 overwrite", "@students a-1", "@students a-1")]
    public async Task Grants_add_up(string before, string grant, string added, string after)
    {
        await using var bench = await BenchWith(before);
        var change = await bench.GrantAsync(grant);
        Assert.Equal(added, string.Join("; ", change.Granted.Select(RightsBench.Words)));
        Assert.Equal(after, await bench.ListAsync());
        Assert.Equal(added.Length > 0 || change.Revoked.Length > 0, change.IsChange);
    }

    [Theory]
    [InlineData("alice a-1", "alice * /dev/sda3", "alice has rights on a-1, beside which there can be none for certain devices of all nodes")]
    [InlineData("alice cluster:a", "alice * /dev/sda3", "alice has rights on cluster:a, beside")]
    [InlineData("bob a-1", "alice a-1", "bob has rights on a-1, always")]
    [InlineData("bob a-1 /dev/sda5", "alice a-1 /dev/sda3", "bob has rights on a-1, always")]
    [InlineData("bob *", "alice a-1", "bob has rights on *, always")]
    [InlineData("bob a-1; bob a-2; carol a-3", "alice a-[1-4]", "bob has rights on a-[1-2], always\ncarol has rights on a-3, always")]
    [InlineData("bob a-1", "alice cluster:a", "bob has rights on a-1, always")]
    [InlineData("bob cluster:a", "alice a-1", "bob has rights on cluster:a, always")]
    [InlineData("bob a-1 13:00-14:00", "alice a-1 13:59-15:00", "bob has rights on a-1, from 2026-03-01 13:00:00Z until 2026-03-01 14:00:00Z")]
    [InlineData("bob a-1 13:00-14:00", "alice a-1", "bob has rights on a-1, from")]
    [InlineData("@students a-1", "carol a-1", "@students has rights on a-1, always")]
    [InlineData("alice a-1", "@students a-1", "alice has rights on a-1, always")]
    [InlineData("@staff a-1", "@students a-1", "@staff has rights on a-1, always")]
    public async Task What_is_at_odds_is_refused_and_changes_nothing(string before, string grant, string problem)
    {
        await using var bench = await BenchWith(before);
        var list = await bench.ListAsync();
        var entries = (await bench.AuditAsync()).Length;
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => bench.GrantAsync(grant));
        Assert.Equal(FaultCodes.RightsConflict, refused.Code);
        Assert.StartsWith(problem, refused.Message.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(list, await bench.ListAsync());
        Assert.Equal(entries, (await bench.AuditAsync()).Length);
    }

    [Theory]
    [InlineData("alice a-9", "node 'a-9' is not known; did you mean 'a-")]
    [InlineData("alice cluster:c", "cluster 'c' is not known; did you mean 'a'?")]
    [InlineData("@pupils a-1", "group '@pupils' is not known; known are @admins, @nobody, @staff, @students")]
    [InlineData("alice a-1 11:00-12:00", "the right would have ended already: it holds from 2026-03-01 11:00:00Z until 2026-03-01 12:00:00Z, and now it is 2026-03-01 12:00:00Z")]
    [InlineData("alice a-1 14:00-13:00", "the right would end before it begins")]
    [InlineData("alice a-1 13:00-13:00", "the right would end before it begins")]
    public async Task What_makes_no_sense_is_refused(string grant, string problem)
    {
        await using var bench = await BenchWith("");
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => bench.GrantAsync(grant));
        Assert.StartsWith(problem, refused.Message, StringComparison.Ordinal);
        Assert.Equal(FaultCodes.InvalidRequest, refused.Code);
        Assert.Equal("", await bench.ListAsync());
    }

    [Fact]
    public async Task All_problems_are_told_at_once()
    {
        await using var bench = await BenchWith("");
        var grant = RightsBench.Grant("@pupils a-9,cluster:c 11:00-12:30") with { Lifetime = TimeSpan.FromDays(99_999) };
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => bench.Book.GrantAsync(grant, "root", CancellationToken.None));
        Assert.Equal(5, refused.Problems.Length);
    }

    [Fact]
    public async Task A_lifetime_begins_now_or_with_the_window()
    {
        await using var bench = await BenchWith("");
        await bench.Book.GrantAsync(RightsBench.Grant("alice a-1") with { Lifetime = TimeSpan.FromHours(2) }, "root", CancellationToken.None);
        await bench.Book.GrantAsync(RightsBench.Grant("alice a-2 13:00-") with { Lifetime = TimeSpan.FromHours(2) }, "root", CancellationToken.None);
        Assert.Equal("alice a-1 -14:00; alice a-2 13:00-15:00", await bench.ListAsync());
    }

    [Fact]
    public async Task Only_administrators_grant_and_others_are_recorded()
    {
        await using var bench = await BenchWith("");
        foreach (var user in new[] { "alice", "@students", "", "Root", "root " })
            await Assert.ThrowsAsync<NotAllowedException>(() => bench.GrantAsync("alice", user));
        await Assert.ThrowsAsync<NotAllowedException>(() => bench.RevokeAsync("bob", "alice"));
        Assert.Equal("", await bench.ListAsync());
        Assert.Equal(6, (await bench.AuditAsync()).Count(static entry => entry.Action == AuditAction.Refused));
    }

    private static async Task<RightsBench> BenchWith(string rights)
    {
        var bench = await RightsBench.OpenAsync();
        // As they are: rights that others would refuse to be granted one after the other may be there all the same.
        await bench.Store.ChangeRightsAsync(
            work =>
            {
                work.Apply([], rights.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(RightsBench.Grant).SelectMany(static grant =>
                    from scope in grant.Scopes.IsEmpty ? [RightScope.All] : grant.Scopes
                    from part in grant.Parts.IsEmpty ? [RightPart.Any] : grant.Parts
                    select new Right { Principal = grant.Principal, Scope = scope, Part = part, Window = grant.Window }));
                return true;
            },
            RightsBench.Start, CancellationToken.None);
        return bench;
    }
}
