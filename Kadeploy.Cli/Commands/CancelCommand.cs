using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy cancel</c>.</summary>
internal sealed class CancelCommand : CliCommand
{
    private readonly Argument<OperationId> _id = new("ID")
    {
        Description = "The operation.",
        CustomParser = static result => OptionParsing.Operation(result),
    };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public CancelCommand(CommandContext context)
        : base("cancel", "cancel an operation")
    {
        (_context, _config) = (context, new(context));
        Arguments.Add(_id);
        Options.Add(_state);
        Options.Add(_config);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy cancel ID [--state DIR] [--config FILE] [--json]"],
        [
            "Asks the engine that runs an operation to cancel it: nodes that have not ended become cancelled; those that have, stay as they "
            + "are. The command returns when the request is recorded; 'kadeploy operations ID --follow' shows when it is done. An operation that no "
            + "engine runs is cancelled as soon as one takes it up.",
            "Only the user of an operation and administrators may cancel it. The configuration, which is read for another user's operation only, "
            + "names them at server.administrators; where it does not, they are root and the owner of the state directory. A refusal is recorded in the audit trail.",
        ],
        [
            new("kadeploy cancel D-019a0000-0000-7000-8000-000000000000", "Cancel an operation that runs in another terminal."),
        ],
        ["kadeploy operations", "kadeploy resume"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var id = arguments.GetValue(_id);
        await using var reader = await _context.Engines.OpenReadOnlyAsync(_state.Directory(arguments), cancellationToken);
        // Whoever cancels what is his own needs no configuration, nor one without mistakes.
        var others = await reader.FindOperationAsync(id, cancellationToken) is { } operation && operation.User != CommandContext.User;
        await reader.CancelAsync(id, CommandContext.User, others ? _config.ReadAdministrators(arguments) : [], cancellationToken);
        _context.Output(arguments).CancelRequested(id);
        return ExitCode.Ok;
    }
}
