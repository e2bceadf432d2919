using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;
using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>What rights let users do, as the engine and <c>rights test</c> read them. It is 12:00.</summary>
public sealed class RightsReadingTests
{
    [Theory]
    [InlineData("alice a-1", "alice", "a-1", "", "")]
    [InlineData("alice a-1", "alice", "a-1", "/dev/sda3", "")]
    [InlineData("alice a-1", "bob", "a-1", "", "a-1: no right")]
    [InlineData("alice a-1", "alice", "a-1,a-2,a-3", "", "a-[2-3]: no right")]
    [InlineData("alice a-1 /dev/sda3", "alice", "a-1", "", "")] // any right will do for reboot, power and console
    [InlineData("alice a-1 /dev/sda3", "alice", "a-1", "/dev/sda3", "")]
    [InlineData("alice a-1 /dev/sda3", "alice", "a-1", "/dev/sda5", "a-1: no right on /dev/sda5, only on /dev/sda3")]
    [InlineData("alice a-1 /dev/sda3", "alice", "a-1", "/dev/sda3,/dev/sda5", "a-1: no right on /dev/sda5, only on /dev/sda3")]
    [InlineData("alice a-1 /dev/sda", "alice", "a-1", "/dev/sda3", "a-1: no right on /dev/sda3, only on /dev/sda")]
    [InlineData("alice a-1 /dev/sda3", "alice", "a-1", "*", "a-1: no right on every device, only on /dev/sda3")]
    [InlineData("alice a-1", "alice", "a-1", "*", "")]
    [InlineData("alice * /dev/sda6; alice cluster:a /dev/sda5; alice a-1 /dev/sda3", "alice", "a-1", "/dev/sda3,/dev/sda5,/dev/sda6", "")]
    [InlineData("alice *", "alice", "a-1,b-1", "/dev/sda3", "")]
    [InlineData("alice *", "alice", "x-1", "", "")]
    [InlineData("alice cluster:a", "alice", "a-1,b-1", "", "b-1: no right")]
    [InlineData("@students a-1", "bob", "a-1", "", "")]
    [InlineData("@students a-1", "carol", "a-1", "", "a-1: no right")]
    [InlineData("@students a-1 /dev/sda3; bob a-1 /dev/sda5", "bob", "a-1", "/dev/sda3,/dev/sda5", "")]
    [InlineData("@students a-1", "@students", "a-1", "", "a-1: no right")] // a user who calls himself so
    [InlineData("", "boss", "a-1", "/dev/sda3", "")]
    [InlineData("", "root", "a-1", "/dev/sda3", "")]
    // Time: the first moment counts, the last does not.
    [InlineData("alice a-1 12:00-13:00", "alice", "a-1", "", "")]
    [InlineData("alice a-1 12:01-13:00", "alice", "a-1", "", "a-1: no right yet: one holds from 2026-03-01 12:01:00Z until 2026-03-01 13:00:00Z")]
    [InlineData("alice a-1 14:00-; alice a-1 /dev/sda3 13:00-", "alice", "a-1", "", "a-1: no right yet: one holds from 2026-03-01 13:00:00Z")]
    [InlineData("alice a-1 -12:01", "alice", "a-1", "", "")]
    public async Task Rights_are_read_together(string rights, string user, string nodes, string parts, string missing)
    {
        await using var bench = await RightsBench.OpenAsync();
        foreach (var words in rights.Split("; ", StringSplitOptions.RemoveEmptyEntries)) await bench.GrantAsync(words + " overwrite");
        var wanted = parts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static part => RightPart.Parse(part)).ToImmutableArray();
        var question = new RightsQuestion { User = user, Nodes = NodeSet.Parse(nodes).Names, Parts = wanted };
        var verdict = await bench.Book.TestAsync(question, "root", CancellationToken.None);
        Assert.Equal(missing, string.Join("; ", RightsWording.MissingLines(verdict.Missing)));
        Assert.Equal(missing.Length == 0, verdict.IsGranted);
        Assert.NotEmpty(verdict.Reason);

        // The engine says the same.
        var demand = new RightsDemand(user, "deploy", [.. question.Nodes.Select(node => (RightsBench.Node(node.Value), wanted))]);
        if (missing.Length == 0)
        {
            await bench.Check.RequireAsync(demand, CancellationToken.None);
            return;
        }

        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => bench.Check.RequireAsync(demand, CancellationToken.None));
        Assert.Equal(verdict.Missing.AsEnumerable(), refused.Missing);
        Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
        var entry = (await bench.AuditAsync())[^1];
        Assert.Equal((user, AuditAction.Refused), (entry.User, entry.Action));
        Assert.Contains(missing, entry.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_holds_up_to_its_end_and_not_at_it()
    {
        await using var bench = await RightsBench.OpenAsync();
        await bench.GrantAsync("alice a-1 12:30-13:00");
        foreach (var (minute, granted) in new[] { (0, false), (29, false), (30, true), (59, true), (60, false), (61, false) })
        {
            bench.Time.Now = RightsBench.Start.AddMinutes(minute);
            Assert.Equal(granted, await bench.Check.FindMissingAsync("alice", RightsBench.Node("a-1"), [], CancellationToken.None) is null);
            Assert.Equal(granted, (await bench.Book.TestAsync(Question("alice"), "alice", CancellationToken.None)).IsGranted);
            Assert.Equal(granted, (await bench.Book.TestAsync(Question("alice") with { At = bench.Time.Now }, "alice", CancellationToken.None)).IsGranted);
        }

        Assert.True((await bench.Book.TestAsync(Question("alice") with { At = RightsBench.Start.AddMinutes(45) }, "root", CancellationToken.None)).IsGranted);
    }

    [Fact]
    public async Task A_right_that_has_ended_is_swept_and_recorded_once()
    {
        await using var bench = await RightsBench.OpenAsync();
        await bench.GrantAsync("alice a-[1-3] -13:00");
        await bench.GrantAsync("alice b-1 -14:00");
        bench.Time.Now = RightsBench.Start.AddHours(1);
        Assert.Equal("alice b-1 -14:00", await bench.ListAsync());
        Assert.Equal("alice b-1 -14:00", await bench.ListAsync());
        await bench.GrantAsync("bob a-1");
        var ended = Assert.Single(await bench.AuditAsync(), static entry => entry.Action == AuditAction.Expired);
        Assert.Equal(("", "a-[1-3]", "alice: every device, until 2026-03-01 13:00:00Z"), (ended.User, ended.Nodes, ended.What));
        Assert.Equal(bench.Time.Now, ended.At);

        // An engine sweeps too, whenever it renews its leases.
        var engine = new EngineId(Guid.NewGuid());
        await bench.Store.RegisterEngineAsync(engine, bench.Time.Now, CancellationToken.None);
        bench.Time.Now = RightsBench.Start.AddHours(2);
        await bench.Store.RenewAsync(engine, bench.Time.Now, bench.Time.Now.AddSeconds(15), CancellationToken.None);
        Assert.Equal(2, (await bench.AuditAsync()).Count(static entry => entry.Action == AuditAction.Expired));
        Assert.False(await bench.Store.HasEndedRightsAsync(bench.Time.Now, CancellationToken.None));
    }

    [Fact]
    public async Task Changes_of_another_process_count_at_once()
    {
        await using var bench = await RightsBench.OpenAsync();
        await using var elsewhere = await SqliteStore.OpenAsync(bench.Directory, CancellationToken.None);
        var other = new RightsBook(elsewhere, elsewhere, bench.Policy, _ => Task.FromResult(RightsBench.Map), bench.Time);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await bench.Check.FindMissingAsync("alice", RightsBench.Node("a-1"), [], CancellationToken.None));
            await other.GrantAsync(RightsBench.Grant("@students a-1"), "root", CancellationToken.None);
            Assert.Null(await bench.Check.FindMissingAsync("alice", RightsBench.Node("a-1"), [], CancellationToken.None));
            await other.RevokeAsync(RightsBench.Revocation("@students"), "root", CancellationToken.None);
        }
    }

    [Fact]
    public async Task Nobody_needs_rights_where_they_are_open()
    {
        await using var bench = await RightsBench.OpenAsync(RightsMode.Open);
        await bench.Check.RequireAsync(new("alice", "deploy", [(RightsBench.Node("a-1"), [RightPart.Any])]), CancellationToken.None);
        Assert.Null(await bench.Check.FindMissingAsync("alice", RightsBench.Node("a-1"), [], CancellationToken.None));
        var verdict = await bench.Book.TestAsync(Question("alice"), "alice", CancellationToken.None);
        Assert.Equal((true, "nobody needs rights here: server.rights is open"), (verdict.IsGranted, verdict.Reason));
        await bench.GrantAsync("alice a-1");
        Assert.Equal("alice a-1", await bench.ListAsync());
        await Assert.ThrowsAsync<NotAllowedException>(() => bench.GrantAsync("alice a-2", "alice"));
    }

    [Fact]
    public async Task Users_see_and_test_what_concerns_themselves()
    {
        await using var bench = await RightsBench.OpenAsync();
        foreach (var words in new[] { "alice a-1", "@students a-2", "@staff a-3", "carol a-4" }) await bench.GrantAsync(words);
        Assert.Equal(["@students a-2", "alice a-1"], await ListAsync("alice"));
        Assert.Equal(["@students a-2"], await ListAsync("bob"));
        Assert.Equal([], await ListAsync("mallory"));
        Assert.Equal(["@students a-2"], await ListAsync("bob", "@students"));
        Assert.Equal(["carol a-4"], await ListAsync("root", "carol"));
        await Assert.ThrowsAsync<NotAllowedException>(() => ListAsync("bob", "alice"));
        await Assert.ThrowsAsync<NotAllowedException>(() => ListAsync("bob", "@staff"));
        await Assert.ThrowsAsync<NotAllowedException>(() => bench.Book.TestAsync(Question("alice"), "bob", CancellationToken.None));
        var onNode = await bench.Book.ListAsync(new(null, [NodeName.Parse("a-3"), NodeName.Parse("b-1")]), "root", CancellationToken.None);
        Assert.Equal(["@staff a-3"], onNode.Select(RightsBench.Words));

        async Task<IEnumerable<string>> ListAsync(string user, string? of = null) =>
            (await bench.Book.ListAsync(new(of is null ? null : Principal.Parse(of)), user, CancellationToken.None)).Select(RightsBench.Words);
    }

    private static RightsQuestion Question(string user) => new() { User = user, Nodes = [NodeName.Parse("a-1")] };
}
