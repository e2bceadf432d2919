using System.Diagnostics;
using System.Globalization;
using Kadeploy.Lab.Configuration;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab.Nodes;

/// <summary>A node that is a set of namespaces; its first process is its firmware, then the init of the system that it boots.</summary>
internal sealed class NamespaceMachine(LabNode node, LabFolder folder, SerialConsole console) : IMachine
{
    // reboot(2) in a PID namespace ends its first process, and unshare after it, by SIGHUP for a restart and SIGINT for power off.
    private const int EndedByHangup = 128 + 1;

    private int _starts;

    public async Task<Process> StartAsync(string boot, CancellationToken cancellationToken)
    {
        // The kernel takes its time to end the namespace of the last start, whose card has the same hardware address and still sends; the bridge would
        // then take answers there. It may be gone already.
        if (_starts > 0) await ProgramRun.RunAsync("ip", NetworkPlan.Unplug(node, _starts), null, cancellationToken).ConfigureAwait(false);
        var process = ProgramRun.Start("setpriv", Arguments(node, folder, boot));
        var firstLine = console.Attach(process);
        // The first line of the firmware says that the namespaces are there.
        await firstLine.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (ProcessTree.FirstChild(process.Id) is not { } inside) return process;
        var plug = string.Join('\n', NetworkPlan.Plug(node, ++_starts, inside)) + "\n";
        await ProgramRun.CheckedAsync("ip", ["-batch", "-"], plug, cancellationToken).ConfigureAwait(false);
        await console.SendAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        return process;
    }

    public async Task PressButtonAsync(Process running, CancellationToken cancellationToken)
    {
        // For BusyBox's init this is the wish to switch off; the firmware does not listen, as real ones do not.
        if (ProcessTree.FirstChild(running.Id) is { } inside)
            await ProgramRun.RunAsync("kill", ["-USR2", inside.ToString(CultureInfo.InvariantCulture)], null, cancellationToken).ConfigureAwait(false);
    }

    public bool IsReboot(int exitStatus) => exitStatus == EndedByHangup;

    internal static IReadOnlyList<string> Arguments(LabNode node, LabFolder folder, string boot) =>
    [
        // Nodes share the machine's kernel, and are not to change it.
        "--bounding-set=-sys_module,-sys_rawio,-sys_time,-syslog", "unshare", "--net", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child=KILL",
        $"--root={folder.Memory}", "--wd=/",
        "--", "/bin/busybox", "sh", "/firmware", node.Name, node.Mac.ToString(), boot,
    ];
}
