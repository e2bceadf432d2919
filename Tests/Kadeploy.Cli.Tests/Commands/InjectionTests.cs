using System.Text.Json;
using Kadeploy.Cli.Tests.EndToEnd;
using Kadeploy.Cli.Tests.Fakes;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

/// <summary>Texts that mean something to a database, a terminal, a shell or a file system are data in every field of every catalogue.</summary>
public sealed class InjectionTests : IDisposable
{
    private readonly StateFolder _folder = new();
    private FakeConsole _console = new();

    public InjectionTests()
    {
        File.WriteAllText(At("kadeploy.yml"), "server: { address: 127.0.0.1 }\n");
        File.WriteAllText(At("lab.yml"), "name: lab\nnodes: { name: 'n-[1-2]' }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n");
        File.WriteAllText(At("image"), "an image");
    }

    public static TheoryData<string> Intruders =>
    [
        "'; DROP TABLE environments; --", "x' OR \"\"=\"\" UNION SELECT hash FROM audit --", "%_", "a\u001B[2J\u001B]0;title\u0007\u009B31mb", "\u202Eevil\u2066", "a\r\nb", "\t", "\0",
        "$(touch kadeploy-injected) `touch kadeploy-injected`; touch kadeploy-injected", "../../kadeploy-injected", "/etc/passwd", "--json", "[bold]x[/] {0} %s%n <script> a,b\"c", "é😀",
        new string('a', 5000),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Intruders))]
    public async Task Text_stays_inside_its_field(string text)
    {
        await OkAsync("clusters", "import", At("lab.yml"));
        await OkAsync("env", "add", Description("witness", "seen"));
        await OkAsync("rights", "grant", "-u", "witness", "-m", "n-1", "-p", "/dev/sda3");
        await OkAsync("simulate", "--nodes", "1", "--latency", "none");
        var (before, schema) = (await WitnessesAsync(), Schema());
        var files = Listing();

        // Into every field that is written, ...
        foreach (var field in new[] { "name", "description", "author", "kernel_params", "alias", "arch", "filesystem", "kernel", "script", "file", "checksum" })
            await TryAsync("env", "add", Description("w", "seen", field, text));
        foreach (var field in new[] { "description", "author", "boot.kernel_params", "image.file", text }) await TryAsync("env", "set", "w", "--field", $"{field}={text}");
        await TryAsync("rights", "grant", $"--user={text}", "-m", "n-2");
        await TryAsync("rights", "grant", "-u", "someone", $"--machine={text}");
        await TryAsync("rights", "grant", "-u", "someone", "-m", "n-2", $"--part={text}");
        await TryAsync("nodes", "add", $"--cluster={text}", "n-3");
        await TryAsync("nodes", "add", "--cluster=lab", "--", text);
        await TryAsync("clusters", "set", "lab", text);
        await TryAsync("cache", "pin", "--", text);
        await TryAsync("cancel", "--", text);
        // ... by which something is looked for, ...
        foreach (var command in new[] { "env list", "env print", "env history", "env verify", "env delete", "env export", "nodes list", "nodes show", "clusters show", "cache unpin", "operations" })
            await TryAsync([.. command.Split(' '), "--", text]);
        foreach (var option in new[] { "--user", "--cluster", "--environment", "--machine", "--fault", "--from", "--fields", "--sort", "--operation" }) await TryAsync("stat", "log", "--simulated", $"{option}={text}");
        foreach (var option in new[] { "--user", "--machine", "--action", "--operation" }) await TryAsync("audit", "list", $"{option}={text}");
        foreach (var option in new[] { "--group", "--tag", "--env", "--cluster", "--condition" }) await TryAsync("nodes", "list", $"{option}={text}");
        await TryAsync("rights", "test", $"--user={text}", "-m", "n-1");
        await TryAsync("rights", "revoke", $"--user={text}");

        // ... and out of everything that is shown.
        foreach (var command in new[] { "env list -a", "env print w", "env history w", "env export", "rights list", "audit list", "nodes list", "nodes show n-1", "clusters list", "stat log --simulated", "cache list", "operations" })
            foreach (var json in new[] { false, true })
                await TryAsync([.. command.Split(' '), .. json ? new[] { "--json" } : []]);
        Assert.Equal(before, await WitnessesAsync());
        Assert.Equal(schema, Schema());
        await OkAsync("audit", "verify");
        Assert.Equal(files, Listing());
        Assert.False(File.Exists("kadeploy-injected"));
    }

    /// <summary>Gives what must be there whatever others write.</summary>
    private async Task<string> WitnessesAsync() => string.Join(
        '\n', [.. await OkAsync("env", "list", "witness", "--json"), .. await OkAsync("rights", "list", "-u", "witness", "--json"), .. await OkAsync("nodes", "show", "n-1", "--json"), .. await OkAsync("stat", "log", "--simulated", "--json")]);

    private async Task<string[]> OkAsync(params string[] arguments)
    {
        var code = await RunAsync(arguments);
        Assert.True(code == ExitCode.Ok, $"{string.Join(' ', arguments)}: {_console.ErrorText}");
        return _console.OutputLines;
    }

    /// <summary>Runs a command that may be refused, but neither fails in another way nor sends anything to the terminal but text.</summary>
    private async Task TryAsync(params string[] arguments)
    {
        var code = await RunAsync(arguments);
        var (output, error, what) = (_console.OutputText.ToString(), _console.ErrorText.ToString(), string.Join(' ', arguments));
        Assert.True(code is ExitCode.Ok or ExitCode.Usage or ExitCode.Refused or ExitCode.SomeFailed or ExitCode.AllFailed, $"{what}: {code} {error}");
        foreach (var shown in new[] { output, error })
            Assert.False(shown.Any(static c => (char.IsControl(c) && c != '\n') || c is '\u202E'), $"{what}: {JsonEncodedText.Encode(shown)}");
        Assert.DoesNotContain("   at Kadeploy", error, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite", error, StringComparison.Ordinal);
        if (arguments[^1] == "--json" && !arguments.Contains("--")) Assert.All(_console.OutputLines, static line => JsonDocument.Parse(line));
    }

    private Task<ExitCode> RunAsync(params string[] arguments)
    {
        _console = new();
        var rest = Array.IndexOf(arguments, "--") is var at and >= 0 ? at : arguments.Length;
        string[] places = ["--state", At("state"), .. arguments is ["simulate" or "stat" or "operations", ..] ? Array.Empty<string>() : ["--config", At("kadeploy.yml")]];
        return KadeployCommand.RunAsync([.. arguments[..rest], .. places, .. arguments[rest..]], _console, TestContext.Current.CancellationToken);
    }

    /// <summary>Writes a description, as JSON, which is YAML and takes any text.</summary>
    private string Description(string name, string description, string? field = null, string text = "")
    {
        var image = new Dictionary<string, string> { ["file"] = At("image"), ["kind"] = "tar", ["compression"] = "gzip" };
        var boot = new Dictionary<string, string> { ["kernel"] = "/vmlinuz", ["kernel_params"] = "quiet" };
        var script = new Dictionary<string, string> { ["archive"] = At("image"), ["compression"] = "gzip", ["script"] = "go" };
        var whole = new Dictionary<string, string> { ["name"] = name, ["version"] = "1", ["description"] = description, ["os"] = "linux", ["filesystem"] = "ext4" };
        if (field is not null) (field switch { "file" or "checksum" => image, "kernel" or "kernel_params" => boot, "script" => script, _ => whole })[field] = text;
        var path = At("description.yaml");
        File.WriteAllText(path, $"{{{Entries(whole)}, \"image\": {{{Entries(image)}}}, \"boot\": {{{Entries(boot)}}}, \"postinstalls\": [{{{Entries(script)}}}]}}");
        return path;

        static string Entries(Dictionary<string, string> table) =>
            string.Join(", ", table.Select(static entry => $"\"{entry.Key}\": {(entry.Key == "version" ? entry.Value : $"\"{JsonEncodedText.Encode(entry.Value)}\"")}"));
    }

    private string Schema()
    {
        using var connection = new SqliteConnection($"Data Source={At("state/kadeploy.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(name || coalesce(sql, ''), ';') || (SELECT integrity_check FROM pragma_integrity_check) FROM (SELECT * FROM sqlite_schema ORDER BY name)";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>Lists all files but those of the state directory that are its own business.</summary>
    private string Listing() => string.Join(
        '\n', Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(At("state/engines"), StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("kadeploy.db", StringComparison.Ordinal))
            .Append(string.Join('\n', Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_folder.Path)!, "kadeploy-injected*"))).Order(StringComparer.Ordinal));

    private string At(string name) => Path.Combine(_folder.Path, name);
}
