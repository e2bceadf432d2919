using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

public class SqliteStoreTests : StoreContractTests
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("kadeploy-store-").FullName, "state");

    private string LockDirectory => Path.Combine(_directory, "engines");

    private SqliteStore Sqlite => (SqliteStore)Store;

    [Fact]
    public async Task A_dead_engine_is_noticed_at_once_by_its_lock_however_long_its_lease()
    {
        var deadStore = await OpenAsync();
        var (plan, dead) = await CreateAsync(deadStore, SamplePlans.Small(1));
        await Store.RenewAsync(dead, Now, Now.AddYears(1), Token);
        var engine = await RegisterAsync(Store);
        Assert.Empty(await Store.TakeOverAsync(engine, simulated: false, Now, Token));
        await deadStore.DisposeAsync(); // frees the lock as the end of the process does, and nothing else
        Assert.Equal([plan.Operation], (await Store.TakeOverAsync(engine, simulated: false, Now, Token)).Select(static p => p.Plan.Operation));
    }

    [Fact]
    public async Task Lock_files_of_dead_engines_are_removed_and_those_of_the_living_stay()
    {
        var deadStore = await OpenAsync();
        var (_, dead) = await CreateAsync(deadStore, SamplePlans.Small(1));
        var living = await RegisterAsync(Store);
        await deadStore.DisposeAsync();
        Assert.Equal([LockFile(dead), LockFile(living)], LockFiles());
        await Store.TakeOverAsync(living, simulated: false, Now, Token);
        Assert.Equal([LockFile(living)], LockFiles());
        await Store.RetireEngineAsync(living, Token);
        Assert.Empty(LockFiles());
    }

    [Fact]
    public async Task The_lock_file_of_a_paused_engine_that_was_taken_over_goes_when_the_engine_goes()
    {
        var pausedStore = await OpenAsync();
        var (_, paused) = await CreateAsync(pausedStore, SamplePlans.Small(1));
        var engine = await RegisterAsync(Store, Now.AddSeconds(99));
        Assert.Single(await Store.TakeOverAsync(engine, simulated: false, Now.AddSeconds(20), Token));
        Assert.Equal([LockFile(paused), LockFile(engine)], LockFiles());
        await pausedStore.DisposeAsync();
        await RegisterAsync(Store);
        Assert.False(File.Exists(LockFile(paused)));
    }

    [Fact]
    public async Task Directory_and_database_are_for_the_owner_only()
    {
        await RegisterAsync(Store);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access-control lists, which are inherited");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
        foreach (var file in Directory.GetFiles(_directory))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Stores_that_are_opened_at_once_in_a_new_directory_all_work()
    {
        for (var round = 0; round < 5; round++)
        {
            var directory = Path.Combine(_directory, $"new-{round}");
            var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SqliteStore.OpenAsync(directory, Token)));
            foreach (var store in stores)
            {
                await RegisterAsync(store);
                await store.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_commit_is_on_disk_and_readers_do_not_wait()
    {
        Assert.Equal((2L, "wal"), await Sqlite.Writer.RunAsync(
            static db => ((long)db.Scalar("PRAGMA synchronous")!, (string)db.Scalar("PRAGMA journal_mode")!), Token));
        var engine = await RegisterAsync(Store);
        var plan = SamplePlans.Small(1);
        await Store.CreateOperationAsync(plan, engine, Now, Token);
        await Sqlite.Writer.RunAsync(static db => db.Execute("BEGIN IMMEDIATE"), Token);
        Assert.NotNull(await Store.FindPlanAsync(plan.Operation, Token));
        await Sqlite.Writer.RunAsync(static db => db.Execute("ROLLBACK"), Token);
    }

    [Fact]
    public async Task What_a_kill_in_the_middle_of_a_transaction_leaves_can_be_read_and_written()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.AppendAsync(engine, [Started(plan)], Token);
        var copy = Path.Combine(_directory, "copy");
        Directory.CreateDirectory(copy);
        await Sqlite.Writer.RunAsync(
            database =>
            {
                // A cache of one page: what is not committed yet is written to the log at once.
                database.Run("PRAGMA cache_size=1");
                var before = new FileInfo(Path.Combine(_directory, "kadeploy.db-wal")).Length;
                database.Execute("BEGIN IMMEDIATE");
                for (var i = 0; i < 5_000; i++)
                    database.Execute("INSERT INTO events (operation, at, kind, detail) VALUES (1, 0, 1, $1)", new string('x', 100));
                Assert.True(new FileInfo(Path.Combine(_directory, "kadeploy.db-wal")).Length > before);
                foreach (var file in Directory.GetFiles(_directory, "kadeploy.db*")) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
                return database.Execute("ROLLBACK");
            },
            Token);

        await using var resumed = await SqliteStore.OpenAsync(copy, Token);
        Assert.Single(await ReadAsync(resumed));
        var next = await RegisterAsync(resumed);
        Assert.Single(await resumed.TakeOverAsync(next, simulated: false, Now, Token));
        Assert.Equal(2, await resumed.AppendAsync(next, [Started(plan)], Token));
    }

    [Fact]
    public async Task Queries_over_events_can_join_the_names_of_steps_and_nodes()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.AppendAsync(engine, [SampleEvents.StepStarted(plan, SamplePlans.Name(1), 2)], Token);
        var row = await Sqlite.Reader.RunAsync(
            static db => db.Scalar(
                """
                SELECT nodes.name || ' ' || cluster || ' ' || instance || ' ' || micro_step FROM events
                JOIN nodes ON nodes.key = events.node JOIN steps ON steps.operation = events.operation AND steps.ordinal = events.step
                """),
            Token);
        Assert.Equal("node-1 sample BroadcastEnvChain SendEnvironment", row);
    }

    [Fact]
    public void Numbers_on_disk_never_change()
    {
        Assert.Equal(["Deployment=0", "Reboot=1", "Power=2", "Console=3"], Numbers<OperationKind>());
        Assert.Equal(["Running=0", "Finished=1", "Cancelled=2"], Numbers<OperationState>());
        Assert.Equal(
            ["SetDeploymentEnv=0", "BroadcastEnv=1", "BootNewEnv=2", "Verify=3", "Reboot=4", "Power=5", "Console=6"], Numbers<MacroStep>());
        Assert.Equal(["Retry=0", "RestartInstance=1", "Fallback=2", "GiveUp=3", "Cancel=4"], Numbers<FailureConsequence>());
        Assert.Equal(["Ok=5", "Ko=6", "Stopped=7", "Cancelled=8", "Discarded=9"], Numbers<NodeState>().Skip(5));
        Assert.Equal(
            [
                "Started=1", "Resumed=2", "CancelRequested=3", "Finished=4", "NodeLeased=5", "SetFormed=6", "StepStarted=7", "StepSucceeded=8",
                "StepFailed=9", "StepInterrupted=10", "NodeFinished=11",
            ],
            Numbers<EventKind>());

        static IEnumerable<string> Numbers<TEnum>()
            where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(static value => $"{value}={value:D}");
    }

    [Fact]
    public async Task A_store_that_is_closed_says_so()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ListOperationsAsync(1, Token));
        await Store.DisposeAsync(); // twice is once
    }

    protected override async Task<IStore> OpenStoreAsync() => await SqliteStore.OpenAsync(_directory, Token);

    protected override ValueTask CleanUpAsync()
    {
        Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string LockFile(EngineId engine) => Path.Combine(LockDirectory, $"{engine.Value}.lock");

    private HashSet<string> LockFiles() => [.. Directory.GetFiles(LockDirectory)];
}
