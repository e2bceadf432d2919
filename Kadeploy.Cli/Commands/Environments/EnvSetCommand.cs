using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env set</c>.</summary>
internal sealed class EnvSetCommand : EnvironmentCommand
{
    private readonly Argument<string> _name = SelectionOptions.NameArgument();

    private readonly SelectionOptions _which = new();

    private readonly Option<Visibility?> _visibility = new("--visibility")
    {
        HelpName = "WHO", CustomParser = static result => OptionParsing.Name<Visibility>(result), Description = "Who sees it: private, shared, public. Default: it stays.",
    };

    private readonly Option<bool?> _destructive = new("--destructive") { HelpName = "YES", Description = "Whether nodes that run it must be deployed anew: true or false. Default: it stays." };

    private readonly Option<bool> _toggle = new("--toggle-destructive") { Description = "Make destructive what is not, and the other way round." };

    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "FIELD=VALUE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore, Description = "A field and its new value. May be given several times.",
    };

    private readonly Option<string?> _file = new("--file")
    {
        HelpName = "FILE", Description = "A whole description that takes the place of the old one: a file, an address, or '-'. Name, version and owner stay.",
    };

    private readonly Option<System.Collections.Immutable.ImmutableArray<EnvironmentFiles>> _checksums = new("--update-checksums")
    {
        HelpName = "FILES", CustomParser = static result => OptionParsing.Names<EnvironmentFiles>(result),
        Description = "Files whose SHA-256 is computed anew: image, preinstall, postinstalls, all.",
    };

    public EnvSetCommand(CommandContext context)
        : base(context, "set", "change environments") => Takes(
            _name, _which.User, _which.Version, _which.All, _visibility, _destructive, _toggle, _set, _file, _checksums);

    public override ManualPage Manual => new(
        [$"kadeploy env set NAME [-u USER] [--env-version N] [-s] [--visibility WHO] [--destructive YES] [--toggle-destructive] [--set FIELD=VALUE] [--file FILE] [--update-checksums FILES] {CatalogOptions.Synopsis}"],
        [
            "Changes the highest version, the one that is named, or with -s all of them; each gets a new revision, and the earlier ones stay readable. Fields are those of descriptions, such as boot.kernel_params; an empty value takes a field away. When another file is named, it is fetched and its SHA-256 recorded.",
            "--update-checksums fetches files again that have changed at their places: image, preinstall, postinstalls, separated by commas, or all.",
        ],
        [
            new("kadeploy env set debian13 --visibility shared", "Let others use it who name you with -u."),
            new("kadeploy env set debian13 --set boot.kernel_params=quiet --set alias=deb13", "Change two fields."),
            new("kadeploy env set debian13 --update-checksums image", "Take over the image that is there now."),
        ],
        ["kadeploy env history", "kadeploy env diff", "kadeploy env move-files"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file);
        KaEnvironment? description = null;
        if (file is not null)
        {
            var text = await new InputText(Context.Console.Input).ReadAsync("description", file, cancellationToken);
            var described = await environments.ReadAsync(text, file, CommandContext.User, cancellationToken);
            description = described.Length == 1 ? described[0] : throw new ConfigurationException($"'{file}' has {described.Length} descriptions; give one");
        }

        var change = new EnvironmentChange
        {
            Visibility = arguments.GetResult(_visibility) is null ? null : arguments.GetValue(_visibility),
            Destructive = arguments.GetResult(_destructive) is null ? null : arguments.GetValue(_destructive),
            ToggleDestructive = arguments.GetValue(_toggle),
            Fields = [.. (arguments.GetValue(_set) ?? []).Select(Field)],
            Description = description,
            Checksums = arguments.GetResult(_checksums) is null ? EnvironmentFiles.None : arguments.GetValue(_checksums).Aggregate(EnvironmentFiles.None, static (all, one) => all | one),
        };
        output.Changed("changed", await environments.SetAsync(_which.Of(arguments, arguments.GetValue(_name)), change, CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }

    private static (string Field, string Value) Field(string text) => text.IndexOf('=', StringComparison.Ordinal) is var end and > 0
        ? (text[..end], text[(end + 1)..])
        : throw new ConfigurationException($"--set: '{Printable.Text(text)}' was given, but FIELD=VALUE is expected, such as boot.kernel_params=quiet");
}
