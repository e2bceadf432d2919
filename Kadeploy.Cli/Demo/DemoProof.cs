using System.Diagnostics;
using System.Runtime.Versioning;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Output;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Demo;

/// <summary>Logs in to deployed nodes and shows what runs there.</summary>
internal static class DemoProof
{
    /// <summary>How many nodes are asked: enough to see, few enough to read.</summary>
    private const int MostAsked = 5;

    private const string Question =
        "echo \"$(uname -sr), root on $(sed -n 's/^\\([^ ]*\\) \\/ .*/\\1/p' /proc/mounts | tail -n 1), up $(cut -d. -f1 /proc/uptime) s, deployed by $(head -n 1 /etc/kadeploy-deployment)\"";

    /// <summary>Shows them.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="context">What the command was given.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    /// <returns>Whether all that were asked answered.</returns>
    [SupportedOSPlatform("linux")]
    public static async Task<ExitCode> ShowAsync(VirtualLab lab, CommandContext context, CancellationToken cancellationToken)
    {
        var result = ExitCode.Ok;
        var said = new Said(context.Console.Error);
        foreach (var node in lab.Inventory.Nodes.Take(MostAsked))
        {
            var start = lab.Ssh(node, [Question]);
            start.RedirectStandardOutput = true;
            using var process = Process.Start(start)!;
            try
            {
                var answer = await process.StandardOutput.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                if (process.ExitCode != 0) result = ExitCode.SomeFailed;
                said.Line(process.ExitCode == 0 ? $"{node.Name} says: {answer.Trim()}" : $"{node.Name} does not let its key's owner log in (ssh ended with {process.ExitCode})");
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
        }

        return result;
    }
}
