using System.Diagnostics;
using System.Globalization;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>Broken disks and files: each is refused or survived, with a message that names the file and what to do.</summary>
public sealed class SqliteStoreFailureTests : IDisposable
{
    private static readonly DateTimeOffset Now = SamplePlans.PlannedAt;

    private readonly string _directory = Directory.CreateTempSubdirectory("kadeploy-store-").FullName;
    private readonly EngineId _engine = new(Guid.NewGuid());
    private readonly OperationPlan _plan = SamplePlans.Small(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(_directory, "kadeploy.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_file_in_the_place_of_the_state_directory_is_refused()
    {
        var path = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(path, "", Token);
        await RefusedAsync(path, path, "choose another directory with --state");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_refused()
    {
        if (!Directory.Exists("/proc/self")) Assert.Skip("only /proc refuses new directories to root too");
        await RefusedAsync("/proc/kadeploy", "/proc/kadeploy", "choose another directory with --state");
    }

    [Fact]
    public async Task A_directory_that_takes_no_files_is_refused()
    {
        if (!Directory.Exists("/proc/self")) Assert.Skip("only /proc refuses new files to root too");
        await RefusedAsync("/proc/self", "/proc/self", "choose another directory with --state");
    }

    [Fact]
    public async Task A_read_only_file_system_is_refused_until_it_is_writable_again()
    {
        using var disk = SmallDisk.Mount(_directory);
        await (await CreateAsync()).DisposeAsync();
        disk.Remount("ro");
        await RefusedAsync(_directory, DatabaseFile, "cannot be opened for writing", "choose another directory with --state");
        disk.Remount("rw");
        await using var store = await SqliteStore.OpenAsync(_directory, Token);
        Assert.NotNull(await store.FindPlanAsync(_plan.Operation, Token));
    }

    [Fact]
    public async Task A_read_only_directory_is_refused()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("permissions do not bind this user");
            return;
        }

        await (await CreateAsync()).DisposeAsync();
        File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            await RefusedAsync(_directory, _directory, "choose another directory with --state");
        }
        finally
        {
            File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_disk_that_fills_up_costs_the_batch_that_does_not_fit_and_nothing_else()
    {
        using var disk = SmallDisk.Mount(_directory);
        await using var store = await CreateAsync();
        var stored = 0;
        var full = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (; ; stored += 1_000) await AppendAsync(store, 1_000);
        });
        Assert.Contains(DatabaseFile, full.Message, StringComparison.Ordinal);
        Assert.Contains("kadeploy resume", full.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => AppendAsync(store, 10_000));

        disk.Remount("size=64m");

        Assert.Equal(stored + 1, await AppendAsync(store, 1_000));
        Assert.Equal(stored + 1_000, await CountAsync(store));
    }

    [Fact]
    public async Task A_full_database_is_told_from_others_and_takes_events_again_once_there_is_room()
    {
        await using var store = await CreateAsync();
        await AppendAsync(store, 100);
        await store.Writer.RunAsync(static db => db.Scalar("PRAGMA max_page_count=1"), Token); // that is: as many as there are
        var full = await Assert.ThrowsAsync<StoreException>(() => AppendAsync(store, 5_000));
        Assert.Equal($"the disk that holds {DatabaseFile} is full; make room there, then run 'kadeploy resume'", full.Message);
        Assert.Equal(100, await CountAsync(store));
        await store.Writer.RunAsync(static db => db.Scalar("PRAGMA max_page_count=100000"), Token);
        Assert.Equal(101, await AppendAsync(store, 5_000));
        Assert.Equal(5_100, await CountAsync(store));
    }

    [Fact]
    public async Task An_operation_for_which_there_is_no_room_leaves_nothing_behind_wherever_the_room_ends()
    {
        await using var store = await CreateAsync();
        var large = SamplePlans.Small(300, first: 2);
        var pages = (long)await store.Writer.RunAsync(static db => db.Scalar("PRAGMA page_count")!, Token);
        var failures = 0;
        while (!await FitsAsync(pages + failures))
        {
            Assert.Null(await store.FindPlanAsync(large.Operation, Token));
            Assert.True(++failures < 200, "more room does not help");
        }

        Assert.True(failures > 10, $"the operation took {failures} pages only");

        async Task<bool> FitsAsync(long room)
        {
            await store.Writer.RunAsync(db => db.Scalar($"PRAGMA max_page_count={room}"), Token);
            try
            {
                return (await store.CreateOperationAsync(large, _engine, Now, Token)).IsEmpty;
            }
            catch (StoreException full)
            {
                Assert.Contains("is full", full.Message, StringComparison.Ordinal);
                return false;
            }
        }
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var content = string.Concat(Enumerable.Repeat("my holiday pictures ", 1_000));
        await File.WriteAllTextAsync(DatabaseFile, content, Token);
        await RefusedAsync(_directory, $"{DatabaseFile} is not a database of Kadeploy", "move it away");
        Assert.Equal(content, await File.ReadAllTextAsync(DatabaseFile, Token));
    }

    [Fact]
    public async Task The_database_of_another_program_is_refused_and_left_alone()
    {
        Change("CREATE TABLE pictures (name TEXT)");
        var content = await File.ReadAllBytesAsync(DatabaseFile, Token);
        await RefusedAsync(_directory, $"{DatabaseFile} is not a database of Kadeploy", "move it away");
        Assert.Equal(content, await File.ReadAllBytesAsync(DatabaseFile, Token));
        Change("PRAGMA user_version=1");
        await RefusedAsync(_directory, $"{DatabaseFile} is not a database of Kadeploy", "move it away");
    }

    [Fact]
    public async Task The_database_of_a_newer_version_is_refused()
    {
        await (await CreateAsync()).DisposeAsync();
        Change("PRAGMA user_version=99");
        await RefusedAsync(_directory, DatabaseFile, "newer version of Kadeploy (schema 99; this version knows ", "update Kadeploy");
    }

    [Fact]
    public void Scripts_are_numbered_without_gaps_because_the_schema_is_known_by_how_many_have_run() =>
        Assert.Equal(
            Enumerable.Range(1, OlderSchema.Scripts.Count).Select(static number => number.ToString("0000", CultureInfo.InvariantCulture)),
            OlderSchema.Scripts.Select(static script => script["Migrations/".Length..][..4]));

    [Fact]
    public async Task A_database_of_any_earlier_version_is_brought_to_this_one()
    {
        await (await CreateAsync()).DisposeAsync();
        var today = Schema();
        for (var version = 1; version < OlderSchema.Scripts.Count; version++)
        {
            OlderSchema.GoBack(DatabaseFile, version);
            Assert.NotEqual(today, Schema());
            await (await SqliteStore.OpenAsync(_directory, Token)).DisposeAsync();
            Assert.Equal(today, Schema());
        }
    }

    [Fact]
    public async Task Damage_that_is_found_at_opening_is_refused()
    {
        await (await CreateAsync()).DisposeAsync();
        Damage(from: 100, to: 4096); // behind the header: the schema
        await RefusedAsync(_directory, $"{DatabaseFile} is damaged", "restore it from a backup");
    }

    [Fact]
    public async Task Damage_that_is_found_later_is_reported_in_the_same_words()
    {
        await using (var store = await CreateAsync()) await AppendAsync(store, 5_000);
        foreach (var page in RootPages()) Damage(from: (page - 1) * 4096, to: page * 4096); // the schema itself stays, however long it is
        await using var damaged = await SqliteStore.OpenAsync(_directory, Token);
        foreach (var use in new Func<Task>[]
        {
            () => CountAsync(damaged), () => damaged.ListOperationsAsync(9, Token), () => AppendAsync(damaged, 1),
            () => damaged.FindPlanAsync(_plan.Operation, Token), () => damaged.RegisterEngineAsync(new(Guid.NewGuid()), Now, Token),
        })
        {
            Assert.StartsWith($"{DatabaseFile} is damaged", (await Assert.ThrowsAsync<StoreException>(use)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_reported_as_damaged()
    {
        await using (var store = await CreateAsync()) await AppendAsync(store, 5_000);
        await using (var file = File.OpenWrite(DatabaseFile)) file.SetLength(file.Length / 2);
        var refused = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await using var store = await SqliteStore.OpenAsync(_directory, Token);
            await CountAsync(store);
        });
        Assert.StartsWith($"{DatabaseFile} is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE events SET kind = 99")]
    [InlineData("UPDATE events SET kind = 8")]
    [InlineData("UPDATE events SET detail = '{'")]
    [InlineData("UPDATE events SET operation = 99")]
    [InlineData("UPDATE events SET kind = 5, node = 99")]
    [InlineData("UPDATE events SET step = 99")]
    [InlineData("UPDATE operations SET id = 'X'")]
    public async Task Rows_that_make_no_sense_are_reported_as_damage(string change)
    {
        await using (var store = await CreateAsync()) await AppendAsync(store, 1);
        Change(change);
        await using var damaged = await SqliteStore.OpenAsync(_directory, Token);
        Assert.StartsWith($"{DatabaseFile} is damaged", (await Assert.ThrowsAsync<StoreException>(() => CountAsync(damaged))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "check owner, permissions")]
    [InlineData(5, "locked by another process for more than 10 s")]
    [InlineData(6, "locked by another process for more than 10 s")]
    [InlineData(8, "cannot be opened for writing")]
    [InlineData(10, "check the disk and its free space")]
    [InlineData(11, "is damaged")]
    [InlineData(13, "is full")]
    [InlineData(14, "cannot be opened for writing")]
    [InlineData(26, "is not a database of Kadeploy")]
    [InlineData(1, "whatever it was")]
    public void Every_failure_of_SQLite_names_the_file(int code, string text)
    {
        var failure = new SqliteException("whatever it was", code);
        var translated = SqliteErrors.Translate(failure, "/state/kadeploy.db");
        Assert.Contains("/state/kadeploy.db", translated.Message, StringComparison.Ordinal);
        Assert.Contains(text, translated.Message, StringComparison.Ordinal);
        Assert.Same(failure, translated.InnerException);
    }

    private static async Task RefusedAsync(string directory, params string[] texts)
    {
        var refused = await Assert.ThrowsAsync<StoreException>(() => SqliteStore.OpenAsync(directory, Token));
        Assert.All(texts, text => Assert.Contains(text, refused.Message, StringComparison.Ordinal));
    }

    private static async Task<int> CountAsync(SqliteStore store)
    {
        var count = 0;
        await foreach (var happened in store.ReadEventsAsync(null, 0, Token)) count++;
        return count;
    }

    private async Task<SqliteStore> CreateAsync()
    {
        var store = await SqliteStore.OpenAsync(_directory, Token);
        await store.RegisterEngineAsync(_engine, Now.AddSeconds(15), Token);
        await store.CreateOperationAsync(_plan, _engine, Now, Token);
        return store;
    }

    private Task<long> AppendAsync(SqliteStore store, int count) => store.AppendAsync(
        _engine, [.. Enumerable.Repeat(new OperationEvent.Started { Operation = _plan.Operation, At = Now }, count)], Token);

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Schema()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name || ' ' || coalesce(sql, '') FROM sqlite_schema UNION ALL SELECT 'version ' || user_version FROM pragma_user_version ORDER BY 1";
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read()) lines.Add(reader.GetString(0));
        return lines;
    }

    private List<long> RootPages()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0";
        using var reader = command.ExecuteReader();
        var pages = new List<long>();
        while (reader.Read()) pages.Add(reader.GetInt64(0));
        return pages;
    }

    private void Damage(long from, long to)
    {
        using var file = File.OpenWrite(DatabaseFile);
        file.Position = from;
        file.Write(Enumerable.Repeat((byte)0xA5, (int)(to - from)).ToArray());
    }

    /// <summary>A file system of 2 MB of its own over a directory; it takes root on Linux.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly string _directory;

        private SmallDisk(string directory) => _directory = directory;

        public static SmallDisk Mount(string directory)
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Assert.Skip("only root on Linux can mount a small disk");
            if (!Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", directory)) Assert.Skip("this system does not let root mount a small disk");
            return new(directory);
        }

        public void Remount(string options) => Assert.True(Run("mount", "-o", "remount," + options, _directory), $"cannot remount with {options}");

        public void Dispose() => Assert.True(Run("umount", "--lazy", _directory), "cannot unmount");

        private static bool Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
