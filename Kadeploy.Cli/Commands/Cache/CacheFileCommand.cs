using System.CommandLine;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary>A command of <c>kadeploy cache</c>.</summary>
internal abstract class CacheFileCommand : CliCommand
{
    private readonly CommandContext _context;
    private readonly CatalogOptions _catalogs;

    /// <summary>Makes the command.</summary>
    /// <param name="context">What every command is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    protected CacheFileCommand(CommandContext context, string name, string summary)
        : base(name, summary)
    {
        (_context, _catalogs) = (context, new(context));
        Runs(RunAsync);
    }

    /// <summary>Makes the argument that names files.</summary>
    /// <param name="arity">How many.</param>
    /// <param name="otherwise">What is meant without it, as the end of a sentence.</param>
    /// <returns>The argument.</returns>
    protected static Argument<string[]> FilesArgument(ArgumentArity arity, string otherwise = "") => new("FILES")
    {
        Arity = arity, Description = $"Files, by their addresses or the first digits of their SHA-256 (at least six).{otherwise}",
    };

    /// <summary>Adds the command's own options and arguments, and those that all have.</summary>
    /// <param name="symbols">Its own, in the order of the manual.</param>
    protected void Takes(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) Arguments.Add(argument);
            else Options.Add((Option)symbol);
        }

        _catalogs.AddTo(this);
    }

    /// <summary>Does what the command is for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="files">The cache.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    protected abstract Task<ExitCode> RunAsync(ParseResult arguments, IFileCache files, CacheOutput output, CancellationToken cancellationToken);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var host = await _catalogs.OpenAsync(arguments, cancellationToken);
        var output = new CacheOutput(_context.Console.Output, arguments.GetValue(_context.Global.Json), _context.Screen(arguments));
        return await RunAsync(arguments, host.Catalogs.Files, output, cancellationToken);
    }
}
