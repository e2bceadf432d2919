using System.Text.Json;
using Kadeploy.Cli.Tests.EndToEnd;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class ConfigImportCommandTests : IDisposable
{
    private readonly StateFolder _folder = new();
    private readonly FakeConsole _console = new() { Width = 200 };

    public ConfigImportCommandTests()
    {
        foreach (var folder in new[] { "old", "tftp/pxelinux.cfg" }) Directory.CreateDirectory(At(folder));
        foreach (var file in new[] { "old/partition.sh", "old/bootloader.sh", "tftp/vmlinuz", "tftp/initrd" }) Write(file, file);
        Write("old/server.conf", $"database: {{ kind: mysql, host: h, name: n, login: l, passwd: hunter2 }}\nnetwork: {{ server_hostname: server.example }}\npxe: {{ dhcp: {{ method: IPXE, repository: {At("tftp")} }} }}\n");
        Write("old/clusters.conf", "clusters: [{ name: lab, conf_file: lab.conf, nodes: [{ name: 'lab-[1-3]', address: '10.0.0.[1-3]' }] }]\n");
        Write("old/command.conf", "");
        Write("old/lab.conf", """
            partitioning: { block_device: /dev/sda, partitions: { deploy: 3, swap: 1 }, script: partition.sh }
            boot: { install_bootloader: bootloader.sh, kernels: { deploy: { vmlinuz: vmlinuz, initrd: initrd } } }
            remoteops: { reboot: [ssh HOSTNAME_FQDN reboot] }
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_report_names_each_key_and_what_became_of_it_and_the_site_can_be_checked()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("config", "import", At("old"), "-o", At("new")));
        var output = _console.OutputText.ToString();
        Assert.Contains("not applicable: state is kept in the state directory; the old database is not read", output, StringComparison.Ordinal);
        Assert.Contains("power.commands.reboot.soft", output, StringComparison.Ordinal);
        Assert.Contains("1 cluster with 3 nodes; ", output, StringComparison.Ordinal);
        Assert.Contains($"Written:\n  {At("new/kadeploy.yml")}\n  {At("new/clusters/lab.yml")}\n", output, StringComparison.Ordinal);
        Assert.Contains("Note: nodes would boot Kadeploy 3's deployment environment", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);

        var console = new FakeConsole();
        Assert.Equal(ExitCode.Ok, await KadeployCommand.RunAsync(["config", "check", "--config", At("new/kadeploy.yml"), "--state", At("state")], console, TestContext.Current.CancellationToken));
        Assert.Equal("lab: 3 nodes, lab-[1-3]", console.OutputLines[0]);
    }

    [Fact]
    public async Task For_programs_each_key_is_a_line_and_the_last_sums_up()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("config", "import", At("old"), "-o", At("new"), "--dry-run", "--json"));
        var lines = _console.OutputLines.Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["importedKey", "importWarning", "importSummary"], lines.Select(static line => line.GetProperty("kind").GetString()).Distinct());
        Assert.Contains(lines, static line => line.TryGetProperty("key", out var key) && key.GetString() == "database/passwd" && line.GetProperty("outcome").GetString() == "notApplicable");
        var summary = lines[^1];
        Assert.Equal((1, 3, true), (summary.GetProperty("clusters").GetInt32(), summary.GetProperty("nodes").GetInt32(), summary.GetProperty("dryRun").GetBoolean()));
        Assert.False(Directory.Exists(At("new")));
    }

    [Fact]
    public async Task What_is_wrong_is_listed_with_file_and_line_and_nothing_is_written()
    {
        Write("old/lab.conf", "partitioning: 1\n");
        Assert.Equal(ExitCode.Usage, await RunAsync("config", "import", At("old"), "-o", At("new")));
        Assert.Contains($"{At("old/lab.conf")}:1: key 'partitioning' is '1', but a table of keys is expected", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_console.OutputText.ToString());
        Assert.False(Directory.Exists(At("new")));
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Write(string name, string text) => File.WriteAllText(At(name), text);

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        KadeployCommand.RunAsync([.. arguments, "--state", At("state")], _console, TestContext.Current.CancellationToken);
}
