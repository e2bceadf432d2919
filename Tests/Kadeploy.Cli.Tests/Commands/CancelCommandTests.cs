using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class CancelCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kadeploy-cancel-").FullName;
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_operation_of_another_is_cancelled_by_those_whom_the_configuration_names()
    {
        // Neither the clusters nor their secrets are needed to know who is an administrator.
        var file = Path.Combine(_folder, "kadeploy.yml");
        await File.WriteAllTextAsync(file, "server: { address: 10.0.0.1, administrators: [root, boss] }\nclusters: no-such-file.yml\n", CancellationToken.None);
        _engines.Operations.Add(_engines.Script.Running with { User = "somebody-else" });
        Assert.Equal(ExitCode.Ok, await RunAsync("cancel", $"{_engines.Script.Id}", "--config", file));
        Assert.Equal(["root", "boss"], _engines.Administrators);
        Assert.Equal([(_engines.Script.Id, Environment.UserName)], _engines.Cancelled);
    }

    [Fact]
    public async Task A_configuration_that_is_named_but_missing_is_told_before_the_operation_of_another_is_cancelled()
    {
        _console.Variables["KADEPLOY_CONFIG"] = Path.Combine(_folder, "missing.yml");
        _engines.Operations.Add(_engines.Script.Running with { User = "somebody-else" });
        Assert.NotEqual(ExitCode.Ok, await RunAsync("cancel", $"{_engines.Script.Id}"));
        Assert.Contains("missing.yml", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_engines.Cancelled);
    }

    [Fact]
    public async Task Ones_own_operation_is_cancelled_without_a_configuration()
    {
        _console.Variables["KADEPLOY_CONFIG"] = Path.Combine(_folder, "missing.yml");
        _engines.Operations.Add(_engines.Script.Running with { User = Environment.UserName });
        Assert.Equal(ExitCode.Ok, await RunAsync("cancel", $"{_engines.Script.Id}"));
        Assert.Equal([], _engines.Administrators);
        Assert.Equal([(_engines.Script.Id, Environment.UserName)], _engines.Cancelled);
    }

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        KadeployCommand.RunAsync(arguments, _console, _engines, TestContext.Current.CancellationToken);
}
