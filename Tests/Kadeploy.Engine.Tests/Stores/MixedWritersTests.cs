using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kadeploy.TestKit.Writers;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>Two processes at once change everything that a state directory keeps: nodes, environments, rights, operations, and the audit trail of all of it.</summary>
/// <remarks>The long form is <c>Tests/Benchmarks -- writers</c>.</remarks>
public sealed class MixedWritersTests : IDisposable
{
    private const string Variable = "KADEPLOY_TEST_MIXED_WRITER";
    private const int Steps = 300;

    private static readonly string[] Writers = ["one", "two"];

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("kadeploy-writers-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task Nothing_of_all_that_two_processes_write_at_once_is_lost()
    {
        await MixedWriter.PrepareAsync(_state.FullName, Writers);
        using var gate = new TcpListener(IPAddress.Loopback, 0);
        gate.Start();
        var processes = Writers.Select(writer => Start(writer, gate)).ToList();
        try
        {
            var ready = new List<Socket>();
            foreach (var _ in Writers) ready.Add(await gate.AcceptSocketAsync(TestContext.Current.CancellationToken));
            foreach (var socket in ready)
            {
                socket.Send([1]);
                socket.Dispose();
            }

            foreach (var process in processes) await EndAsync(process);
        }
        finally
        {
            foreach (var process in processes)
            {
                if (!process.HasExited) process.Kill();
                process.Dispose();
            }
        }

        Assert.Empty(await MixedWriter.FindLossesAsync(_state.FullName, Writers, Steps));
        Assert.NotEmpty(await MixedWriter.FindLossesAsync(_state.FullName, Writers, Steps + 20)); // what was not written is missed
    }

    /// <summary>The other process: nothing is run unless the test above asks for it.</summary>
    [Fact(Explicit = true)]
    public async Task Writer()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var state, var writer, var port]) throw new InvalidOperationException("nobody asked");
        await MixedWriter.RunAsync(state, writer, Steps, async () =>
        {
            using var gate = new TcpClient();
            await gate.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
            Assert.Equal(1, await gate.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        });
    }

    private Process Start(string writer, TcpListener gate)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(MixedWritersTests).Assembly.Location, "--explicit", "only", "--no-progress", "--filter-method", $"*{nameof(MixedWritersTests)}.{nameof(Writer)}" })
            start.ArgumentList.Add(argument);
        start.Environment[Variable] = $"{_state.FullName}|{writer}|{((IPEndPoint)gate.LocalEndpoint).Port}";
        return Process.Start(start)!;
    }

    private static async Task EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await error);
    }
}
