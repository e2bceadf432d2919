using System.Diagnostics;
using Xunit;

namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>The program under the names of Kadeploy 3's commands.</summary>
public sealed class LinkTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "kadeploy");

    private readonly string _folder = Directory.CreateTempSubdirectory("kadeploy-links-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_link_is_the_command_whose_name_it_has()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        Assert.SkipUnless(File.Exists(Program), "the build made no program that can be started without 'dotnet'");
        var (code, output, _) = await RunAsync(Program, "links", _folder);
        Assert.Equal(0, code);
        Assert.Contains($"{_folder}/kaenv3 -> ", output, StringComparison.Ordinal);
        Assert.Equal((0, "No environment has been found.\n"), Shown(await RunAsync(Path.Combine(_folder, "kaenv3"), "-l", "--state", Path.Combine(_folder, "state"))));
        Assert.Equal(0, (await RunAsync(Program, "links", _folder)).ExitCode);
        File.Delete(Path.Combine(_folder, "kadeploy3"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "kadeploy3"), "another program", TestContext.Current.CancellationToken);
        (code, _, var error) = await RunAsync(Program, "links", _folder);
        Assert.Equal(2, code);
        Assert.Contains("kadeploy3' is there and is no link to this program", error, StringComparison.Ordinal);
        Assert.Equal("another program", await File.ReadAllTextAsync(Path.Combine(_folder, "kadeploy3"), TestContext.Current.CancellationToken));
    }

    private static (int Code, string Output) Shown((int ExitCode, string Output, string Error) end) => (end.ExitCode, end.Output);

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
