using System.Net.Sockets;
using Kadeploy.Engine.Drivers.Consoles;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Consoles;

/// <summary>Several users of a node's only line.</summary>
public class ConsoleSharingTests
{
    [Fact]
    public async Task One_types_and_all_see_by_one_program()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        var looker = bench.Enter("looker", readOnly: true, second: 1);
        var another = bench.Enter("another", readOnly: true, second: 2);
        // They come while jane types: what she types after they are in is seen by both.
        for (var i = 0; !looker.Seen.Contains("ping", StringComparison.Ordinal) || !another.Seen.Contains("ping", StringComparison.Ordinal); i++)
        {
            await jane.TypeAsync("ping\r\n");
            await jane.SeesAsync("ping");
            await Task.Yield();
        }

        await looker.TypeAsync("nothing that anybody sees\r\n");
        await jane.TypeAsync("pong\r\n");
        foreach (var user in new[] { jane, looker, another }) await user.SeesAsync("pong");
        Assert.DoesNotContain("nothing", looker.Seen, StringComparison.Ordinal);
        Assert.Equal(1, bench.Starts);
    }

    [Fact]
    public async Task Evidence_is_gathered_from_the_line_that_a_user_has()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        using var followed = new FollowedConsole([ConsoleBench.Node], bench.Settings, "D-1");
        // What came before is there too.
        await jane.TypeAsync("boom\r\n");
        while (!followed.LastLines(ConsoleBench.Node).Contains("boom")) await Task.Yield();
        Assert.Equal("start 1", followed.LastLines(ConsoleBench.Node)[0]);
        followed.Dispose();
        await followed.Ended;
        Assert.Equal(1, bench.Starts);
    }

    [Fact]
    public async Task A_user_joins_the_line_that_evidence_is_gathered_from()
    {
        await using var bench = new ConsoleBench();
        using var followed = new FollowedConsole([ConsoleBench.Node], bench.Settings, "D-1");
        while (followed.LastLines(ConsoleBench.Node).IsEmpty) await Task.Yield();
        var jane = bench.Enter("jane");
        while (!jane.Seen.Contains("hello", StringComparison.Ordinal)) await jane.TypeAsync("hello\r\n");
        Assert.Equal(1, bench.Starts);
        followed.Dispose();
        // The program ends with the operation that had begun it, and is begun again for jane.
        await jane.SeesAsync("<the process that held the line has ended; the line is taken up again>");
        await jane.SeesAsync("start 2");
        await jane.TypeAsync("still there\r\n");
        await jane.SeesAsync("still there");
    }

    [Fact]
    public async Task Two_do_not_type_at_once()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        var failure = await bench.Enter("joe", second: 1).FailsAsync();
        Assert.Equal(FaultCodes.ConsoleTaken, failure.Code);
        Assert.Matches("^node a-1.site.example: jane types there since [0-9:]{8} UTC \\(C-", failure.Message);
        await jane.TypeAsync("undisturbed\r\n");
        await jane.SeesAsync("undisturbed");
    }

    [Fact]
    public async Task Who_takes_over_has_the_keyboard_and_the_other_is_told()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        var joe = bench.Enter("joe", takeOver: true, second: 1);
        await jane.SeesAsync("<joe has taken the console over>");
        await jane.Held;
        while (!joe.Seen.Contains("mine", StringComparison.Ordinal)) await joe.TypeAsync("mine\r\n");
        await bench.Enter("jane", second: 2).FailsAsync();
        Assert.Contains("joe takes the keyboard from jane", await bench.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spectators_go_on_when_the_one_with_the_line_leaves()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        var looker = bench.Enter("looker", readOnly: true, second: 1);
        while (!looker.Seen.Contains("ping", StringComparison.Ordinal)) await jane.TypeAsync("ping\r\n");
        await jane.DisposeAsync();
        await looker.SeesAsync("start 2");
        var joe = bench.Enter("joe", second: 2);
        while (!joe.Seen.Contains("free", StringComparison.Ordinal)) await joe.TypeAsync("free\r\n");
        await looker.SeesAsync("free");
        Assert.Equal(2, bench.Starts);
    }

    [Fact]
    public async Task A_program_that_cannot_connect_is_told_in_its_own_words()
    {
        await using var bench = new ConsoleBench("echo 'Error: no such host' >&2; exit 1");
        var failure = await bench.Enter("jane").FailsAsync();
        Assert.Equal((FaultCodes.ConsoleUnreachable, "node a-1.site.example: Error: no such host"), (failure.Code, failure.Message));
        Assert.Contains("Error: no such host]", await bench.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_can_type_at_once_although_the_programs_greeting_stays_in_its_buffer_until_the_node_prints()
    {
        await using var bench = new ConsoleBench("echo 'tcgetattr: no terminal' >&2; read line; echo '[up] late'; echo \"the node got $line\"; cat");
        bench.Settings = bench.Settings with { ProgramOf = bench.WithSign("tcgetattr") };
        var jane = bench.Enter("jane");
        await jane.SeesAsync("<the line is up>");
        await jane.TypeAsync("first\n");
        await jane.SeesAsync("the node got first");
        Assert.DoesNotContain("late", jane.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_up_without_a_greeting_shows_what_the_node_prints_from_the_first_letter()
    {
        await using var bench = new ConsoleBench("echo 'tcgetattr: no terminal' >&2; read line; printf '[u'; printf 'nlike a greeting\\n'; cat");
        bench.Settings = bench.Settings with { ProgramOf = bench.WithSign("tcgetattr") };
        var jane = bench.Enter("jane");
        await jane.SeesAsync("<the line is up>");
        await jane.TypeAsync("first\n");
        await jane.SeesAsync("[unlike a greeting");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        await using var bench = new ConsoleBench();
        bench.Settings = bench.Settings with { ProgramOf = static _ => new() { Command = new() { Program = "/nowhere/console" } } };
        Assert.Contains("/nowhere/console", (await bench.Enter("jane").FailsAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_used_is_told_at_once()
    {
        await using var bench = new ConsoleBench();
        bench.Folder.Write("consoles", "no folder");
        var failure = await bench.Enter("jane").FailsAsync();
        Assert.Equal(FaultCodes.ConsoleUnreachable, failure.Code);
        Assert.Contains($"the folder '{bench.NodeFolder}' cannot be made", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_lost_comes_back_and_the_user_is_told()
    {
        await using var bench = new ConsoleBench(ConsoleBench.Echo.Replace("cat", "read line; echo 'the link is down' >&2; exit 1", StringComparison.Ordinal));
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        await jane.TypeAsync("die\r\n");
        await jane.SeesAsync("<the line was lost: the link is down>");
        await jane.SeesAsync("<the line is up again>");
        await jane.SeesAsync("start 2");
    }

    [Fact]
    public async Task The_programs_own_escapes_are_no_escapes_for_users()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        await jane.TypeAsync("~.\r");
        await jane.TypeAsync("~~?\r\n");
        await jane.SeesAsync("~~.\r~~~?\r\n");
    }

    [Fact]
    public async Task Tokens_of_agents_are_neither_shown_nor_kept()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        await jane.TypeAsync("quiet kadeploy.token=A1b-2_c splash\r\n");
        await jane.SeesAsync("quiet kadeploy.token=******* splash");
        Assert.Contains("kadeploy.token=******* splash", await bench.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_makes_no_sense_or_does_not_read_disturbs_nobody()
    {
        await using var bench = new ConsoleBench();
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        using var nonsense = await ConnectAsync(bench);
        await nonsense.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        using var silent = await ConnectAsync(bench);
        await silent.SendAsync(ConsoleWire.Make(new ConsoleHello("silent", true, false, "C-9")));
        var line = new string('x', 1000);
        for (var i = 0; i < 3000; i++) await jane.TypeAsync(line + "\r\n");
        await jane.TypeAsync("the end\r\n");
        await jane.SeesAsync("the end");
    }

    [Fact]
    public async Task What_is_typed_before_the_line_is_up_waits_for_it()
    {
        // Programs such as ipmitool throw away what comes before.
        await using var bench = new ConsoleBench("""
            mkfifo word
            dd bs=1 count=1 <&0 of=early 2>/dev/null &
            read -r line <word
            [ -s early ] && echo 'too early' >&2 && exit 1
            echo '[up]'
            cat
            """);
        var jane = bench.Enter("jane");
        await jane.TypeAsync("?early\r\n"); // dd takes the first
        while (!File.Exists(bench.Folder["word"])) await Task.Yield();
        await File.WriteAllTextAsync(bench.Folder["word"], "go\n", TestContext.Current.CancellationToken);
        await jane.SeesAsync("<the line is up>");
        await jane.SeesAsync("early");
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_socket_is_told()
    {
        await using var bench = new ConsoleBench();
        bench.Settings = bench.Settings with { Folder = new(bench.Folder[new string('d', 100)]) };
        Assert.Contains("is too long for a socket", (await bench.Enter("jane").FailsAsync()).Message, StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(ConsoleBench bench)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(bench.NodeFolder, "socket")), TestContext.Current.CancellationToken);
        return socket;
    }
}
