using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kaconsole3</c>: uses the console of a node.</summary>
internal sealed class Kaconsole3Command : CompatibleCommand
{
    private readonly Option<string[]> _machine = new("-m", "--machine") { HelpName = "NODE", Arity = ArgumentArity.ZeroOrMore, Description = "The node whose console it is." };

    public Kaconsole3Command(CommandContext context)
        : base(context, "kaconsole3", "use the serial console of a node, with the options of Kadeploy 3")
    {
        Options.Add(_machine);
        AddDryRun();
    }

    public override ManualPage Manual => new(
        [$"kaconsole3 -m NODE [--dry-run] {GenericSynopsis}"],
        [
            "Does what 'kadeploy console' does. The escape key, four times, leaves the console. Options may be abbreviated word by word.",
        ],
        [new("kaconsole3 -m node-1", "Use a console.")],
        ["kadeploy console"]);

    protected override Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_machine) is not [var node]) throw new ConfigurationException("a console is that of one node; name it with -m NODE");
        return CarryOutAsync(Own(arguments, "console").Then(node), Context, cancellationToken);
    }
}
