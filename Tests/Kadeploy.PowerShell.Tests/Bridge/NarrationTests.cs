using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Tests.Fakes;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Bridge;

public class NarrationTests
{
    [Fact]
    public async Task What_work_says_is_progress_and_verbose_text_in_its_order()
    {
        var streams = new RecordingStreams();
        var given = await Narration.RunAsync(streams, "building", static say =>
        {
            say("one");
            say("two");
            return Task.FromResult(7);
        });
        Assert.Equal(7, given);
        Assert.Equal(["verbose: one", "verbose: two"], streams.Told.OfType<string>());
        var lines = streams.Told.OfType<ProgressReport>().ToList();
        Assert.Equal(["one", "two", "building"], lines.Select(static each => each.Status));
        Assert.Equal([false, false, true], lines.Select(static each => each.Completed));
    }

    [Fact]
    public async Task A_failure_of_the_work_comes_out_after_what_it_said()
    {
        var streams = new RecordingStreams();
        await Assert.ThrowsAsync<ConfigurationException>(() => Narration.RunAsync<int>(streams, "building", static say =>
        {
            say("one");
            throw new ConfigurationException("no");
        }));
        Assert.Equal(["verbose: one"], streams.Told.OfType<string>());
    }
}
