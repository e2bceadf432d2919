using System.Text.Json;
using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

/// <summary>The commands of <c>kadeploy env</c> on a real catalogue.</summary>
public sealed class EnvironmentCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kadeploy-env-").FullName;
    private FakeConsole _console = new();

    public EnvironmentCommandTests()
    {
        Write("image.dd", "an image");
        Write("kadeploy.yml", "server: { address: 10.0.0.1 }\nclusters: no-such-file.yml\n");
        Write("env.yaml", "name: tiny\ndescription: A small one\nos: other\nimage: { file: image.dd, kind: dd, compression: none }\n");
        Write("two.yaml", "---\nname: a\nversion: 2\nos: other\nimage: { file: image.dd, kind: dd, compression: none }\n---\nname: b\nos: other\nimage: { file: image.dd, kind: dd, compression: none }\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_environment_is_added_listed_printed_changed_compared_and_deleted()
    {
        Assert.Equal($"added: tiny version 1 of {Environment.UserName}\n", await OkAsync("env", "add", At("env.yaml")));
        Assert.Contains("A small one", await OkAsync("env", "list"), StringComparison.Ordinal);
        var printed = await OkAsync("env", "print", "tiny");
        Assert.StartsWith("---\nname: tiny\nversion: 1\ndescription: A small one\n", printed, StringComparison.Ordinal);
        Assert.Contains($"  file: server://{At("image.dd")}\n", printed, StringComparison.Ordinal);
        Assert.Contains("  checksum: ", printed, StringComparison.Ordinal);
        await OkAsync("env", "set", "tiny", "--visibility", "shared", "--destructive", "true", "--set", "author=me", "--set", "boot.kernel_params=a=b c");
        Assert.Equal(
            ["+ author: me", "- visibility: private", "+ visibility: shared", "- destructive: false", "+ destructive: true", "+ boot.kernel_params: a=b c"],
            (await OkAsync("env", "diff", "tiny")).Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderBy(Order));
        Assert.Contains("no differences", await OkAsync("env", "diff", "tiny", "--with-revision", "2"), StringComparison.Ordinal);
        Assert.Contains("- author: me", await OkAsync("env", "diff", "tiny", "--with-file", At("env.yaml")), StringComparison.Ordinal);
        Assert.Contains("visibility: private", await OkAsync("env", "print", "tiny", "--revision", "1"), StringComparison.Ordinal);
        Assert.Equal($"deleted: tiny version 1 of {Environment.UserName}\n", await OkAsync("env", "delete", "tiny"));
        Assert.Equal("No environment has been found.\n", await OkAsync("env", "list"));
        Assert.Matches(@"revision 3  .* deleted by", await OkAsync("env", "history", "tiny"));

        static int Order(string line) => Array.IndexOf(["author", "visibility", "destructive", "boot.kernel_params"], line[2..line.IndexOf(':')]);
    }

    [Fact]
    public async Task Programs_get_one_object_a_line()
    {
        await OkAsync("env", "add", At("two.yaml"));
        await OkAsync("env", "set", "a", "--set", "author=x\u00e9");
        var lines = (await OkAsync("env", "list", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([("a", 2, 2, "xé"), ("b", 1, 1, "")], lines.Select(static line => (Text(line, "name"), Number(line, "version"), Number(line, "revision"), Text(line, "author"))));
        Assert.All(lines, line => Assert.Equal(("environment", "private", "other", "dd"), (Text(line, "kind"), Text(line, "visibility"), Text(line, "os"), Text(line.GetProperty("image"), "kind"))));
        var history = (await OkAsync("env", "history", "a", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"differences\":[{\"field\":\"author\",\"before\":null,\"after\":\"x\\u00E9\"}]", history[1], StringComparison.Ordinal);
        var found = JsonDocument.Parse((await RunAsync("env", "verify", "b", "--json")).Output).RootElement;
        Assert.Equal(("verification", "no", 64), (Text(found, "kind"), Text(found, "wouldBoot"), Text(found, "sha256")!.Length));

        static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
        static int Number(JsonElement line, string name) => line.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_description_comes_from_a_server()
    {
        await using var server = new FaultyServer();
        var text = File.ReadAllText(At("env.yaml")).Replace("image.dd", At("image.dd"), StringComparison.Ordinal);
        server.Answer = (asked, stream) => FaultyServer.WriteAsync(stream, asked.Path == "/d/tiny.yaml"
            ? $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"
            : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await OkAsync("env", "add", server.At("d/tiny.yaml").AbsoluteUri);
        Assert.Contains($"file: server://{At("image.dd")}\n", await OkAsync("env", "print", "tiny"), StringComparison.Ordinal);
        var (code, _, error) = await RunAsync("env", "add", server.At("d/other.yaml").AbsoluteUri);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"the description '{server.At("d/other.yaml")}' cannot be read", error, StringComparison.Ordinal);
        Assert.Contains("404", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Descriptions_come_from_standard_input_and_go_to_files_and_back()
    {
        _console = new() { Input = new StringReader(File.ReadAllText(At("env.yaml")).Replace("image.dd", At("image.dd"), StringComparison.Ordinal)) };
        await OkAsync("env", "add", "-", keepConsole: true);
        await OkAsync("env", "add", At("two.yaml"));
        await OkAsync("env", "export", "-o", At("all.yaml"));
        Assert.Equal(3, (await OkAsync("env", "import", At("all.yaml"))).Split("unchanged").Length - 1);
        await OkAsync("env", "delete", "b");
        Write("all.yaml", File.ReadAllText(At("all.yaml")).Replace("A small one", "A big one", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Usage, (await RunAsync("env", "import", At("all.yaml"))).Code);
        var done = await OkAsync("env", "import", At("all.yaml"), "--replace");
        Assert.Contains("added: b version 1", done, StringComparison.Ordinal);
        Assert.Contains("changed: tiny version 1", done, StringComparison.Ordinal);
        Assert.Contains("unchanged: a version 2", done, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_name_file_line_and_field_and_nothing_is_recorded()
    {
        Write("bad.yaml", "name: a\nos: linux\nimage: { file: image.dd, kind: tar, compression: gz }\nnmae: b\n");
        var (code, _, error) = await RunAsync("env", "add", At("bad.yaml"));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{At("bad.yaml")}:3: key 'image.compression' is 'gz'", error, StringComparison.Ordinal);
        Assert.Contains($"{At("bad.yaml")}:4: key 'nmae' is unknown; did you mean 'name'?", error, StringComparison.Ordinal);
        Assert.Equal("", await OkAsync("env", "list", "--json"));
    }

    [Fact]
    public async Task What_is_missing_is_told_in_words()
    {
        foreach (var command in new[] { "print", "delete", "history", "diff", "verify" })
        {
            var (code, _, error) = await RunAsync("env", command, "nothing");
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains("nothing", error, StringComparison.Ordinal);
        }

        Assert.Contains("FIELD=VALUE is expected", (await RunAsync("env", "set", "a", "--set", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("OLD::NEW is expected", (await RunAsync("env", "move-files", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("one of them", (await RunAsync("env", "verify")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_no_node_would_boot_is_told_by_the_exit_code()
    {
        var (code, output, _) = await RunAsync("env", "verify", "-a", At("env.yaml"));
        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Contains("A node would not boot it.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_moved_in_all_environments()
    {
        await OkAsync("env", "add", At("two.yaml"));
        Directory.CreateDirectory(At("new"));
        File.Move(At("image.dd"), At("new/image.dd"));
        Assert.Equal(2, (await OkAsync("env", "move-files", $"{_folder}/::{At("new")}/")).Split("changed: ").Length - 1);
        Assert.Contains($"server://{At("new/image.dd")}", await OkAsync("env", "print", "b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_a_user_wrote_reaches_the_terminal_as_a_control_sequence()
    {
        Write("odd.yaml", "name: \"[red]\\\"; rm -rf\"\ndescription: \"a\\nb [/] \\t %s\"\nos: other\nimage: { file: image.dd, kind: dd, compression: none }\n");
        await OkAsync("env", "add", At("odd.yaml"));
        var list = await OkAsync("env", "list");
        Assert.Contains("[red]\"; rm -rf", list, StringComparison.Ordinal);
        Assert.DoesNotContain(list, static c => char.IsControl(c) && c != '\n');
        Write("worse.yaml", "name: \"a\\e[2J\"\nos: other\nimage: { file: image.dd, kind: dd, compression: none }\n");
        var (code, _, error) = await RunAsync("env", "add", At("worse.yaml"));
        Assert.Equal(ExitCode.Usage, code);
        Assert.DoesNotContain('\u001B', error);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text) => File.WriteAllText(At(name), text);

    private async Task<string> OkAsync(params string[] arguments) => await OkAsync(arguments, keepConsole: false);

    private async Task<string> OkAsync(string first, string second, string third, bool keepConsole) => await OkAsync([first, second, third], keepConsole);

    private async Task<string> OkAsync(string[] arguments, bool keepConsole)
    {
        var (code, output, error) = await RunAsync(arguments, keepConsole);
        Assert.True(code == ExitCode.Ok, error);
        return output;
    }

    private Task<(ExitCode Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, keepConsole: false);

    private async Task<(ExitCode Code, string Output, string Error)> RunAsync(string[] arguments, bool keepConsole)
    {
        if (!keepConsole) _console = new() { Width = 200 };
        var code = await KadeployCommand.RunAsync([.. arguments, "--state", At("state"), "--config", At("kadeploy.yml")], _console, new FakeEngines(), TestContext.Current.CancellationToken);
        return (code, _console.OutputText.ToString(), _console.ErrorText.ToString());
    }
}
