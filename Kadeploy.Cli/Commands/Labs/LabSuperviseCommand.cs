using System.CommandLine;
using System.Net;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;
using Kadeploy.Engine.BootServices;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab supervise</c>: what <c>run</c> and <c>up</c> start inside the namespaces.</summary>
internal sealed class LabSuperviseCommand : LinuxCommand
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "The folder of a prepared lab." };

    private readonly Option<bool> _tethered = new("--tethered") { Description = "End the lab when standard input ends." };

    public LabSuperviseCommand(CommandContext context)
        : base(context, "supervise", "be the first process of a lab")
    {
        Hidden = true;
        Arguments.Add(_folder);
        Options.Add(_tethered);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab supervise FOLDER [--tethered]"],
        ["Started by 'kadeploy lab run' and 'kadeploy lab up' as the first process of new namespaces; of no use to people."],
        [new("kadeploy lab supervise /var/lib/kadeploy/labs/lab", "What 'kadeploy lab up' starts.")],
        ["kadeploy lab run", "kadeploy lab up"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (Environment.ProcessId != 1)
            throw new ConfigurationException("this command configures the network it finds, so it runs only as the first process of new namespaces");
        await using var tether = arguments.GetValue(_tethered) ? Console.OpenStandardInput() : null;
        await LabSupervisor.RunAsync(new(arguments.GetValue(_folder)!), ServeFiles, Ready, tether, TimeProvider.System, cancellationToken);
        return ExitCode.Ok;
    }

    private static BootFileServer ServeFiles(string folder, IPEndPoint address) =>
        BootFileServer.Start(new() { Root = folder, Addresses = [address.Address], Port = address.Port }, TimeProvider.System);

    [SupportedOSPlatform("linux")]
    private void Ready()
    {
        Context.Console.Output.WriteLine(LabSupervisor.Ready);
        Context.Console.Output.Flush();
    }
}
