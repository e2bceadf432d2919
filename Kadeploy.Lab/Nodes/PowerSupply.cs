using System.Diagnostics;
using System.Threading.Channels;

namespace Kadeploy.Lab.Nodes;

/// <summary>Carries out what a node's BMC asks, one request after the other, and notices when the node switches itself off or restarts.</summary>
internal sealed class PowerSupply(LabNode node, NodeFolder folder, IMachine machine, SupervisorLog log)
{
    /// <summary>What a node boots from that is made not to boot.</summary>
    public const string Nothing = "nothing";

    private const string FirmwareOrder = "none";

    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>(new() { SingleReader = true });
    private Process? _running;

    /// <summary>Hands a request in.</summary>
    /// <param name="parameter"><c>power</c>, <c>reset</c>, <c>shutdown</c> or <c>boot</c>; others are accepted and ignored.</param>
    /// <param name="value">Its value.</param>
    /// <param name="answer">Called when it is done, with whether it succeeded.</param>
    public void Ask(string parameter, string value, Action<bool> answer) => _requests.Writer.TryWrite(new(parameter, value, answer, null));

    /// <summary>Writes the files from which the BMC answers questions, for a node that is off.</summary>
    public void Prepare()
    {
        Replace(folder.Power, "0");
        Replace(folder.Boot, FirmwareOrder);
    }

    /// <summary>Works until it is told to stop.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var request in _requests.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var succeeded = false;
            try
            {
                await CarryOutAsync(request, cancellationToken).ConfigureAwait(false);
                succeeded = true;
            }
            catch (KadeployException failure) // the BMC reports it; the reason is in the log
            {
                log.Write($"{node.Name}: {request.Parameter} {request.Value}: {failure.Message} {string.Join(" | ", failure.Evidence)}");
            }

            request.Answer?.Invoke(succeeded);
        }
    }

    private async Task CarryOutAsync(Request request, CancellationToken cancellationToken)
    {
        switch (request.Parameter, request.Value)
        {
            case ("ended", _):
                await EndedAsync(request.Ended!, cancellationToken).ConfigureAwait(false);
                break;
            case ("power", "1"):
                await StartAsync(cancellationToken).ConfigureAwait(false);
                break;
            case ("power", _):
                await StopAsync(cancellationToken).ConfigureAwait(false);
                break;
            case ("reset", _):
                await StopAsync(cancellationToken).ConfigureAwait(false);
                await StartAsync(cancellationToken).ConfigureAwait(false);
                break;
            case ("shutdown", _):
                if (_running is not null) await machine.PressButtonAsync(_running, cancellationToken).ConfigureAwait(false);
                break;
            case ("boot", var from):
                Replace(folder.Boot, from);
                break;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_running is not null) return;
        var boot = (await File.ReadAllTextAsync(folder.Boot, cancellationToken).ConfigureAwait(false)).Trim();
        if (File.Exists(folder.NoBoot)) boot = Nothing;
        Replace(folder.Boot, FirmwareOrder); // as IPMI's "next boot only"
        log.Write($"{node.Name}: on, boot order {boot}");
        var process = await machine.StartAsync(boot, cancellationToken).ConfigureAwait(false);
        _running = process;
        Replace(folder.Power, "1");
        _ = AnnounceEndAsync(process, cancellationToken); // ends with the process; what it finds is carried out by the loop
    }

    private async Task AnnounceEndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            _requests.Writer.TryWrite(new("ended", "", null, process));
        }
        catch (OperationCanceledException)
        {
            // The lab ends, and the process with it.
        }
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_running is not { } process) return;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        Off(process);
    }

    private async Task EndedAsync(Process process, CancellationToken cancellationToken)
    {
        if (process != _running) return; // we stopped it ourselves
        var status = process.ExitCode;
        log.Write($"{node.Name}: ended with status {status}");
        if (!machine.IsReboot(status))
        {
            Off(process);
            return;
        }

        // A machine that restarts is on all the while.
        _running = null;
        process.Dispose();
        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KadeployException)
        {
            Replace(folder.Power, "0");
            throw;
        }
    }

    private void Off(Process process)
    {
        _running = null;
        process.Dispose();
        Replace(folder.Power, "0");
    }

    // Whoever reads sees the old value or the new one.
    private static void Replace(string file, string value)
    {
        File.WriteAllText(file + ".new", value + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    private sealed record Request(string Parameter, string Value, Action<bool>? Answer, Process? Ended);
}
