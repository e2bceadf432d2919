using System.Diagnostics;
using Kadeploy.Lab.Configuration;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab.Nodes;

/// <summary>A QEMU machine; its monitor (QMP) is on the process's standard streams.</summary>
internal sealed class QemuMachine(LabNode node, NodeFolder folder, LabOptions options, SupervisorLog log) : IMachine
{
    public async Task<Process> StartAsync(string boot, CancellationToken cancellationToken)
    {
        var process = ProgramRun.Start(QemuArguments.Program, QemuArguments.Machine(node, folder, options, boot));
        process.OutputDataReceived += (_, line) => Report(line.Data);
        process.ErrorDataReceived += (_, line) => log.Write($"{node.Name}: {line.Data}");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await SendAsync(process, """{"execute":"qmp_capabilities"}""", cancellationToken).ConfigureAwait(false);
        return process;
    }

    public Task PressButtonAsync(Process running, CancellationToken cancellationToken) =>
        SendAsync(running, """{"execute":"system_powerdown"}""", cancellationToken);

    // A machine that reboots stays the same process.
    public bool IsReboot(int exitStatus) => false;

    private void Report(string? line)
    {
        // Replies to commands are empty; errors and what stops a machine are worth a line.
        if (line is not null && (line.Contains("\"error\"", StringComparison.Ordinal) || line.Contains("\"STOP\"", StringComparison.Ordinal)
            || line.Contains("GUEST_PANICKED", StringComparison.Ordinal)))
            log.Write($"{node.Name}: {line}");
    }

    private static async Task SendAsync(Process process, string command, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has ended; who waits for the process learns that.
        }
    }
}
