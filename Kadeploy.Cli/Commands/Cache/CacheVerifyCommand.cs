using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary><c>kadeploy cache verify</c>.</summary>
internal sealed class CacheVerifyCommand : CacheFileCommand
{
    private readonly Argument<string[]> _files = FilesArgument(ArgumentArity.ZeroOrMore, " Default: all.");

    public CacheVerifyCommand(CommandContext context)
        : base(context, "verify", "compare files of the cache with their SHA-256") => Takes(_files);

    public override ManualPage Manual => new(
        [$"kadeploy cache verify [FILES...] {CatalogOptions.Synopsis}"],
        [
            "Reads files and compares them with their SHA-256. One that differs is removed, and fetched again when it is needed. The exit code is 3 when there was one. An engine does this by itself, before it uses a file for the first time and while it has nothing to do.",
        ],
        [
            new("kadeploy cache verify", "Compare all files."),
        ],
        ["kadeploy cache list", "kadeploy env verify"]);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, IFileCache files, CacheOutput output, CancellationToken cancellationToken)
    {
        var good = true;
        await foreach (var check in files.VerifyAsync([.. arguments.GetValue(_files) ?? []], cancellationToken))
        {
            output.Checked(check);
            good &= check.Problem is null;
        }

        return good ? ExitCode.Ok : ExitCode.SomeFailed;
    }
}
