using System.Security.Cryptography;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>The real executable, killed with SIGKILL in the middle of a download.</summary>
public sealed class KilledDownloadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public async Task What_a_killed_process_left_is_never_given_out_and_the_next_one_goes_on_with_it(int megabytes)
    {
        using var folder = new StateFolder();
        var content = new byte[(megabytes + 30) << 20];
        new Random(megabytes).NextBytes(content);
        await using var server = new FaultyServer();
        var sent = new TaskCompletionSource();
        server.Answer = async (asked, stream) =>
        {
            if (server.Requests.Count > 1)
            {
                await FaultyServer.Serves(() => content, static () => "\"v1\"")(asked, stream);
                return;
            }

            await FaultyServer.WriteAsync(stream, $"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {content.Length}\r\n\r\n");
            await stream.WriteAsync(content.AsMemory(0, megabytes << 20), Token);
            sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, Token);
        };
        var config = Path.Combine(folder.Path, "kadeploy.yml");
        await File.WriteAllTextAsync(config, "server: { address: 127.0.0.1, files: { networks: 127.0.0.0/8 } }\nclusters: none.yml\n", Token);
        var state = Path.Combine(folder.Path, "state");
        using (var process = KadeployProcess.Start("cache", "pin", server.At("image").AbsoluteUri, "--state", state, "--config", config))
        {
            await sent.Task.WaitAsync(Token);
            while (Directory.Exists(Path.Combine(state, "files")) is false || Directory.GetFiles(Path.Combine(state, "files"), "content", SearchOption.AllDirectories) is not [var part]
                || new FileInfo(part).Length < megabytes << 20) await Task.Yield();
            Assert.True(await process.KillAsync());
        }

        var (code, listed, error) = await KadeployProcess.RunAsync("cache", "list", "--json", "--state", state, "--config", config);
        Assert.True(code == 0, error);
        Assert.DoesNotContain("cachedFile", listed, StringComparison.Ordinal);
        Assert.Contains("\"files\":0", listed, StringComparison.Ordinal);

        (code, var pinned, error) = await KadeployProcess.RunAsync("cache", "pin", server.At("image").AbsoluteUri, "--json", "--state", state, "--config", config);
        Assert.True(code == 0, error);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(content)), pinned, StringComparison.Ordinal);
        Assert.Contains("\"pinned\":true", pinned, StringComparison.Ordinal);
        // Only what is on the disk for sure is gone on with: what was noted at 64 MiB.
        Assert.Equal(megabytes > 64 ? 64 : -1, server.Requests[1].From is { } from ? from >> 20 : -1);
        (code, _, error) = await KadeployProcess.RunAsync("cache", "verify", "--state", state, "--config", config);
        Assert.True(code == 0, error);
        Assert.Single(Directory.GetDirectories(Path.Combine(state, "files")));
    }
}
