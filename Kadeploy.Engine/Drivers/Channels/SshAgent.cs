using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Kadeploy.Protocol;
using LineTail = Kadeploy.Engine.Drivers.Processes.LineTail;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>An agent at the other end of an ssh, and the connection with it.</summary>
internal sealed class SshAgent : IAsyncDisposable
{
    private const int NotThere = 97;
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly Task _receiving;

    private SshAgent(Process process, AgentConnection connection)
    {
        (_process, Connection) = (process, connection);
        _receiving = connection.ReceiveAsync(CancellationToken.None);
    }

    /// <summary>Gets the connection.</summary>
    public AgentConnection Connection { get; }

    /// <summary>Starts an agent on a node; one that is not there is sent first.</summary>
    /// <param name="node">The node.</param>
    /// <param name="target">How ssh is called.</param>
    /// <param name="file">The agent's executable.</param>
    /// <param name="programs">The programs that nodes are sent, by name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ChannelLostException">The node does not let ssh in, or the agent does not answer; the evidence says why.</exception>
    /// <exception cref="DriverUnusableException">The system there lacks what the agent needs; the evidence says what.</exception>
    public static async Task<SshAgent> StartAsync(
        Node node, SshTarget target, string file, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> programs, TimeProvider time, CancellationToken cancellationToken)
    {
        string digest;
        using (var content = AgentChannel.Open(node.Name, new(file, default) { Source = file }))
            digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false))[..16];
        for (var isSent = false; ; isSent = true)
        {
            // A name of its own: the agent of a deployment environment is known by its name.
            var (agent, status, errors) = await TryAsync(node, target.Login(node, StartScript(digest)), programs, time, cancellationToken).ConfigureAwait(false);
            if (agent is not null) return agent;
            if (status != NotThere) throw new ChannelLostException($"node {node.Name}: no agent could be started by ssh") { Evidence = errors };
            if (isSent)
                throw new DriverUnusableException(
                    FaultCodes.DriverMissing,
                    $"node {node.Name}: the installed system cannot run the agent, which needs 64-bit x86 Linux with glibc and OpenSSL 3 (Debian: libc6 and libssl3); "
                    + "install there what the lines below name, or choose an instance that boots the deployment environment over the network, such as SetDeploymentEnvUntrusted")
                {
                    Evidence = errors,
                };
            await SendAsync(node, target.Login(node, SendScript(digest)), file, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Connection.Close();
        await EndAsync(_process).ConfigureAwait(false);
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Connection.Dispose();
        _process.Dispose();
    }

    // Where others may write, a directory that is not ours holds nothing that we run. Some systems let nothing be run in /run.
    private static string StartScript(string digest) =>
        $"for d in /run /dev/shm /tmp; do p=$d/kadeploy; f=$p/agent-{digest}; [ -O $p ] && [ ! -L $p ] && [ -O $f ] && $f --version >/dev/null && "
        + $"exec $f --stdio --state $p/agent --programs $p/bin; done; exit {NotThere}";

    private static string SendScript(string digest) =>
        $"umask 077; for d in /run /dev/shm /tmp; do p=$d/kadeploy; mkdir -p $p 2>/dev/null; [ -O $p ] && [ ! -L $p ] || continue; f=$p/agent-{digest}; "
        + "echo '#!/bin/sh' >$f.try && chmod 700 $f.try && $f.try 2>/dev/null; s=$?; rm -f $f.try; [ $s = 0 ] || continue; "
        + "cat >$f.$$ && chmod 700 $f.$$ && mv $f.$$ $f && exit 0; rm -f $f.$$; exit 1; done; echo 'no directory for the agent: /run, /dev/shm and /tmp cannot hold programs' >&2; exit 1";

    private static async Task<(SshAgent? Agent, int Status, ImmutableArray<string> Errors)> TryAsync(
        Node node, ImmutableArray<string> arguments, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> programs, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = Start(arguments);
        var writer = new FrameWriter(process.StandardInput.BaseStream);
        var tail = new LineTail(20);
        var draining = DrainAsync(process.StandardError, tail);
        using var limit = new CancellationTokenSource(StartTime, time);
        // Fires when the caller cancels or the node is too slow.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var problem = "";
        try
        {
            var reader = new FrameReader(process.StandardOutput.BaseStream, Peer.Agent);
            if (await reader.ReadAsync(stop.Token).ConfigureAwait(false) is { Type: FrameType.Hello } frame)
            {
                var hello = Hello.Parse(frame.Payload.Span);
                await writer.WriteAsync(new Welcome((ushort)Silence.TotalSeconds), stop.Token).ConfigureAwait(false);
                return (new(process, new(node.Name, hello, programs, reader, writer, Silence, time)), 0, []);
            }
        }
        catch (ProtocolException)
        {
            problem = "something else than the agent writes to the standard output, perhaps the login shell's own scripts";
        }
        catch (IOException broken)
        {
            problem = broken.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problem = $"no answer within {StartTime.TotalSeconds:0} s";
        }
        catch
        {
            await EndAsync(process).ConfigureAwait(false);
            process.Dispose();
            throw;
        }

        writer.Dispose();
        if (problem.Length > 0) await EndAsync(process).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await draining.ConfigureAwait(false);
        using (process) return (null, process.ExitCode, problem.Length > 0 ? [.. tail.ToLines(), problem] : tail.ToLines());
    }

    private static async Task SendAsync(Node node, ImmutableArray<string> arguments, string file, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        var tail = new LineTail(20);
        Task[] draining = [DrainAsync(process.StandardError, tail), DrainAsync(process.StandardOutput, tail)];
        try
        {
            using (var content = File.OpenRead(file)) await content.CopyToAsync(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Its exit status says why it did not read on.
        }
        catch
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }

        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }

        await Task.WhenAll(draining).ConfigureAwait(false);
        if (process.ExitCode != 0) throw new ChannelLostException($"node {node.Name}: the agent could not be sent by ssh") { Evidence = tail.ToLines() };
    }

    private static Process Start(ImmutableArray<string> arguments)
    {
        var info = new ProcessStartInfo("ssh", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception failure)
        {
            throw new DriverUnusableException(FaultCodes.DriverMissing, $"the program 'ssh' cannot be run ({failure.Message}): install it", failure);
        }
    }

    private static async Task DrainAsync(StreamReader reader, LineTail tail)
    {
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is var count and > 0)
                lock (tail) tail.Add(buffer.AsSpan(0, count));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Its ssh is gone; what was read counts.
        }
    }

    private static async Task EndAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }
}
