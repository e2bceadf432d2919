using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Brings the deployment environment's kernel to a node that runs another system.</summary>
internal sealed class SendDeploymentKernel() : CommandStep<StepContext>(FaultCodes.Kexec)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<NodeCommand> CommandsAsync(
        StepContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Program(context, "rm", "-rf", NodePaths.KexecRepository); // an earlier one may have had more files

        // Everybody may write beside it: it must be made by us, or what is started could be another's.
        yield return Program(context, "mkdir", "-m", "0700", NodePaths.KexecRepository);

        var boot = await context.Drivers.NetBoot.DescribeDeploymentAsync(context.Node, context.Attempt, cancellationToken).ConfigureAwait(false);
        await SendAsync("vmlinuz", boot.Kernel).ConfigureAwait(false);
        for (var i = 0; i < boot.Initrds.Length; i++)
            await SendAsync(string.Create(CultureInfo.InvariantCulture, $"initrd.{i:00}"), boot.Initrds[i]).ConfigureAwait(false);

        // The parameters hold the node's token: for root alone. A line, as in /proc/cmdline: kexec takes its last character off, whatever it is.
        await context.Drivers.Channel.SendFileAsync(
            context.Node, new($"{NodePaths.KexecRepository}/cmdline", Private) { Content = Encoding.UTF8.GetBytes($"{boot.Parameters}\n") },
            cancellationToken).ConfigureAwait(false);

        Task SendAsync(string name, string source) => context.Drivers.Channel.SendFileAsync(
            context.Node, new($"{NodePaths.KexecRepository}/{name}", Private) { Source = source }, cancellationToken);
    }
}
