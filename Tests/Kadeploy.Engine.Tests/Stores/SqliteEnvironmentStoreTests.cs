using Kadeploy.Engine.Stores;
using Kadeploy.Engine.Stores.Sqlite;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

public sealed class SqliteEnvironmentStoreTests : EnvironmentStoreContractTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kadeploy-store-").FullName;

    private protected override async Task<IEnvironmentStore> OpenStoreAsync() => await SqliteStore.OpenAsync(_directory, TestContext.Current.CancellationToken);

    protected override ValueTask CleanUpAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteFileCacheStoreTests : FileCacheStoreContractTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kadeploy-store-").FullName;

    private protected override async Task<IFileCacheStore> OpenStoreAsync() => await SqliteStore.OpenAsync(_directory, TestContext.Current.CancellationToken);

    protected override ValueTask CleanUpAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
