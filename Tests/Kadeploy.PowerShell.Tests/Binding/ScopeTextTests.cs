using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Tests.Fakes;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Binding;

public class ScopeTextTests
{
    [Fact]
    public void Scopes_are_folded_and_nothing_is_everywhere()
    {
        Assert.Equal("all nodes", ScopeText.Of([]));
        Assert.Equal("all nodes", ScopeText.Of([RightScope.All]));
        Assert.Equal("cluster:lab,n-[1-3]", ScopeText.Of(RightScope.ParseList("n-[1-3],cluster:lab")));
    }

    [Fact]
    public async Task What_is_stopped_is_one_warning_for_each_operation()
    {
        var streams = new RecordingStreams();
        var operation = OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch);
        await ScopeText.WarnAsync(streams, [new(operation, "ada", NodeName.Parse("n-1")), new(operation, "ada", NodeName.Parse("n-2"))]);
        var warning = Assert.IsType<string>(Assert.Single(streams.Told));
        Assert.Contains("n-[1-2]", warning, StringComparison.Ordinal);
        Assert.Contains(operation.Value, warning, StringComparison.Ordinal);
    }
}
