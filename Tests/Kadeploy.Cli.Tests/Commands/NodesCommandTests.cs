using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class NodesCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task An_interrupt_ends_the_process_while_it_waits_for_input()
    {
        var input = new WaitingReader();
        var console = new FakeConsole { Input = input };
        input.Reading = () => Assert.True(console.InterruptsReleased);
        Assert.Equal(ExitCode.Ok, await KadeployCommand.RunAsync(["nodes", "fold", "-"], console, TestContext.Current.CancellationToken));
        Assert.True(input.WasRead);
    }

    [Fact]
    public async Task Expand_writes_each_node_once()
    {
        var console = new FakeConsole();
        await RunAsync(console, "expand", "b", "a,b", "A");
        Assert.Equal(["a", "b"], console.OutputLines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_come_from_arguments_files_and_standard_input_without_comments()
    {
        await File.WriteAllTextAsync(_file, "# all nodes\n\nb # spare\n  c  \n", TestContext.Current.CancellationToken);
        var console = new FakeConsole { Input = new StringReader("d\n#e\n") };
        Assert.Equal(ExitCode.Ok, await RunAsync(console, "expand", "a", "-", "-f", _file));
        Assert.Equal(["a", "b", "c", "d"], console.OutputLines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Folding_writes_one_line()
    {
        var console = new FakeConsole();
        await RunAsync(console, "fold", "a-1.lan", "b-1.lan");
        Assert.Single(console.OutputLines);
    }

    [Fact]
    public async Task As_json_each_node_is_an_object_and_a_folded_list_is_one()
    {
        var console = new FakeConsole();
        await RunAsync(console, "expand", "a", "b", "--json");
        Assert.Equal(["""{"kind":"node","name":"a"}""", """{"kind":"node","name":"b"}"""], console.OutputLines);
        console = new FakeConsole();
        await RunAsync(console, "fold", "a", "--json");
        Assert.Equal(["""{"kind":"nodes","folded":"a","count":1}"""], console.OutputLines);
    }

    [Fact]
    public async Task Standard_input_may_be_empty()
    {
        var console = new FakeConsole { Input = new StringReader("") };
        Assert.Equal(ExitCode.Ok, await RunAsync(console, "expand", "-f", "-"));
        Assert.Empty(console.OutputLines);
    }

    [Fact]
    public async Task Without_any_source_the_ways_to_name_nodes_are_told()
    {
        var console = new FakeConsole();
        Assert.Equal(ExitCode.Usage, await RunAsync(console, "fold"));
        Assert.Contains("give names, '-' for standard input, or -f FILE", console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named()
    {
        var console = new FakeConsole();
        Assert.Equal(ExitCode.Usage, await RunAsync(console, "fold", "-f", _file + ".missing"));
        Assert.Contains($"the list of nodes '{_file}.missing' cannot be read", console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_none_are_all_listed()
    {
        var console = new FakeConsole();
        Assert.Equal(ExitCode.Usage, await RunAsync(console, "fold", "a;b", "c", "d!"));
        Assert.Contains("a;b", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Contains("d!", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(console.OutputLines);
    }

    private static Task<ExitCode> RunAsync(FakeConsole console, params string[] args) =>
        KadeployCommand.RunAsync(["nodes", .. args], console, new FakeEngines(), TestContext.Current.CancellationToken);

    private sealed class WaitingReader : StringReader
    {
        public WaitingReader()
            : base("node-1\n")
        {
        }

        public Action? Reading { get; set; }

        public bool WasRead { get; private set; }

        public override string? ReadLine()
        {
            Reading?.Invoke();
            WasRead = true;
            return base.ReadLine();
        }
    }
}
