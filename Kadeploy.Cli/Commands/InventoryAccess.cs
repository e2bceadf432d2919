using System.CommandLine;
using Kadeploy.Cli.Output;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands;

/// <summary>What commands on clusters and nodes have in common: the state directory and the configuration, of which neither need be there.</summary>
internal sealed class InventoryAccess
{
    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public InventoryAccess(CommandContext context) => (_context, _config) = (context, new(context));

    /// <summary>Gets the synopsis of the options.</summary>
    public const string Synopsis = "[--config FILE] [--state DIR] [--json] [--no-color]";

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_state);
    }

    /// <summary>Does something with the inventory.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="work">What is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Success.</returns>
    public async Task<ExitCode> UseAsync(ParseResult arguments, Func<INodeInventory, InventoryOutput, Task> work, CancellationToken cancellationToken)
    {
        var options = new EngineOptions { StateDirectory = _state.Directory(arguments), Site = _config.ReadOutline(arguments) };
        await using var session = await _context.Engines.OpenCatalogsAsync(options, cancellationToken);
        var output = new InventoryOutput(_context.Console.Output, _context.Screen(arguments), arguments.GetValue(_context.Global.Json));
        await work(session.Catalogs.Nodes, output);
        return ExitCode.Ok;
    }
}
