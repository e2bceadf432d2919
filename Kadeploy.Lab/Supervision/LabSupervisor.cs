using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Kadeploy.Lab.Configuration;
using Kadeploy.Lab.Nodes;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab;

/// <summary>The first process of a lab's namespaces: it makes the network, runs DHCP, TFTP, HTTP and the BMCs, and is every node's power supply.
/// When it ends, for whatever reason, the kernel ends all of it.</summary>
[SupportedOSPlatform("linux")]
public sealed class LabSupervisor : IAsyncDisposable
{
    /// <summary>What is written to standard output when everything answers; anything else is why it does not.</summary>
    public const string Ready = "ready";

    private const string ConnectionTableSize = "/proc/sys/net/ipv4/tcp_child_ehash_entries";

    private static readonly TimeSpan ServiceLimit = TimeSpan.FromSeconds(60);

    /// <summary>Between the end of a BMC and its next start, so that one which cannot run does not use up the machine.</summary>
    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly LabFolder _folder;
    private readonly LabOptions _options;
    private readonly TimeProvider _time;
    private readonly SupervisorLog _log;
    private readonly Dictionary<int, (PowerSupply Supply, FileStream Answers)> _nodes = [];
    private readonly List<Task> _work = [];
    private IAsyncDisposable? _files;

    private LabSupervisor(LabFolder folder, LabOptions options, TimeProvider time)
    {
        (_folder, _options, _time) = (folder, options, time);
        _log = new(folder.Log, time);
    }

    /// <summary>Runs a lab.</summary>
    /// <param name="folder">Its files, prepared.</param>
    /// <param name="serveFiles">Serves a folder by HTTP at an address until it is disposed of. Hundreds of nodes ask within a second.</param>
    /// <param name="ready">Called once, when everything answers.</param>
    /// <param name="tether">Ends the lab when it ends; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the lab.</param>
    /// <returns>A task that ends with the lab.</returns>
    /// <exception cref="KadeployException">A service of the lab failed.</exception>
    public static async Task RunAsync(
        LabFolder folder, Func<string, IPEndPoint, IAsyncDisposable> serveFiles, Action ready, Stream? tether, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(serveFiles);
        ArgumentNullException.ThrowIfNull(ready);
        LabOptions options;
        await using (var file = File.OpenRead(folder.Options))
            options = (await JsonSerializer.DeserializeAsync(file, LabJson.Default.LabOptions, cancellationToken).ConfigureAwait(false))!;
        await using var supervisor = new LabSupervisor(folder, options, time);
        if (tether is not null) supervisor._work.Add(WaitForEndAsync(tether, cancellationToken));
        await supervisor.StartAsync(serveFiles, cancellationToken).ConfigureAwait(false);
        ready();
        // Each runs for ever: the first that ends, ends the lab.
        await (await Task.WhenAny(supervisor._work).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Closes the log, and serves no more.</summary>
    /// <returns>A task.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_files is not null) await _files.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    private static async Task WaitForEndAsync(Stream tether, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        while (await tether.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0) continue;
    }

    private async Task StartAsync(Func<string, IPEndPoint, IAsyncDisposable> serveFiles, CancellationToken cancellationToken)
    {
        var nodes = LabNode.First(_options.Nodes).ToArray();
        var setup = string.Join('\n', NetworkPlan.Setup(_options)) + "\n";
        await ProgramRun.CheckedAsync("ip", ["-batch", "-"], setup, cancellationToken).ConfigureAwait(false);
        if (_options.Kind == NodeKind.Namespace)
        {
            GiveNodesSmallTables();
            await NodeTree.MakeAsync(_folder, _options, cancellationToken).ConfigureAwait(false);
        }

        await ProgramRun.CheckedAsync(
            "mkfifo", ["-m", "600", _folder.Requests, .. nodes.Select(node => _folder.Of(node).Answers)], null, cancellationToken).ConfigureAwait(false);
        foreach (var node in nodes) AddNode(node, cancellationToken);
        _work.Add(Task.Factory.StartNew(
            ReadRequests, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)); // reading a FIFO blocks a thread

        _work.Add(ServiceAsync("dnsmasq", ["-k", "-C", _folder.In("dnsmasq.conf")], cancellationToken));
        _files = serveFiles(_folder.BootFiles, new(IPAddress.Parse(LabNode.ServerAddress), 80));
        foreach (var node in nodes) _work.Add(BmcAsync(node, cancellationToken));
        await BmcsAnswerAsync(nodes.Length, cancellationToken).ConfigureAwait(false);
    }

    // Each start of dropbear reads /proc/net/tcp, for which the kernel walks through the whole table of connections: hundreds of thousands of entries
    // where all namespaces share it (Linux, Documentation/networking/ip-sysctl.rst). Kernels before 6.1 know nothing else.
    private static void GiveNodesSmallTables()
    {
        if (File.Exists(ConnectionTableSize)) File.WriteAllText(ConnectionTableSize, "1024\n");
    }

    private void AddNode(LabNode node, CancellationToken cancellationToken)
    {
        var files = _folder.Of(node);
        IMachine machine;
        if (_options.Kind == NodeKind.Vm)
        {
            machine = new QemuMachine(node, files, _options, _log);
        }
        else
        {
            var console = new SerialConsole(node.ConsolePort, files.ConsoleLog);
            _work.Add(console.ServeAsync(cancellationToken));
            machine = new NamespaceMachine(node, _folder, console);
        }

        var supply = new PowerSupply(node, files, machine, _log);
        supply.Prepare();
        _work.Add(supply.RunAsync(cancellationToken));
        // Open for reading too, so that an answer waits in the FIFO until its caller opens it.
        _nodes.Add(node.Number, (supply, Fifo(files.Answers)));
    }

    private void ReadRequests()
    {
        using var reader = new StreamReader(Fifo(_folder.Requests));
        while (reader.ReadLine() is { } line) // we hold the other end too, so this is for ever
        {
            if (line.Split(' ') is not [var number, var caller, var parameter, var value]
                || !int.TryParse(number, CultureInfo.InvariantCulture, out var key) || !_nodes.TryGetValue(key, out var node))
            {
                _log.Write($"a BMC asked what nobody understands: {line}");
                continue;
            }

            node.Supply.Ask(parameter, value, succeeded =>
                node.Answers.Write(Encoding.ASCII.GetBytes($"{caller} {(succeeded ? "done" : "failed")}\n")));
        }
    }

    private static async Task ServiceAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (status, output, error) = await ProgramRun.RunAsync(program, arguments, null, cancellationToken).ConfigureAwait(false);
        throw new DriverUnusableException(FaultCodes.DriverMissing, $"the lab's '{program}' ended with status {status}: {(error + output).Trim()}");
    }

    private async Task BmcAsync(LabNode node, CancellationToken cancellationToken)
    {
        var files = _folder.Of(node);
        while (true)
        {
            using var process = ProgramRun.Start("ipmi_sim", BmcConfiguration.Arguments(files));
            process.StandardInput.Close();
            await File.WriteAllTextAsync(files.BmcProcess, string.Create(CultureInfo.InvariantCulture, $"{process.Id}\n"), cancellationToken).ConfigureAwait(false);
            process.OutputDataReceived += Log;
            process.ErrorDataReceived += Log;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            _log.Write($"the BMC of {node.Name} ended with status {process.ExitCode}; it is started again");
            await Task.Delay(RestartPause, _time, cancellationToken).ConfigureAwait(false);
        }

        void Log(object sender, DataReceivedEventArgs line)
        {
            if (!string.IsNullOrWhiteSpace(line.Data)) _log.Write($"BMC of {node.Name}: {line.Data}");
        }
    }

    private async Task BmcsAnswerAsync(int count, CancellationToken cancellationToken)
    {
        var deadline = _time.GetUtcNow() + ServiceLimit;
        while (Listening() is var listening && listening < count)
        {
            // A service that failed says why.
            if (_work.Find(static work => work.IsCompleted) is { } ended) await ended.ConfigureAwait(false);
            if (_time.GetUtcNow() > deadline)
                throw new DriverUnusableException(FaultCodes.DriverMissing, $"only {listening} of {count} BMCs came up in {ServiceLimit.TotalSeconds} s; see {_folder.Log}");
            await Task.Delay(Glance, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Sockets on port 623, as the kernel lists them (proc(5)): "  12: 0101 4E0A:026F …".
    private static int Listening() => File.ReadLines("/proc/net/udp").Count(static line => line.Contains(":026F ", StringComparison.Ordinal));

    private static FileStream Fifo(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
}
