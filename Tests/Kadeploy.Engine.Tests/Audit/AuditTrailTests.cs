using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Tests.Rights;
using Kadeploy.TestKit;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Kadeploy.Engine.Tests.Audit;

public sealed class AuditTrailTests : IAsyncLifetime
{
    private RightsBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await RightsBench.OpenAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Who_did_what_when_and_from_which_program_is_recorded()
    {
        await _bench.GrantAsync("alice a-[1-2] /dev/sda3,/dev/sda5 13:00-14:00");
        _bench.Time.Now = RightsBench.Start.AddMinutes(5);
        await _bench.GrantAsync("@staff a-1 overwrite", "boss");
        await _bench.RevokeAsync("alice a-2");
        await Assert.ThrowsAsync<NotAllowedException>(() => _bench.GrantAsync("mallory", "mallory"));
        var entries = await _bench.AuditAsync();
        Assert.Equal(
            [
                "1 root Granted alice: /dev/sda3, /dev/sda5, from 2026-03-01 13:00:00Z until 2026-03-01 14:00:00Z [a-[1-2]]",
                "2 boss Revoked alice: /dev/sda3, /dev/sda5, from 2026-03-01 13:00:00Z until 2026-03-01 14:00:00Z [a-1]",
                "3 boss Granted @staff: every device, always [a-1]",
                "4 root Revoked alice: /dev/sda3, /dev/sda5, from 2026-03-01 13:00:00Z until 2026-03-01 14:00:00Z [a-2]",
                "5 mallory Refused may not grant rights to mallory []",
            ],
            entries.Select(static entry => $"{entry.Number} {entry.User} {entry.Action} {entry.What} [{entry.Nodes}]"));
        Assert.Equal([0, 5, 5, 5, 5], entries.Select(static entry => (entry.At - RightsBench.Start).TotalMinutes));
        Assert.All(entries, static entry => Assert.Equal("the test", entry.Program));
        Assert.StartsWith("Kadeploy.Engine.Tests ", AuditOrigin.OfThisProcess.Program, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", AuditOrigin.OfThisProcess.Program, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_are_recorded_when_they_start_are_cancelled_and_end()
    {
        var engine = new EngineId(Guid.NewGuid());
        await _bench.Store.RegisterEngineAsync(engine, RightsBench.Start, CancellationToken.None);
        var (plan, simulated) = (SamplePlans.Small(3), SamplePlans.Small(1, first: 9, simulated: true));
        await _bench.Store.CreateOperationAsync(plan, engine, RightsBench.Start, CancellationToken.None);
        await _bench.Store.CreateOperationAsync(simulated, engine, RightsBench.Start, CancellationToken.None);
        await _bench.Store.RequestCancelAsync(plan.Operation, "grace", CancellationToken.None);
        await _bench.Store.AppendAsync(
            engine, [new OperationEvent.Finished { Operation = plan.Operation, At = RightsBench.Start, Results = new(Ok: 2, Cancelled: 1) }], CancellationToken.None);
        Assert.False(await _bench.Store.RequestCancelAsync(plan.Operation, "late", CancellationToken.None));
        Assert.Equal(
            [
                ("ada", AuditAction.OperationStarted, "deploys debian13 version 2 of root", "node-[1-3]", plan.Operation),
                ("ada", AuditAction.OperationStarted, "deploys debian13 version 2 of root, simulated", "node-9", simulated.Operation),
                ("grace", AuditAction.OperationCancelled, "asked for it to be cancelled", "", plan.Operation),
                ("ada", AuditAction.OperationEnded, "nodes: 2 ok, 0 ko, 0 stopped, 1 cancelled, 0 discarded", "", plan.Operation),
            ],
            (await _bench.AuditAsync()).Select(static entry => (entry.User, entry.Action, entry.What.Replace(" of ada", " of root", StringComparison.Ordinal), entry.Nodes, entry.Operation!.Value)));
    }

    [Fact]
    public async Task Changes_of_environments_and_of_the_cache_are_recorded()
    {
        var environment = ((DeploymentRequest)SamplePlans.Full().Request).Environment with { Name = "debian", Version = 3, User = "ada", Revision = 0 };
        await _bench.Store.WriteEnvironmentsAsync([new(environment, EnvironmentChangeKind.Added, 0)], "ada", RightsBench.Start, CancellationToken.None);
        Assert.Null(await _bench.Store.WriteEnvironmentsAsync([new(environment, EnvironmentChangeKind.Deleted, 9)], "bob", RightsBench.Start, CancellationToken.None));
        await using (var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = _bench.Directory, Administrators = ["root"] }, CancellationToken.None))
        {
            await Assert.ThrowsAsync<NotAllowedException>(() => host.Catalogs.Files.PruneAsync(new(), "mallory", CancellationToken.None));
            await Assert.ThrowsAsync<NotAllowedException>(() => host.Catalogs.Files.PinAsync("abcdef", true, "mallory", CancellationToken.None));
        }

        Assert.Equal(
            ["ada Changed environment debian version 3 of ada: added", "mallory Refused may not remove files of the cache", "mallory Refused may not pin and unpin files of the cache"],
            (await _bench.AuditAsync()).Select(static entry => $"{entry.User} {entry.Action} {entry.What}"));
    }

    [Fact]
    public async Task Entries_are_chosen_by_user_action_operation_node_and_time()
    {
        await _bench.GrantAsync("alice a-[1-2]");
        _bench.Time.Now = RightsBench.Start.AddMinutes(10);
        await _bench.GrantAsync("bob *", "boss");
        await _bench.RevokeAsync("alice a-1");
        Assert.Equal([1, 3], await NumbersAsync(new() { User = "root" }));
        Assert.Equal([3], await NumbersAsync(new() { Actions = [AuditAction.Revoked, AuditAction.Expired] }));
        Assert.Equal([1, 2, 3], await NumbersAsync(new() { Node = NodeName.Parse("a-1") })); // '*' is every node
        Assert.Equal([1, 2], await NumbersAsync(new() { Node = NodeName.Parse("a-2") }));
        Assert.Equal([2], await NumbersAsync(new() { Node = NodeName.Parse("b-1") }));
        Assert.Equal([1], await NumbersAsync(new() { Until = RightsBench.Start.AddMinutes(10) }));
        Assert.Equal([2, 3], await NumbersAsync(new() { From = RightsBench.Start.AddMinutes(10) }));
        Assert.Equal([2, 3], await NumbersAsync(new() { Last = 2 }));
        Assert.Equal([], await NumbersAsync(new() { Last = 0 }));
        Assert.Equal([], await NumbersAsync(new() { Operation = OperationId.Create(OperationKind.Deployment, RightsBench.Start) }));

        async Task<IEnumerable<long>> NumbersAsync(AuditQuery query) =>
            (await _bench.Trail.ReadAsync(query, "root", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken)).Select(static entry => entry.Number);
    }

    [Fact]
    public async Task Users_see_what_they_did_themselves_and_do_not_check()
    {
        await _bench.GrantAsync("alice a-1");
        await Assert.ThrowsAsync<NotAllowedException>(() => _bench.GrantAsync("bob", "bob"));
        Assert.Equal([2L], (await _bench.Trail.ReadAsync(new(), "bob", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken)).Select(static entry => entry.Number));
        await Assert.ThrowsAsync<NotAllowedException>(async () => await _bench.Trail.ReadAsync(new() { User = "root" }, "bob", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<NotAllowedException>(() => _bench.Trail.VerifyAsync(null, "bob", CancellationToken.None));
        Assert.Equal(4, (await _bench.AuditAsync()).Length);
    }

    [Fact]
    public async Task A_trail_longer_than_a_page_is_whole()
    {
        var empty = await VerifyAsync();
        Assert.Equal((0L, "", true), (empty.Entries, empty.Head, empty.IsIntact));
        await AppendAsync(2_500);
        var check = await VerifyAsync();
        Assert.Equal((2_500L, true), (check.Entries, check.IsIntact));
        Assert.Equal((await _bench.AuditAsync())[^1].Hash, check.Head);
        Assert.Equal(Enumerable.Range(1, 2_500).Select(static i => (long)i), (await _bench.AuditAsync()).Select(static entry => entry.Number));
    }

    [Theory]
    [InlineData("UPDATE audit SET what = 'nothing' WHERE number = 3")]
    [InlineData("UPDATE audit SET at = at WHERE number = 3")]
    [InlineData("DELETE FROM audit WHERE number = 5")]
    [InlineData("DELETE FROM audit")]
    [InlineData("INSERT OR REPLACE INTO audit SELECT number, at, 'nobody', action, what, nodes, operation, program, hash FROM audit WHERE number = 5")]
    [InlineData("REPLACE INTO audit SELECT number, at, 'nobody', action, what, nodes, operation, program, hash FROM audit WHERE number = 2")]
    [InlineData("INSERT INTO audit VALUES (99, 0, '', 1, '', '', NULL, '', '')")]
    [InlineData("INSERT INTO audit VALUES (NULL, 0, '', 1, '', '', NULL, '', '')")]
    [InlineData("UPDATE audit_head SET number = 3")]
    [InlineData("UPDATE audit_head SET hash = 'x'")]
    [InlineData("DELETE FROM audit_head")]
    public async Task The_database_itself_refuses_to_change_what_was_written(string statement)
    {
        await AppendAsync(5);
        Assert.Equal(19, Assert.Throws<SqliteException>(() => Execute(statement)).SqliteErrorCode);
        Assert.True((await VerifyAsync()).IsIntact);
        await AppendAsync(1);
        Assert.Equal(6, (await VerifyAsync()).Entries);
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "UPDATE audit SET what = 'nothing' WHERE number = 3", "entry 3 is not as it was written" },
        { "UPDATE audit SET user = 'nobody' WHERE number = 1", "entry 1 is not as it was written" },
        { "UPDATE audit SET action = 2 WHERE number = 3", "entry 3 is not as it was written" },
        { "UPDATE audit SET at = at + 1 WHERE number = 3", "entry 3 is not as it was written" },
        { "UPDATE audit SET nodes = '' WHERE number = 3", "entry 3 is not as it was written" },
        { "UPDATE audit SET program = '' WHERE number = 3", "entry 3 is not as it was written" },
        { "UPDATE audit SET operation = 'D-019a0000-0000-7000-8000-000000000000' WHERE number = 3", "entry 3 is not as it was written" },
        { "UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 2) WHERE number = 3", "entry 3 is not as it was written" },
        { "DELETE FROM audit WHERE number = 3", "entry 3 is missing" },
        { "DELETE FROM audit WHERE number BETWEEN 2 AND 4", "entries 2 to 4 are missing" },
        { "DELETE FROM audit WHERE number = 1", "entry 1 is missing" },
        { "DELETE FROM audit WHERE number = 5", "entry 5 is missing" },
        { "DELETE FROM audit", "entries 1 to 5 are missing" },
        { "INSERT INTO audit SELECT 6, at, user, action, what, nodes, operation, program, hash FROM audit WHERE number = 5", "entry 6 is not as it was written" },
        // Two entries change places, with their numbers.
        { "UPDATE audit SET number = 9 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 9", "entry 2 is not as it was written" },
        { "DELETE FROM audit WHERE number = 5; UPDATE audit_head SET number = 4", "entry 4 is not the one that was written last" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Whoever_gets_around_that_is_found_out(string statements, string problem)
    {
        await AppendAsync(5);
        string[] triggers = ["audit_appends", "audit_goes_on", "audit_refuses_update", "audit_refuses_delete", "audit_head_goes_on", "audit_head_stays"];
        var definitions = triggers.Select(Definition).ToList();
        Execute(string.Join(';', triggers.Select(static name => $"DROP TRIGGER {name}")));
        Execute(statements);
        Assert.Contains("the database no longer refuses to change or delete entries: the triggers that did are gone", (await VerifyAsync()).Problems);
        Execute(string.Join(';', definitions)); // and leaves no other traces
        var check = await VerifyAsync();
        Assert.False(check.IsIntact);
        Assert.StartsWith(problem, check.Problems[0], StringComparison.Ordinal);
        Assert.DoesNotContain(check.Problems, static text => text.Contains("trigger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trail_that_was_rewritten_as_a_whole_is_told_by_what_was_noted_elsewhere()
    {
        await AppendAsync(5);
        var entries = await _bench.AuditAsync();
        var noted = new AuditMark(3, entries[2].Hash);
        Assert.True((await VerifyAsync(noted)).IsIntact);
        Assert.True((await VerifyAsync(noted with { Hash = noted.Hash.ToUpperInvariant() })).IsIntact);
        Execute("DROP TRIGGER audit_refuses_update");
        var hash = AuditChain.Beginning;
        foreach (var entry in entries)
        {
            var changed = entry with { User = "nobody" };
            hash = AuditChain.Hash(hash, changed);
            Execute($"UPDATE audit SET user = 'nobody', hash = '{hash}' WHERE number = {entry.Number}");
        }

        Execute("DROP TRIGGER audit_head_goes_on");
        Execute($"UPDATE audit_head SET hash = '{hash}'");
        Assert.DoesNotContain((await VerifyAsync()).Problems, static text => text.StartsWith("entry", StringComparison.Ordinal));
        Assert.Contains("entry 3 is not the one that was noted earlier: the trail was rewritten", (await VerifyAsync(noted)).Problems);
        Assert.Contains("entry 9, which was noted earlier, is not there", (await VerifyAsync(noted with { Number = 9 })).Problems);
    }

    [Fact]
    public async Task Fields_cannot_run_into_each_other()
    {
        // The same characters, parted otherwise: other bytes.
        var entry = new AuditEntry { Number = 1, At = RightsBench.Start, User = "ab", Action = AuditAction.Granted, What = "c", Program = "p", Hash = "" };
        var other = entry with { User = "a", What = "bc" };
        Assert.NotEqual(AuditChain.Hash(AuditChain.Beginning, entry), AuditChain.Hash(AuditChain.Beginning, other));
        string[] odd = ["'; DROP TABLE audit; --", "\0", "\r\n\u001b[2J", "üñ\ud83d\ude00", "", new('x', 100_000)];
        await _bench.Store.AppendAsync(odd.Select(static text => new AuditNote(text, AuditAction.Changed, text, text)), CancellationToken.None);
        Assert.Equal(odd, (await _bench.AuditAsync()).Select(static each => each.User));
        Assert.Equal(odd, (await _bench.AuditAsync()).Select(static each => each.What));
        Assert.True((await VerifyAsync()).IsIntact);
        Assert.Empty(await _bench.Trail.ReadAsync(new() { Node = NodeName.Parse("a-1") }, "root", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_processes_that_write_at_once_lose_nothing_and_one_that_checks_meanwhile_finds_nothing_wrong()
    {
        await using var elsewhere = await SqliteStore.OpenAsync(_bench.Directory, CancellationToken.None, new("the other", _bench.Time));
        var other = new RightsBook(elsewhere, elsewhere, _bench.Policy, _ => Task.FromResult(NodeMap.Unknown), _bench.Time);
        var here = new RightsBook(_bench.Store, _bench.Store, _bench.Policy, _ => Task.FromResult(NodeMap.Unknown), _bench.Time);
        const int Rounds = 250;
        var work = Task.WhenAll(WorkAsync(here, "alice", 1), WorkAsync(other, "bob", 2));
        while (!work.IsCompleted) Assert.Empty((await VerifyAsync()).Problems);
        await work;

        // Both worked on nodes of their own and on one that they took from each other all the time.
        var rights = await here.ListAsync(new(), "root", CancellationToken.None);
        foreach (var user in new[] { "alice", "bob" })
            Assert.Equal(Rounds, rights.Count(right => right.Principal.Value == user && right.Scope.Value.StartsWith(user, StringComparison.Ordinal)));
        Assert.InRange(rights.Count(static right => right.Scope.Value == "contested"), 0, 1);
        var entries = await _bench.AuditAsync();
        Assert.Equal(2 * Rounds, entries.Count(static entry => entry.Action == AuditAction.Granted && !entry.Nodes.Contains("contested", StringComparison.Ordinal) && !entry.Nodes.Contains("gone", StringComparison.Ordinal)));
        Assert.Equal(2 * Rounds, entries.Count(static entry => entry.Action == AuditAction.Revoked && entry.Nodes.StartsWith("gone", StringComparison.Ordinal)));
        var contested = entries.Where(static entry => entry.Nodes == "contested").ToList();
        Assert.Equal(
            rights.Count(static right => right.Scope.Value == "contested"),
            contested.Count(static entry => entry.Action == AuditAction.Granted) - contested.Count(static entry => entry.Action == AuditAction.Revoked));
        Assert.Equal(entries.Length, (await VerifyAsync()).Entries);

        async Task WorkAsync(RightsBook book, string user, int seed)
        {
            for (var i = 0; i < Rounds; i++)
            {
                await book.GrantAsync(RightsBench.Grant($"{user} {user}-{i}"), "root", CancellationToken.None);
                await book.GrantAsync(RightsBench.Grant($"{user} gone-{seed}-{i}"), "root", CancellationToken.None);
                await book.RevokeAsync(RightsBench.Revocation($"{user} gone-{seed}-{i}"), "root", CancellationToken.None);
                if (i % 5 == 0) await book.GrantAsync(RightsBench.Grant($"{user} contested overwrite"), "root", CancellationToken.None);
                if (i % 7 == 0) await book.RevokeAsync(RightsBench.Revocation($"{user} contested"), "root", CancellationToken.None);
            }
        }
    }

    private Task<AuditVerification> VerifyAsync(AuditMark? noted = null) => _bench.Trail.VerifyAsync(noted, "root", CancellationToken.None);

    private Task AppendAsync(int count) => _bench.Store.AppendAsync(
        Enumerable.Range(1, count).Select(static i => new AuditNote("root", AuditAction.Changed, $"change {i}", $"a-{i}")), CancellationToken.None);

    private void Execute(string statements)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Directory, "kadeploy.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    private string Definition(string trigger)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Directory, "kadeploy.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_schema WHERE name = $name";
        command.Parameters.AddWithValue("$name", trigger);
        return (string)command.ExecuteScalar()!;
    }
}
