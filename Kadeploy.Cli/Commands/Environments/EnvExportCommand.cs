using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env export</c>.</summary>
internal sealed class EnvExportCommand : EnvironmentCommand
{
    private readonly Argument<string?> _pattern = new("PATTERN") { Description = "Their names or aliases. Default: all.", Arity = ArgumentArity.ZeroOrOne };

    private readonly SelectionOptions _which = new();

    private readonly Option<string?> _file = new("-o", "--output") { HelpName = "FILE", Description = "The file that is written. Default: standard output." };

    public EnvExportCommand(CommandContext context)
        : base(context, "export", "write environments to a file") => Takes(_pattern, _which.User, _which.Version, _which.All, _file);

    public override ManualPage Manual => new(
        [$"kadeploy env export [PATTERN] [-u USER] [--env-version N] [-s] [-o FILE] {CatalogOptions.Synopsis}"],
        [
            "Writes descriptions with their owners, one document for each, as 'kadeploy env import' reads them. What is exported is what 'kadeploy env list' lists.",
        ],
        [
            new("kadeploy env export -s -o all.yaml", "Write all versions of all environments that you see."),
            new("kadeploy env export debian%", "Write some to standard output."),
        ],
        ["kadeploy env import", "kadeploy env print"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var chosen = await environments.ListAsync(_which.Of(arguments, arguments.GetValue(_pattern)), CommandContext.User, cancellationToken);
        if (arguments.GetValue(_file) is not { } file)
        {
            output.Print(environments, [.. chosen.Select(static each => each.Environment)], owners: true);
            return ExitCode.Ok;
        }

        await File.WriteAllTextAsync(file, environments.Write([.. chosen.Select(static each => each.Environment)], owners: true), cancellationToken);
        output.Changed("exported", chosen);
        return ExitCode.Ok;
    }
}
