using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Miniroot.Sample;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy miniroot sample-environment</c>.</summary>
internal sealed class MinirootSampleCommand : CliCommand
{
    private readonly Option<string> _compression = new("--compression")
    {
        HelpName = "NAME",
        Description = "How the archive is compressed: 'zstd' or 'gzip'. Default: zstd.",
        DefaultValueFactory = static _ => "zstd",
    };

    private readonly Option<string> _kind = new("--kind")
    {
        HelpName = "KIND",
        Description = "For what: 'machine' makes 'tiny', with a kernel for virtual machines; 'namespace' makes 'small', without one, for namespace nodes of "
            + "a lab. Default: machine.",
        DefaultValueFactory = static _ => "machine",
    };

    private readonly BuildingOptions _building = new();
    private readonly CommandContext _context;

    public MinirootSampleCommand(CommandContext context)
        : base("sample-environment", "make a small system to deploy")
    {
        _context = context;
        _kind.AcceptOnlyFromAmong("machine", "namespace");
        _compression.AcceptOnlyFromAmong("zstd", "gzip");
        Options.Add(_kind);
        Options.Add(_compression);
        _building.AddTo(this);
        Runs((arguments, cancellationToken) => OperatingSystem.IsLinux() ? RunAsync(arguments, cancellationToken) : throw BuildingOptions.OnlyOnLinux);
    }

    public override ManualPage Manual => new(
        [$"kadeploy miniroot sample-environment [--kind machine|namespace] [--compression zstd|gzip] {BuildingOptions.Synopsis}"],
        [
            "Writes a system image and its description, tiny.yaml or small.yaml: busybox, an ssh server, and a kernel and initramfs for virtual machines. "
            + "It boots within seconds and is meant for demonstrations and tests. No key is inside; a deployment puts one there.",
        ],
        [
            new("kadeploy miniroot sample-environment -o out", "Write out/tiny.tar.zst and out/tiny.yaml."),
        ],
        ["kadeploy miniroot build", "kadeploy miniroot"])
    {
        Variables = [("XDG_CACHE_HOME", "Where the default cache is.")],
    };

    [SupportedOSPlatform("linux")]
    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var said = new Said(_context.Console.Error);
        await _building.PrepareAsync(arguments, said.Line, cancellationToken);
        var built = await SampleEnvironment.BuildAsync(
            _building.Read(arguments), arguments.GetValue(_kind) == "namespace" ? SampleKind.Namespace : SampleKind.Machine,
            arguments.GetValue(_compression) == "gzip", said.Line, cancellationToken);
        new BuiltOutput(_context.Console.Output, arguments.GetValue(_context.Global.Json)).Sample(built);
        return ExitCode.Ok;
    }
}
