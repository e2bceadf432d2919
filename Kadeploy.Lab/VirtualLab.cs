using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab;

/// <summary>A lab that runs: nodes, their BMCs and their network, all inside namespaces of their own.</summary>
[SupportedOSPlatform("linux")]
public sealed class VirtualLab
{
    /// <summary>With the number of the process that runs it, the name of a lab that nobody named.</summary>
    public const string RunPrefix = "run-";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private readonly int _outer;
    private readonly int _inner;

    private VirtualLab(LabFolder folder, int outer, int inner)
    {
        (Folder, _outer, _inner) = (folder, outer, inner);
        Inventory = LabInventory.Read(folder);
    }

    /// <summary>Gets its files.</summary>
    public LabFolder Folder { get; }

    /// <summary>Gets its description.</summary>
    public LabInventory Inventory { get; }

    /// <summary>Starts a lab; its nodes are off.</summary>
    /// <param name="folder">Where its files go; what a lab that has ended left there is removed.</param>
    /// <param name="options">What it consists of.</param>
    /// <param name="supervisor">The command line that runs <see cref="LabSupervisor.RunAsync"/> for a folder, which is added to it.</param>
    /// <param name="tethered">Whether the lab ends with this process, even by SIGKILL; else it goes on until it is stopped.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start; nothing is left then.</param>
    /// <returns>The lab, when everything in it answers.</returns>
    /// <exception cref="ConfigurationException">The options do not fit, the machine lacks something, or the lab is already up.</exception>
    /// <exception cref="DriverUnusableException">A service of the lab did not start; its last lines are the evidence.</exception>
    public static async Task<VirtualLab> StartAsync(
        LabFolder folder, LabOptions options, ImmutableArray<string> supervisor, bool tethered, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        LabRequirements.Check(options.Kind);
        var parent = Path.GetDirectoryName(folder.Path)!;
        Directory.CreateDirectory(parent);
        await using var claim = Claim(folder); // two that start the same lab at once
        if (Find(folder) is not null) throw new ConfigurationException($"the lab '{folder.Name}' is already up; 'kadeploy lab down --lab {folder.Name}' ends it");
        options = options with
        {
            Accelerator = (options.Kind, options.Accelerator) switch
            {
                (NodeKind.Namespace, _) => Accelerator.Auto,
                (_, Accelerator.Auto) => await new AcceleratorChoice(time).ChooseAsync(Path.Combine(parent, ".accelerator"), cancellationToken).ConfigureAwait(false),
                var (_, chosen) => chosen,
            },
        };
        if (Directory.Exists(folder.Path)) Directory.Delete(folder.Path, recursive: true);
        Directory.CreateDirectory(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            await LabPreparation.WriteAsync(folder, options, cancellationToken).ConfigureAwait(false);
            return await SuperviseAsync(folder, supervisor, tethered, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (Find(folder) is { } begun) await begun.KillAsync(time).ConfigureAwait(false);
            Directory.Delete(folder.Path, recursive: true);
            throw;
        }
    }

    /// <summary>Finds a lab that is up.</summary>
    /// <param name="folder">Its files.</param>
    /// <returns>The lab, or null.</returns>
    public static VirtualLab? Find(LabFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.Process) || File.ReadAllText(folder.Process).Split(' ') is not [var number, var start]) return null;
        var outer = int.Parse(number, CultureInfo.InvariantCulture);
        if (ProcessTree.StartOf(outer) != start || ProcessTree.FirstChild(outer) is not { } inner) return null;
        return new(folder, outer, inner);
    }

    /// <summary>Removes what labs left whose processes were killed together with the command that ran them.</summary>
    /// <param name="parent">The folder of the labs.</param>
    public static void Prune(string parent)
    {
        if (!Directory.Exists(parent)) return;
        foreach (var folder in Directory.EnumerateDirectories(parent, RunPrefix + "*"))
            if (int.TryParse(Path.GetFileName(folder)[RunPrefix.Length..], CultureInfo.InvariantCulture, out var process)
                && ProcessTree.StartOf(process) is null && Find(new(folder)) is null)
                Directory.Delete(folder, recursive: true);
    }

    /// <summary>Opens the lab that the calling process is in.</summary>
    /// <param name="folder">Its files, as the variable KADEPLOY_LAB_FOLDER names them.</param>
    /// <returns>The lab; programs that enter it are started as they are.</returns>
    public static VirtualLab Around(LabFolder folder) => new(folder, 0, 0);

    /// <summary>Gives how to run a program inside the lab, where nodes and BMCs answer.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>How to start it, with the lab's variables; its streams are the caller's.</returns>
    public ProcessStartInfo Enter(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var start = _inner == 0
            ? new ProcessStartInfo(command[0], command.Skip(1))
            : new ProcessStartInfo("nsenter", EnterArguments(_inner, Environment.CurrentDirectory, command));
        foreach (var (name, value) in Inventory.Variables(Folder)) start.Environment[name] = value;
        return start;
    }

    /// <summary>Gives how to ask a node's BMC, by ipmitool and so the way that a deployment does.</summary>
    /// <param name="node">The node.</param>
    /// <param name="arguments">What to ask.</param>
    /// <returns>How to start it.</returns>
    public ProcessStartInfo Ipmi(InventoryNode node, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Enter(["ipmitool", .. IpmiArguments(node, Inventory, arguments)]);
    }

    /// <summary>Gives how to log in to a node, with the lab's key.</summary>
    /// <param name="node">The node.</param>
    /// <param name="command">What to run there; none for a shell.</param>
    /// <returns>How to start it.</returns>
    public ProcessStartInfo Ssh(InventoryNode node, IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Enter(["ssh", .. SshArguments(node, Inventory, command)]);
    }

    /// <summary>Says whether a node is on.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Whether it is.</returns>
    public bool IsOn(InventoryNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return File.ReadAllText(Folder.Of(new(node.Number)).Power).StartsWith('1');
    }

    /// <summary>Makes something go wrong with a node, or well again.</summary>
    /// <param name="node">The node.</param>
    /// <param name="fault">What; one at a time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    /// <exception cref="OperationFailedException">The BMC is not there.</exception>
    public async Task InjectAsync(InventoryNode node, LabFault fault, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var files = Folder.Of(new(node.Number));
        if (fault == LabFault.NoBoot) await File.WriteAllTextAsync(files.NoBoot, "", cancellationToken).ConfigureAwait(false);
        else File.Delete(files.NoBoot);
        var number = (await File.ReadAllTextAsync(files.BmcProcess, cancellationToken).ConfigureAwait(false)).Trim();
        var signal = Enter(["kill", fault == LabFault.BmcHang ? "-STOP" : "-CONT", number]);
        await ProgramRun.CheckedAsync(signal.FileName, [.. signal.ArgumentList], null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the lab and removes its files.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>A task that ends when no process of it is left.</returns>
    public async Task StopAsync(TimeProvider time)
    {
        await KillAsync(time).ConfigureAwait(false);
        Directory.Delete(Folder.Path, recursive: true);
    }

    internal static ImmutableArray<string> SupervisorArguments(LabFolder folder, ImmutableArray<string> supervisor, bool tethered) =>
    [
        .. tethered ? new[] { "setpriv", "--pdeathsig", "KILL" } : ["setsid"],
        "unshare", "--net", "--pid", "--mount", "--fork", "--kill-child=KILL", "--mount-proc", "--",
        .. supervisor, folder.Path, .. tethered ? ImmutableArray.Create("--tethered") : [],
    ];

    internal static ImmutableArray<string> EnterArguments(int process, string workingDirectory, IReadOnlyList<string> command) =>
        ["--target", process.ToString(CultureInfo.InvariantCulture), "--net", "--mount", "--pid", $"--wd={workingDirectory}", "--", .. command];

    internal static ImmutableArray<string> IpmiArguments(InventoryNode node, LabInventory lab, IReadOnlyList<string> arguments) =>
    [
        "-I", "lanplus", "-C", lab.BmcCipherSuite.ToString(CultureInfo.InvariantCulture), "-H", node.BmcAddress, "-U", lab.BmcUser,
        "-f", lab.BmcPasswordFile, .. arguments,
    ];

    internal static ImmutableArray<string> SshArguments(InventoryNode node, LabInventory lab, IReadOnlyList<string> command) =>
    [
        "-q", "-i", lab.SshKeyFile, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes",
        "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "root@" + node.Address, .. command,
    ];

    private static FileStream Claim(LabFolder folder)
    {
        try
        {
            return new(folder.Path + ".lock", new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose,
            });
        }
        catch (IOException)
        {
            throw new ConfigurationException($"the lab '{folder.Name}' is being started by somebody else");
        }
    }

    private static async Task<VirtualLab> SuperviseAsync(
        LabFolder folder, ImmutableArray<string> supervisor, bool tethered, CancellationToken cancellationToken)
    {
        var arguments = SupervisorArguments(folder, supervisor, tethered);
        var start = new ProcessStartInfo(arguments[0], arguments[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = await LastingThread.StartAsync(start).ConfigureAwait(false);
        await File.WriteAllTextAsync(folder.Process, $"{process.Id} {ProcessTree.StartOf(process.Id)}", cancellationToken).ConfigureAwait(false);
        var said = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.Add(line.Data ?? "");
        };
        process.BeginErrorReadLine();
        var first = await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (first == LabSupervisor.Ready && Find(folder) is { } lab) return lab;
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        string[] lines;
        lock (said) lines = [.. said.Where(static line => line.Length > 0).TakeLast(10)];
        throw new DriverUnusableException(FaultCodes.DriverMissing, $"the lab '{folder.Name}' did not come up") { Evidence = [.. lines] };
    }

    private async Task KillAsync(TimeProvider time)
    {
        var start = ProcessTree.StartOf(_outer);
        try
        {
            using var first = Process.GetProcessById(_inner);
            first.Kill(); // the first process of a PID namespace: the kernel ends all others
        }
        catch (ArgumentException)
        {
            // It has just ended by itself.
        }

        // The outer process ends when the last one of the namespace is gone.
        while (start is not null && ProcessTree.StartOf(_outer) == start) await Task.Delay(Glance, time, CancellationToken.None).ConfigureAwait(false);
    }
}
