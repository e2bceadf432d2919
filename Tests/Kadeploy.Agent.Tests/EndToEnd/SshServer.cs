using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>A real ssh server on loopback in a mount namespace of its own, with its own /root, /etc and /run; gone with the test, however that ends.</summary>
internal sealed class SshServer : IDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private SshServer(Process process, TemporaryFolder folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    public string AuthorizedKeys
    {
        set => File.WriteAllText(_folder.File("home/.ssh/authorized_keys"), value + "\n");
    }

    public string Marker
    {
        set => File.WriteAllText(_folder.File("etc/kadeploy-deployment"), value);
    }

    /// <summary>Starts one of the kind, or skips the test.</summary>
    public static SshServer Start(string kind, TemporaryFolder folder, int? at = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "namespaces are needed");
        Assert.SkipUnless(Environment.UserName == "root", "only root can make mount namespaces");
        foreach (var program in new[] { "ssh", "ssh-keygen", "unshare", "setpriv" }) Assert.SkipUnless(Find(program), $"{program} is missing");
        var server = kind == "sshd" ? "/usr/sbin/sshd" : "/usr/sbin/dropbear";
        Assert.SkipUnless(File.Exists(server), $"{server} is missing");
        foreach (var each in new[] { "home/.ssh", "run/sshd" }) Directory.CreateDirectory(folder.File(each), (UnixFileMode)0x1C0);
        File.SetUnixFileMode(folder.File("home"), (UnixFileMode)0x1C0);
        var port = at ?? FreePort();
        var command = kind == "sshd"
            ? $"ssh-keygen -q -t ed25519 -N '' -f hostkey && exec {server} -D -e -f /dev/null -o UsePAM=no -o PidFile=none -o ListenAddress=127.0.0.1:{port} -o HostKey={folder.File("hostkey")}"
            : $"dropbearkey -t ed25519 -f hostkey >/dev/null 2>&1 && exec {server} -F -E -s -p 127.0.0.1:{port} -P pid -r hostkey";
        var script = $"cd {folder.Path} && cp -a /etc etc && mount --bind home /root && mount --bind etc /etc && mount --bind run /run && {command}";
        var start = new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--kill-child=KILL", "setpriv", "--pdeathsig", "KILL", "sh", "-c", script])
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new(process, folder, port);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
