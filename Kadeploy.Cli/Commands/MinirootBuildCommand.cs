using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Miniroot;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy miniroot build</c>.</summary>
internal sealed class MinirootBuildCommand : CliCommand
{
    private readonly Option<string> _profile = new("--profile")
    {
        HelpName = "PROFILE",
        Description = "How much it carries: 'min' (ext4, archives, kexec, ssh), 'std' (also other file systems, boot loaders, multicast, rsync), "
            + "'full' (also WIM and NTFS for Windows images, BitTorrent, cloning, GPT tools). Default: std.",
        DefaultValueFactory = static _ => "std",
    };

    private readonly Option<string> _kernel = new("--kernel")
    {
        HelpName = "KERNEL",
        Description = "'cloud' for virtual machines, or 'generic' with the usual network cards and disk controllers. Default: cloud.",
        DefaultValueFactory = static _ => "cloud",
    };

    private readonly Option<string[]> _overlays = new("--overlay")
    {
        HelpName = "FILE",
        Description = "An overlay to append to the initramfs, for boot servers that can send only one. May be given several times; later ones win.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly BuildingOptions _building = new();
    private readonly CommandContext _context;

    public MinirootBuildCommand(CommandContext context)
        : base("build", "build kernel and initramfs from Debian packages")
    {
        _context = context;
        _profile.AcceptOnlyFromAmong("min", "std", "full");
        _kernel.AcceptOnlyFromAmong("cloud", "generic");
        Options.Add(_profile);
        Options.Add(_kernel);
        Options.Add(_overlays);
        _building.AddTo(this);
        Runs((arguments, cancellationToken) => OperatingSystem.IsLinux() ? RunAsync(arguments, cancellationToken) : throw BuildingOptions.OnlyOnLinux);
    }

    public override ManualPage Manual => new(
        [$"kadeploy miniroot build [--profile min|std|full] [--kernel cloud|generic] [--overlay FILE...] {BuildingOptions.Synopsis}"],
        [
            "Writes vmlinuz and initrd.img. Packages are fetched once, into the cache; the same packages give the same bytes.",
            "The initramfs asks for an address by DHCP on the card that it was booted from (BOOTIF=), else on all. When an overlay brings "
            + "them, it starts /usr/sbin/kadeploy-agent, and an ssh server for the keys in /root/.ssh/authorized_keys. It writes to the console "
            + "that the kernel's command line names, for example console=ttyS0,115200.",
        ],
        [
            new("kadeploy miniroot build --profile min -o out/min", "The smallest, for virtual machines."),
            new("kadeploy miniroot build --kernel generic -o /srv/tftp/deploy", "For physical machines."),
            new("kadeploy miniroot build --overlay site.img -o out", "With the site's overlay inside."),
        ],
        ["kadeploy miniroot overlay", "kadeploy miniroot"])
    {
        Variables = [("XDG_CACHE_HOME", "Where the default cache is.")],
    };

    [SupportedOSPlatform("linux")]
    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var said = new Said(_context.Console.Error);
        await _building.PrepareAsync(arguments, said.Line, cancellationToken);
        var options = _building.Read(arguments) with
        {
            Profile = Enum.Parse<MinirootProfile>(arguments.GetValue(_profile)!, ignoreCase: true),
            Kernel = Enum.Parse<MinirootKernel>(arguments.GetValue(_kernel)!, ignoreCase: true),
            Overlays = arguments.GetValue(_overlays) ?? [],
        };
        var built = await MinirootBuilder.BuildAsync(options, said.Line, cancellationToken);
        if (built.Missing.Count > 0) said.Line($"not in the packages of this machine's apt sources: {string.Join(", ", built.Missing)}");
        new BuiltOutput(_context.Console.Output, arguments.GetValue(_context.Global.Json)).Miniroot(built);
        return ExitCode.Ok;
    }
}
