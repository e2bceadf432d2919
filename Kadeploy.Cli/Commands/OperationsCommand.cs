using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Cli.Running;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy operations</c>.</summary>
internal sealed class OperationsCommand : CliCommand
{
    private const int Listed = 50;

    private readonly Argument<OperationId?> _id = new("ID")
    {
        Description = "One operation. Default: the 50 latest.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = static result => OptionParsing.Operation(result),
    };

    private readonly Option<long?> _events = new("--events")
    {
        HelpName = "FROM",
        Description = "Show the journal from this number on instead of the operation's state; 0 shows all of it.",
        CustomParser = static result => OptionParsing.Sequence(result),
    };

    private readonly Option<bool> _follow = new("--follow")
    {
        Description = "Show the journal and go on with what comes, until the operation has ended; without an ID, until Ctrl-C.",
    };

    private readonly StateOption _state = new();
    private readonly CommandContext _context;

    public OperationsCommand(CommandContext context)
        : base("operations", "show operations and their journal")
    {
        _context = context;
        Arguments.Add(_id);
        Options.Add(_events);
        Options.Add(_follow);
        Options.Add(_state);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy operations [ID] [--events FROM] [--follow] [--state DIR] [--json] [--no-color]"],
        [
            "Without an ID, lists the latest operations of the state directory, newest first; with one, shows that operation. With --events "
            + "or --follow, shows the journal: every attempt at every step on every node, each with a number that never changes. A reader that "
            + "remembers the last number it saw goes on with the next.",
            "Reading starts no engine and takes nothing over; it can be done while operations run.",
        ],
        [
            new("kadeploy operations", "List the latest operations."),
            new("kadeploy operations D-019a0000-0000-7000-8000-000000000000 --events 0", "Everything that happened in one of them."),
            new("kadeploy operations D-019a0000-0000-7000-8000-000000000000 --events 1201 --follow --json",
                "Its events from number 1201 on, as JSON, until it ends."),
        ],
        ["kadeploy resume", "kadeploy cancel", "kadeploy simulate"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = _context.Output(arguments);
        await using var reader = await _context.Engines.OpenReadOnlyAsync(_state.Directory(arguments), cancellationToken);
        var operation = arguments.GetValue(_id) is { } id ? await FindAsync(reader, id, cancellationToken) : null;
        var follow = arguments.GetValue(_follow);
        if (arguments.GetValue(_events) is { } from) await ShowEventsAsync(reader, operation?.Id, from, follow, output, cancellationToken);
        else if (follow) await ShowEventsAsync(reader, operation?.Id, 0, follow, output, cancellationToken);
        else if (operation is not null) output.Operation(operation);
        else output.Operations(await reader.ListOperationsAsync(Listed, cancellationToken));
        return ExitCode.Ok;
    }

    private static async Task<Operation> FindAsync(IOperationReader reader, OperationId id, CancellationToken cancellationToken) =>
        await reader.FindOperationAsync(id, cancellationToken)
        ?? throw new ConfigurationException($"there is no operation {id} in this state directory; 'kadeploy operations' lists those there are");

    private static Task ShowEventsAsync(
        IOperationReader reader, OperationId? id, long from, bool follow, IOutput output, CancellationToken cancellationToken) =>
        EventReading.ForEachAsync(token => reader.ReadEventsAsync(id, from, follow, token), output, output.Event, cancellationToken);
}
