using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Demo;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Miniroot.Overlays;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy miniroot overlay</c>.</summary>
internal sealed class MinirootOverlayCommand : CliCommand
{
    private readonly Option<string> _output = new("-o", "--output")
    {
        HelpName = "FILE",
        Description = "The overlay to write. Required.",
        Required = true,
    };

    private readonly Option<string?> _keys = new("--authorized-keys")
    {
        HelpName = "FILE",
        Description = "The public keys that may log in as root, one on a line; without them no ssh server runs.",
    };

    private readonly Option<string?> _agent = new("--agent")
    {
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The agent's executable, for /usr/sbin/kadeploy-agent. Without FILE the one that comes with this program, or is built from the sources beside it.",
    };

    private readonly Option<string[]> _files = new("--add")
    {
        HelpName = "SOURCE:PATH[:MODE]",
        Description = "Another file, where it goes on the nodes, and its mode in octal digits. May be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly CommandContext _context;

    public MinirootOverlayCommand(CommandContext context)
        : base("overlay", "make an initramfs of a site's own files")
    {
        _context = context;
        Options.Add(_output);
        Options.Add(_keys);
        Options.Add(_agent);
        Options.Add(_files);
        Runs((arguments, cancellationToken) => OperatingSystem.IsLinux() ? RunAsync(arguments, cancellationToken) : throw BuildingOptions.OnlyOnLinux);
    }

    public override ManualPage Manual => new(
        ["kadeploy miniroot overlay -o FILE [--authorized-keys FILE] [--agent [FILE]] [--add SOURCE:PATH[:MODE]] [--json]"],
        [
            "Boot loaders take several initramfs images; the kernel unpacks them one over the other. So the deployment environment is the same "
            + "everywhere and the overlay is the site's. Its length is a multiple of 4096 bytes, which the kernel's own UEFI loader needs. "
            + "Files belong to root. Do not put secrets in it: what is sent by TFTP or HTTP can be read by every machine on that network.",
        ],
        [
            new("kadeploy miniroot overlay -o site.img --authorized-keys keys.pub --agent", "Keys and agent."),
            new("kadeploy miniroot overlay -o site.img --add bnx2.fw:/usr/lib/firmware/bnx2.fw:0644", "Firmware that a network card asks for."),
        ],
        ["kadeploy miniroot build", "kadeploy miniroot"]);

    [SupportedOSPlatform("linux")]
    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var files = new List<OverlayFile>();
        var problems = new List<string>();
        if (arguments.GetValue(_keys) is { } keys) files.Add(OverlayImage.AuthorizedKeys(keys));
        var ownAgent = arguments.GetResult(_agent) is { Tokens.Count: 0, Implicit: false };
        if (arguments.GetValue(_agent) is { } agent) files.Add(OverlayImage.Agent(agent));
        foreach (var text in arguments.GetValue(_files) ?? [])
        {
            try
            {
                files.Add(OverlayFile.Parse(text));
            }
            catch (FormatException wrong)
            {
                problems.Add(wrong.Message);
            }
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        if (ownAgent) files.Add(OverlayImage.Agent(await AgentProgram.BuildAsync(cancellationToken)));
        if (files.Count == 0) throw new ConfigurationException("the overlay would be empty: give --authorized-keys, --agent or --add");
        var path = Path.GetFullPath(arguments.GetValue(_output)!);
        var bytes = OverlayImage.WriteFile(files, path);
        new BuiltOutput(_context.Console.Output, arguments.GetValue(_context.Global.Json)).Overlay(path, bytes);
        return ExitCode.Ok;
    }
}
