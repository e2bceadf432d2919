using Kadeploy.Miniroot.Packages;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Packages;

public class CacheLockTests
{
    [Fact]
    public async Task A_second_build_waits_for_the_first_and_says_so()
    {
        using var scratch = new Scratch();
        var said = new List<string>();
        var first = await CacheLock.TakeAsync(scratch.Root, said.Add, TestContext.Current.CancellationToken);
        Assert.Empty(said);
        var second = CacheLock.TakeAsync(scratch.Root, said.Add, TestContext.Current.CancellationToken);
        Assert.Contains(scratch.Root, Assert.Single(said), StringComparison.Ordinal);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_build_that_waits_can_be_ended()
    {
        using var scratch = new Scratch();
        using var first = await CacheLock.TakeAsync(scratch.Root, static _ => { }, TestContext.Current.CancellationToken);
        using var ending = new CancellationTokenSource();
        var second = CacheLock.TakeAsync(scratch.Root, static _ => { }, ending.Token);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}
