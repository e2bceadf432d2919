using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Kadeploy.Cli.Commands.Labs;
using Kadeploy.Cli.Demo;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy demo</c>.</summary>
internal sealed class DemoCommand : LinuxCommand
{
    private const string KeptName = "demo";

    private readonly Option<int> _nodes = new("-n", "--nodes")
    {
        HelpName = "N",
        Description = "The number of nodes, 1 to 500. Default: 2.",
        DefaultValueFactory = static _ => 2,
        CustomParser = static result => OptionParsing.Integer(result, 1, 500),
    };

    private readonly Option<NodeKind> _kind =
        LabMakingOptions.Choice<NodeKind>("-k", "What nodes are: machines (vm), or namespaces for many at once. Default: vm.", "--kind");

    private readonly Option<Firmware> _firmware = LabMakingOptions.Choice<Firmware>("--firmware", "The firmware of machines. Default: bios.");

    private readonly Option<DemoBoot> _boot = LabMakingOptions.Choice<DemoBoot>(
        "--boot", "How nodes start what was deployed: by kexec, or through the firmware from their disk. Default: kexec.");

    private readonly Option<bool> _keep = new("--keep")
    {
        Description = $"Leave the nodes running afterwards, as the lab '{KeptName}', to look around. Default: nothing is left.",
    };

    private readonly StateOption _state = new();

    public DemoCommand(CommandContext context)
        : base(context, "demo", "deploy a real image on virtual machines, from nothing")
    {
        Options.Add(_nodes);
        Options.Add(_kind);
        Options.Add(_firmware);
        Options.Add(_boot);
        Options.Add(_keep);
        Options.Add(_state);
    }

    public override ManualPage Manual => new(
        ["kadeploy demo [-n N] [-k vm|namespace] [--firmware bios|uefi] [--boot kexec|disk] [--keep] [--state DIR] [--json] [--no-color]"],
        [
            "Shows a whole deployment on a machine with nothing but Debian: it installs the packages that it needs (as root, and says which), "
            + "builds the deployment environment, the agent and a small system, starts virtual machines with firmware, BMCs and network boot, deploys them "
            + "with the same engine and drivers as real ones, asks each what runs on it, says where the time went, and removes the machines.",
            "Built files are kept in the cache, so the second run is quick. Packages stay installed. All network traffic stays in a network of its own.",
            "Interrupted or killed, even by SIGKILL, it leaves no process, interface or mount; a folder of files stays until the next run.",
        ],
        [
            new("kadeploy demo", "Two machines."),
            new("kadeploy demo -k namespace --nodes 50", "Fifty nodes without kernels of their own."),
            new("kadeploy demo --firmware uefi --nodes 1 --boot disk", "A UEFI machine that boots from its disk."),
            new("kadeploy demo --keep", "Two machines to look around on."),
        ],
        ["kadeploy deploy", "kadeploy lab", "kadeploy miniroot"])
    {
        Variables = [("XDG_CACHE_HOME", "Where built files are kept.")],
    };

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (kind, nodes, keep) = (arguments.GetValue(_kind), arguments.GetValue(_nodes), arguments.GetValue(_keep));
        var clock = Stopwatch.StartNew();
        var said = new Said(Context.Console.Error);
        if (!Environment.IsPrivilegedProcess)
            throw new ConfigurationException("the demonstration makes network namespaces and installs packages, so it must be started by root: try 'sudo'");
        var files = await DemoFiles.PrepareAsync(kind, said.Line, cancellationToken);
        var prepared = clock.Elapsed;

        said.Line($"starting {Wording.Nodes(nodes)}");
        var parent = Path.GetFullPath(Path.Combine(_state.Directory(arguments), "labs"));
        VirtualLab.Prune(parent);
        var name = keep ? KeptName : VirtualLab.RunPrefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var options = new LabOptions
        {
            Nodes = nodes, Kind = kind, Firmware = arguments.GetValue(_firmware), Kernel = files.Kernel, Initrds = files.Initrds, AgentFile = files.Agent,
        };
        var lab = await VirtualLab.StartAsync(
            new(Path.Combine(parent, name)), options, OwnCommandLine.Get("lab", "supervise"), tethered: !keep, TimeProvider.System, cancellationToken);
        try
        {
            var up = clock.Elapsed;
            var result = await LabSelection.RunAsync(lab.Enter(Deploy(lab, files, arguments)), Context, cancellationToken);
            var deployed = clock.Elapsed;
            if (result is ExitCode.Ok) result = await DemoProof.ShowAsync(lab, Context, cancellationToken);
            said.Line(
                $"prepared in {Wording.Duration(prepared)}, nodes ready to be switched on after {Wording.Duration(up - prepared)}, "
                + $"deployed in {Wording.Duration(deployed - up)}, asked in {Wording.Duration(clock.Elapsed - deployed)}; "
                + $"{Wording.Duration(clock.Elapsed)} in all");
            if (keep)
                said.Line($"the nodes go on: try 'kadeploy lab ssh node-1 --lab {KeptName}{_state.Repeat(arguments)}', and end them with 'kadeploy lab down --lab {KeptName}{_state.Repeat(arguments)}'");
            return result;
        }
        finally
        {
            if (!keep) await lab.StopAsync(TimeProvider.System);
        }
    }

    [SupportedOSPlatform("linux")]
    private ImmutableArray<string> Deploy(VirtualLab lab, DemoFiles files, ParseResult arguments)
    {
        string[] boot = arguments.GetValue(_boot) is DemoBoot.Kexec ? [] : ["--disable-kexec"];
        string[] json = arguments.GetValue(Context.Global.Json) ? ["--json"] : [];
        string[] color = arguments.GetValue(Context.Global.NoColor) ? ["--no-color"] : [];
        return OwnCommandLine.Get(
        [
            "deploy", "-m", NodeNames.Fold([.. lab.Inventory.Nodes.Select(static node => NodeName.Parse(node.Name))]), "-a", files.Description,
            "-k", lab.Inventory.SshKeyFile + ".pub", "--state", Path.Combine(lab.Folder.Path, "state"), .. boot, .. json, .. color,
        ]);
    }
}

/// <summary>How nodes start what was deployed.</summary>
internal enum DemoBoot
{
    /// <summary>The deployment environment starts its kernel.</summary>
    Kexec,

    /// <summary>Through the firmware and the disk's boot loader.</summary>
    Disk,
}
