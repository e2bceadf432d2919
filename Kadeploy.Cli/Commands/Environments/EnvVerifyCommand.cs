using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env verify</c>.</summary>
internal sealed class EnvVerifyCommand : EnvironmentCommand
{
    private readonly Argument<string?> _name = new("NAME") { Description = "The environment's name or alias.", Arity = ArgumentArity.ZeroOrOne };

    private readonly SelectionOptions _which = new();

    private readonly Option<string?> _file = new("-a", "--env-file") { HelpName = "FILE", Description = "A description instead of a recorded environment: a file, an address, or '-'." };

    private readonly Option<string?> _architecture = new("--arch") { HelpName = "CPU", Description = "The kind of processor whose kernel is looked for, such as aarch64. Default: that of the description." };

    public EnvVerifyCommand(CommandContext context)
        : base(context, "verify", "look into the files of an environment") => Takes(_name, _which.User, _which.Version, _file, _architecture);

    public override ManualPage Manual => new(
        [$"kadeploy env verify NAME [-u USER] [--env-version N] [--arch CPU] {CatalogOptions.Synopsis}", $"kadeploy env verify -a FILE [--arch CPU] {CatalogOptions.Synopsis}"],
        [
            "Fetches the image and the archives through the cache, compares them with the SHA-256 that are recorded, and looks for what a node needs to boot: kernel and initial RAM disk behind all links, the root file system, scripts in archives; of disk images the partition table, file systems and boot loaders.",
            "Says whether a node would boot it. The exit code is 0 for yes and for what cannot be told, 3 when something is wrong.",
        ],
        [
            new("kadeploy env verify debian13", "Look into a recorded environment."),
            new("kadeploy env verify -a debian.yaml", "Look into one before it is recorded."),
        ],
        ["kadeploy env add", "kadeploy cache verify"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var (name, file) = (arguments.GetValue(_name), arguments.GetValue(_file));
        if (name is null == file is null) throw new ConfigurationException("give the name of an environment, or a description with -a; one of them");
        KaEnvironment environment;
        if (file is null)
        {
            environment = (await environments.FindAsync(_which.Of(arguments, name), CommandContext.User, cancellationToken)).Environment;
        }
        else
        {
            var text = await new InputText(Context.Console.Input).ReadAsync("description", file, cancellationToken);
            environment = (await environments.ReadAsync(text, file, CommandContext.User, cancellationToken))[0];
        }

        var verification = await environments.VerifyAsync(environment, arguments.GetValue(_architecture), CommandContext.User, cancellationToken);
        output.Verification(verification);
        return verification.WouldBoot == BootVerdict.No ? ExitCode.SomeFailed : ExitCode.Ok;
    }
}
