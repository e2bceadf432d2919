using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.BootServices;

public sealed class TftpServerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly BootFiles _files = new();
    private readonly Channel<ServedFile> _ended = Channel.CreateUnbounded<ServedFile>();
    private readonly List<TftpServer> _servers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("511")]
    [InlineData("512")]
    [InlineData("513")]
    [InlineData("1024")]
    [InlineData("100000")]
    [InlineData("/sub/a file")]
    [InlineData("sub\\a file")]
    [InlineData("good-link")]
    [InlineData("sub/up-link")]
    public async Task Files_arrive_whole(string name)
    {
        var server = Start();
        var expected = _files[name.TrimStart('/').Replace('\\', '/')];
        Assert.Equal(expected, await TftpClient.GetAsync(server, name, Patience, Token));
        Assert.Equal(expected, await TftpClient.GetAsync(server, name, Patience, Token, "blksize", "1024", "windowsize", "4", "tsize", "0"));
    }

    [Fact]
    public async Task Block_numbers_wrap()
    {
        _files.Add("big", (70_000 * 8) + 3);
        Assert.Equal(_files["big"], await TftpClient.GetAsync(Start(), "big", Patience, Token, "blksize", "8", "windowsize", "64"));
    }

    [Theory]
    [InlineData("tsize|0", "tsize|513")]
    [InlineData("BLKSIZE|1024", "blksize|1024")]
    [InlineData("blksize|65464", "blksize|1468")]
    [InlineData("windowsize|65535", "windowsize|64")]
    [InlineData("timeout|3|unknown|x|blksize|8", "blksize|8|timeout|3")]
    [InlineData("windowsize|2|tsize|0|timeout|1|blksize|600", "blksize|600|timeout|1|tsize|513|windowsize|2")]
    public async Task Options_are_agreed_to(string asked, string agreed)
    {
        var answer = await TftpClient.AskAsync(Start(), TftpClient.Request("513", "octet", asked.Split('|')), Token);
        Assert.Equal(6, answer[1]);
        Assert.Equal(agreed.Replace('|', '\0') + "\0", Encoding.ASCII.GetString(answer[2..]));
    }

    [Theory]
    [InlineData("blksize|7")]
    [InlineData("blksize|65465")]
    [InlineData("blksize|-1")]
    [InlineData("blksize|99999999999999")]
    [InlineData("timeout|0")]
    [InlineData("timeout|256")]
    [InlineData("windowsize|0")]
    [InlineData("windowsize|65536")]
    [InlineData("blksize")]
    [InlineData("")]
    public async Task Options_that_make_no_sense_are_left_out(string asked)
    {
        var answer = await TftpClient.AskAsync(Start(), TftpClient.Request("513", "octet", asked.Split('|')), Token);
        Assert.Equal([0, 3, 0, 1, .. _files["513"][..512]], answer);
    }

    [Fact]
    public async Task Nothing_outside_of_the_root_is_served()
    {
        var server = Start();
        foreach (var name in BootFiles.Escapes)
        {
            var answer = await TftpClient.AskAsync(server, TftpClient.Request(name), Token);
            Assert.True(answer[1] == 5 && answer[3] == 1, $"'{name}' was answered by {answer[1]}");
        }
    }

    [Fact]
    public async Task Writing_and_text_mode_are_refused()
    {
        var server = Start();
        Assert.Equal([0, 5, 0, 2], (await TftpClient.AskAsync(server, [0, 2, .. TftpClient.Request("new")[2..]], Token))[..4]);
        Assert.Equal([0, 5, 0, 4], (await TftpClient.AskAsync(server, TftpClient.Request("1", "netascii"), Token))[..4]);
        Assert.Equal([0, 5, 0, 4], (await TftpClient.AskAsync(server, [0, 9, 1, 0], Token))[..4]);
        Assert.False(File.Exists(Path.Combine(_files.Root, "new")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Lost_doubled_and_swapped_packets_change_nothing(int seed)
    {
        var server = Start(static options => options with { Timeout = TimeSpan.FromMilliseconds(20), Tries = 40 });
        await using var relay = new LossyRelay(server, seed);
        var patience = TimeSpan.FromMilliseconds(50);
        Assert.Equal(_files["100000"], await TftpClient.GetAsync(relay.EndPoint, "100000", patience, Token));
        Assert.Equal(_files["100000"], await TftpClient.GetAsync(relay.EndPoint, "100000", patience, Token, "blksize", "700", "windowsize", "8"));
        Assert.True(relay is { Lost: > 0, Doubled: > 0, Swapped: > 0 });
    }

    [Fact]
    public async Task A_hundred_clients_are_served_at_once()
    {
        var server = Start();
        var contents = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            number => TftpClient.GetAsync(server, "100000", Patience, Token, "blksize", "1400", "windowsize", number % 2 == 0 ? "1" : "8")));
        Assert.All(contents, content => Assert.Equal(_files["100000"], content));
    }

    [Fact]
    public async Task Garbage_does_not_stop_the_server()
    {
        var server = Start();
        var random = new Random(7);
        using (var socket = TftpClient.Open(server))
        {
            for (var i = 0; i < 3000; i++)
            {
                var packet = random.Next(2) == 0 ? TftpClient.Request("100000", "octet", "blksize", "1024", "tsize", "0") : new byte[random.Next(600)];
                if (packet.Length < 30) random.NextBytes(packet);
                for (var flips = random.Next(4); flips > 0 && packet.Length > 0; flips--) packet[random.Next(packet.Length)] = (byte)random.Next(256);
                await socket.SendToAsync(packet.AsMemory(0, random.Next(packet.Length + 1)), server, Token);
            }
        }

        Assert.Equal(_files["1024"], await TftpClient.GetAsync(server, "1024", Patience, Token));
    }

    [Fact]
    public async Task Acknowledgements_of_what_was_not_sent_are_passed_over()
    {
        var server = Start();
        using var socket = TftpClient.Open(server);
        await socket.SendToAsync(TftpClient.Request("1024"), server, Token);
        var buffer = new byte[600];
        var received = await socket.ReceiveFromAsync(buffer, server, Token);
        foreach (var block in new byte[] { 9, 0, 1 }) await socket.SendToAsync(new byte[] { 0, 4, 0, block }, received.RemoteEndPoint, Token);
        Assert.Equal(516, (await socket.ReceiveFromAsync(buffer, server, Token)).ReceivedBytes);
        Assert.Equal(2, buffer[3]);
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_given_up_and_told_of()
    {
        var server = Start(static options => options with { Timeout = TimeSpan.FromMilliseconds(5), Tries = 3 });
        using var socket = TftpClient.Open(server);
        await socket.SendToAsync(TftpClient.Request("100000"), server, Token);
        var buffer = new byte[600];
        for (var tries = 0; tries < 3; tries++) Assert.Equal(516, (await socket.ReceiveFromAsync(buffer, server, Token)).ReceivedBytes);
        var ended = await EndedAsync();
        Assert.Equal(("100000", 0, "the client does not answer"), (ended.Path, ended.Bytes, ended.Failure));
    }

    [Fact]
    public async Task A_request_that_comes_twice_is_one_transfer()
    {
        var server = Start(static options => options with { MostTransfers = 1 });
        using var socket = TftpClient.Open(server);
        for (var i = 0; i < 3; i++) await socket.SendToAsync(TftpClient.Request("1"), server, Token);
        var buffer = new byte[600];
        var received = await socket.ReceiveFromAsync(buffer, server, Token);
        Assert.Equal(3, buffer[1]);
        await socket.SendToAsync(new byte[] { 0, 4, 0, 1 }, received.RemoteEndPoint, Token);
        Assert.Null((await EndedAsync()).Failure);
    }

    [Fact]
    public async Task Too_many_transfers_are_refused()
    {
        var server = Start(static options => options with { MostTransfers = 1 });
        Assert.Equal(3, (await TftpClient.AskAsync(server, TftpClient.Request("1024"), Token))[1]);
        Assert.Equal([0, 5, 0, 0], (await TftpClient.AskAsync(server, TftpClient.Request("1024"), Token))[..4]);
    }

    [Fact]
    public async Task IPv6_is_served()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        var server = Start(static options => options with { Addresses = [IPAddress.IPv6Loopback] });
        Assert.Equal(_files["1024"], await TftpClient.GetAsync(server, "1024", Patience, Token));
    }

    [Fact]
    public async Task A_server_on_all_addresses_answers_from_the_one_that_was_asked()
    {
        var server = Start(static options => options with { Addresses = [IPAddress.Any] });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var asked = new IPEndPoint(OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.0.7") : IPAddress.Loopback, server.Port);
        await socket.SendToAsync(TftpClient.Request("1"), asked, Token);
        var received = await socket.ReceiveFromAsync(new byte[600], asked, Token);
        Assert.Equal(asked.Address, ((IPEndPoint)received.RemoteEndPoint).Address);
    }

    [Fact]
    public void What_cannot_be_served_is_said()
    {
        var server = Start();
        Assert.Contains("is not there", Assert.Throws<ConfigurationException>(
            () => TftpServer.Start(new() { Root = _files.Root + "-missing" }, TimeProvider.System)).Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{server.Port}", Assert.Throws<ConfigurationException>(
            () => Start(options => options with { Port = server.Port })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("curl", "-sS --max-time 30 -o {file} tftp://127.0.0.1:{port}/100000")]
    [InlineData("curl", "-sS --max-time 30 --tftp-blksize 1024 -o {file} tftp://127.0.0.1:{port}/100000")]
    [InlineData("atftp", "-g -r 100000 -l {file} 127.0.0.1 {port}")]
    [InlineData("atftp", "--option|blksize 1428|--option|windowsize 8|--option|tsize 0|-g|-r|100000|-l|{file}|127.0.0.1|{port}")]
    [InlineData("tftp", "-m binary 127.0.0.1 {port} -c get 100000 {file}")]
    [InlineData("busybox", "tftp -g -b 1400 -r 100000 -l {file} 127.0.0.1 {port}")]
    public async Task Real_clients_are_served(string program, string arguments)
    {
        Assert.SkipUnless(ProgramPath.Find(program) is not null, $"{program} is not installed (on Debian: apt install curl atftp tftp-hpa busybox)");
        var server = Start();
        var file = Path.Combine(_files.Scratch, "got");
        var words = arguments.Replace("{port}", server.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{file}", file, StringComparison.Ordinal).Split(arguments.Contains('|', StringComparison.Ordinal) ? '|' : ' ');
        var outcome = await new ProcessRunner(TimeProvider.System).RunAsync(
            new() { Program = program, Arguments = [.. words.Select(static word => (ProcessArgument)word)] }, Token);
        Assert.True(outcome.ExitStatus == 0, string.Join('\n', outcome.Evidence));
        Assert.Equal(_files["100000"], await File.ReadAllBytesAsync(file, Token));
    }

    private IPEndPoint Start(Func<TftpOptions, TftpOptions>? change = null)
    {
        var options = new TftpOptions { Root = _files.Root, Addresses = [IPAddress.Loopback], Port = 0, Ended = ended => _ended.Writer.TryWrite(ended) };
        var server = TftpServer.Start(change?.Invoke(options) ?? options, TimeProvider.System);
        _servers.Add(server);
        return server.EndPoints[0];
    }

    private ValueTask<ServedFile> EndedAsync() => _ended.Reader.ReadAsync(Token);
}
