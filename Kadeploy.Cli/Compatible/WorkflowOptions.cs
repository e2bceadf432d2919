using System.CommandLine;
using Kadeploy.Cli.Commands;

namespace Kadeploy.Cli.Compatible;

/// <summary>The options of kadeploy3, kareboot3 and kapower3 that say how an operation is followed.</summary>
internal sealed class WorkflowOptions
{
    private readonly Option<bool> _debug = new("-d", "--debug-mode") { Description = "Write every event to standard error." };

    private readonly Option<string?> _ok = new("-o", "--output-ok-nodes") { HelpName = "FILE", Description = "A file that receives the names of the nodes that ended well, one a line." };

    private readonly Option<string?> _ko = new("-n", "--output-ko-nodes") { HelpName = "FILE", Description = "A file that receives the names of the other nodes, one a line." };

    private readonly Option<string?> _script = new("-s", "--script") { HelpName = "FILE", Description = "A program that runs at the end, however the operation ended." };

    private readonly Option<int> _verbosity = new("-V", "--verbose-level")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, 5), DefaultValueFactory = static _ => 3,
        Description = "How much is told while it runs: 1 begin and end, 2 failures, 3 broadcasts, 4 each step, 5 all. Default: 3.",
    };

    private readonly Option<string?> _id = new("--write-workflow-id") { HelpName = "FILE", Description = "A file that receives the operation's identifier." };

    private readonly Option<bool> _wait = new("--wait") { Description = "Stay until the operation has ended. This is the default." };

    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return as soon as the operation is recorded." };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything and show the plan; record nothing and touch nothing." };

    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis =>
        "[-d|--no-debug-mode] [-o FILE] [-n FILE] [-s FILE] [-V N] [--write-workflow-id FILE] [--wait|--no-wait] [--force|--no-force] [--hook|--no-hook] [--dry-run|--no-dry-run]";

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="idle">Adds an option that changes nothing, with what is said about it.</param>
    public void AddTo(Command command, Action<Option, string?> idle)
    {
        foreach (var option in new Option[] { _debug, _ok, _ko, _script, _verbosity, _id, _wait, _noWait, _dryRun }) command.Options.Add(option);
        idle(new Option<bool>("--no-debug-mode") { Description = "The default." }, null);
        idle(new Option<bool>("--no-dry-run") { Description = "The default." }, null);
        const string Force = "nodes are not taken from an operation that has them; cancel that with 'kadeploy cancel'";
        idle(new Option<bool>("--force", "--no-force") { Description = $"Without effect: {Force}." }, Force);
        const string Hook = "the site has no hook; name a program with -s";
        idle(new Option<bool>("--hook") { Description = $"Without effect: {Hook}." }, Hook);
        idle(new Option<bool>("--no-hook") { Description = "The default." }, null);
    }

    /// <summary>Adds what follows the operation in the same way here.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="words">Receives the words.</param>
    /// <returns>The words.</returns>
    /// <exception cref="ConfigurationException">The options do not go together.</exception>
    public OwnWords AddTo(ParseResult arguments, OwnWords words)
    {
        if (arguments.GetValue(_noWait) && (arguments.GetValue(_ok) ?? arguments.GetValue(_ko)) is not null)
            throw new ConfigurationException("-o and -n write how nodes ended, which --no-wait does not wait for; give one of them");
        return words.With(arguments, _ok, _ko, _script, _wait, _noWait, _dryRun).With("--debug", arguments.GetValue(_debug));
    }

    /// <summary>Shows the operation as Kadeploy 3 does.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command is given.</param>
    /// <param name="what">What the operation is called.</param>
    /// <returns>What the command of this program is given.</returns>
    public CommandContext Shown(ParseResult arguments, CommandContext context, WorkflowName what)
    {
        WorkflowOutput? only = null;
        return context with
        {
            Shows = inner => only ??= new(inner, context.Console, what) { Verbosity = arguments.GetValue(_verbosity), IdFile = arguments.GetValue(_id) },
        };
    }
}
