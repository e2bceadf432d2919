using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Kadeploy.TestKit.Chains;

/// <summary>A switch and hosts, each in a network namespace of its own; host 0 is the server's. Nothing touches the machine's own interfaces, and everything is gone
/// when this process is, even after SIGKILL.</summary>
internal sealed partial class NamespaceNetwork : IDisposable
{
    private const int NewNetwork = 0x40000000;
    private const int ReadOnly = 0;
    private readonly Process _switch;
    private readonly Process[] _hosts;

    /// <summary>Makes a network.</summary>
    /// <param name="nodes">The number of nodes; the server comes on top.</param>
    public NamespaceNetwork(int nodes)
    {
        _switch = Holder();
        _hosts = [.. Enumerable.Range(0, nodes + 1).Select(static _ => Holder())];
        try
        {
            foreach (var holder in (Process[])[_switch, .. _hosts]) AwaitOwnNamespace(holder);
            var lines = new StringBuilder("link set lo up\nlink add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set br0 up\n");
            for (var i = 0; i <= nodes; i++)
                lines.Append(CultureInfo.InvariantCulture, $"link add p{i} mtu 1500 type veth peer name eth0 netns {_hosts[i].Id}\nlink set p{i} master br0 up\n");
            Batch(_switch, lines.ToString());
            Parallel.For(0, nodes + 1, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            {
                Batch(_hosts[i], $"link set lo up\naddr add {AddressOf(i)}/16 brd + dev eth0\nlink set eth0 up\n");
                Inside(i, static () =>
                {
                    File.WriteAllText("/proc/sys/net/ipv4/tcp_congestion_control", "reno");
                    File.WriteAllText("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
                    return 0;
                });
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Says why there can be no such network here; empty when there can.</summary>
    public static string Obstacle()
    {
        if (!OperatingSystem.IsLinux()) return "namespaces need Linux";
        if (Environment.UserName != "root") return "namespaces need root";
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("unshare", ["--net", "--", "ip", "link", "show"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            probe.WaitForExit();
            return probe.ExitCode == 0 ? "" : "this machine lets root make no namespaces";
        }
        catch (Win32Exception)
        {
            return "unshare and ip are needed (packages util-linux and iproute2)";
        }
    }

    /// <summary>Gives a host's address.</summary>
    public static IPAddress AddressOf(int host) => new([10, 99, (byte)(host / 200), (byte)(10 + (host % 200))]);

    /// <summary>Starts a program on a host.</summary>
    public Process Start(int host, string program, params IEnumerable<string> arguments) =>
        LastingStarter.Start("nsenter", [$"--net=/proc/{_hosts[host].Id}/ns/net", "--", program, .. arguments]);

    /// <summary>Does something on a thread of a host; sockets that are made there belong to it.</summary>
    public T Inside<T>(int host, Func<T> work)
    {
        var result = default(T);
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var file = open($"/proc/{_hosts[host].Id}/ns/net", ReadOnly);
                if (file < 0 || setns(file, NewNetwork) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
                _ = close(file);
                result = work();
            }
            catch (Exception problem)
            {
                failure = problem;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException($"host {host}: {failure.Message}", failure);
    }

    /// <summary>Limits both directions of every host's link.</summary>
    /// <param name="megabits">In Mbit/s.</param>
    public void Limit(int megabits) => Parallel.For(0, _hosts.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, host => Limit(host, megabits));

    /// <summary>Limits both directions of one host's link.</summary>
    public void Limit(int host, int megabits)
    {
        string[] Queue(string device) => ["qdisc", "replace", "dev", device, "root", "tbf", "rate", $"{megabits}mbit", "burst", "128k", "limit", "1m"];
        Run(_hosts[host], "tc", Queue("eth0"), "");
        Run(_switch, "tc", Queue($"p{host}"), "");
    }

    /// <summary>Lets everything of a host disappear, without a word to anybody, or come back.</summary>
    public void SetLink(int host, bool isUp) => Batch(_switch, $"link set p{host} {(isUp ? "up" : "down")}\n");

    /// <summary>Changes one host's network, by lines as <c>ip -batch</c> reads them.</summary>
    public void Change(int host, string lines) => Batch(_hosts[host], lines);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var holder in (Process[])[_switch, .. _hosts ?? []])
        {
            holder.StandardInput.Close(); // it ends then, and its namespace with it
            holder.WaitForExit(2000);
            holder.Dispose();
        }
    }

    private static Process Holder() => LastingStarter.Start("unshare", ["--net", "--", "cat"]);

    // 'unshare' has made its namespace when it has become 'cat'.
    private static void AwaitOwnNamespace(Process holder)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            if (File.ReadAllText($"/proc/{holder.Id}/comm").Trim() == "cat") return;
            Thread.Sleep(10);
        }

        throw new InvalidOperationException("a namespace was not made within 5 s");
    }

    private static void Batch(Process holder, string lines) => Run(holder, "ip", ["-batch", "-"], lines);

    private static void Run(Process holder, string program, IEnumerable<string> arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo("nsenter", [$"--net=/proc/{holder.Id}/ns/net", "--", program, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {error}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int file, int kind);
}
