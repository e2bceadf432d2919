using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kadeploy3</c>: deploys.</summary>
internal sealed class Kadeploy3Command : CompatibleCommand
{
    private const string NoProfile = "a boot profile of yours is booted by 'kareboot3 -r set_pxe', after the deployment";

    private readonly DeployOptions _what = new();
    private readonly List<Option> _same;
    private readonly WorkflowOptions _run = new();
    private readonly Option<string?> _profile = new("-w", "--set-pxe-profile") { HelpName = "FILE", Description = $"Refused: {NoProfile}." };
    private readonly Option<string?> _pattern = new("--set-pxe-pattern") { HelpName = "FILE", Description = $"Refused: {NoProfile}." };
    private readonly Option<string?> _uploads = new("-x", "--upload-pxe-files") { HelpName = "FILES", Description = $"Refused: {NoProfile}." };

    public Kadeploy3Command(CommandContext context)
        : base(context, "kadeploy3", "install an environment on nodes, with the options of Kadeploy 3")
    {
        var others = Options.Count;
        _what.AddTo(this);
        _same = [.. Options.Skip(others)];
        _run.AddTo(this, Idle);
        foreach (var option in new[] { _profile, _pattern, _uploads }) Options.Add(option);
        const string Partition = "nodes boot the partition that is deployed";
        Idle(new Option<string?>("-c", "--boot-partition") { HelpName = "N", Description = $"Without effect: {Partition}." }, Partition);
        Idle(new Option<bool>("--secure", "--no-secure") { Description = "Without effect: what goes to nodes is compared with digests." }, null);
    }

    public override ManualPage Manual => new(
        [$"kadeploy3 {DeployOptions.Synopsis} {WorkflowOptions.Synopsis} [-w FILE] [--set-pxe-pattern FILE] [-x FILES] [-c N] [--secure] {GenericSynopsis}"],
        [
            "Does what 'kadeploy deploy' does, with the options and the words of Kadeploy 3, for scripts that were written for it. Options may be abbreviated word by word.",
            "The exit code is that of 'kadeploy deploy': it is not 0 when nodes fail. docs/from-kadeploy3.md lists all differences.",
        ],
        [
            new("kadeploy3 -f nodes.txt -e debian13 -k -o ok.txt -n ko.txt", "Install a recorded environment; the results into files."),
            new("kadeploy3 -m node-[1-2] -a debian.yaml --no-wait", "Leave it to itself."),
        ],
        ["kadeploy deploy", "kareboot3", "kaenv3"]);

    protected override Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (new Option[] { _profile, _pattern, _uploads }.FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } own)
            throw new ConfigurationException($"{own.Name} is not there for deployments: {NoProfile}");
        var words = _run.AddTo(arguments, Own(arguments, "deploy").With(arguments, _same));
        return CarryOutAsync(words, _run.Shown(arguments, Context, new("Deployment", "deployment", "deployment")), cancellationToken);
    }
}
