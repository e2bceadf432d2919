using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Tests.Fakes;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Bridge;

public class OneOfSeveralTests
{
    [Fact]
    public async Task What_cannot_be_done_is_an_error_about_its_target()
    {
        var streams = new RecordingStreams();
        Assert.False(await OneOfSeveral.TryAsync(streams, "it", static () => throw new NotAllowedException("not yours")));
        Assert.True(await OneOfSeveral.TryAsync(streams, "other", static () => Task.CompletedTask));
        var error = Assert.IsType<ErrorReport>(Assert.Single(streams.Told));
        Assert.Equal((FaultCodes.NotAllowed, "not yours", "it"), (error.Code, error.Message, error.Target));
    }

    [Fact]
    public async Task A_state_that_cannot_be_used_ends_everything() =>
        await Assert.ThrowsAsync<StoreException>(() => OneOfSeveral.TryAsync(new RecordingStreams(), "it", static () => throw new StoreException("gone")));
}
