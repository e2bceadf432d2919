using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Clusters;

/// <summary><c>kadeploy clusters set</c>.</summary>
internal sealed class ClustersSetCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The cluster's name." };

    private readonly Argument<string[]> _values = new("KEY=VALUE")
    {
        Description = "Keys of a cluster's file with those above them, and their values as they are written there.", Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _unset = new("--unset")
    {
        HelpName = "KEY", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore, Description = "A key that is taken away. May be given several times.",
    };

    private readonly InventoryAccess _access;

    public ClustersSetCommand(CommandContext context)
        : base("set", "change settings of a cluster of the store")
    {
        _access = new(context);
        Arguments.Add(_name);
        Arguments.Add(_values);
        Options.Add(_unset);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Changes(
                await inventory.SetClusterAsync(arguments.GetValue(_name)!, Change(arguments), CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy clusters set NAME [KEY=VALUE...] [--unset KEY] {InventoryAccess.Synopsis}"],
        [
            "Changes single settings of a cluster of the store; the whole is checked as 'kadeploy config check' does, with the cluster's nodes, before anything is written. Values may be lists and "
            + "tables in YAML's short form. Relative paths begin at the current folder. Operations that have begun go on with what they began with.",
            "Only administrators may do this.",
        ],
        [
            new("kadeploy clusters set lab power.ipmi.cipher_suite=17 timeouts.reboot='300 + n'", "Two settings."),
            new("kadeploy clusters set lab 'boot.initrds=[kadeploy/initrd.img, kadeploy/site.img]' --unset console", "A list; and no console any more."),
        ],
        ["kadeploy clusters show", "kadeploy clusters import", "kadeploy config check"]);

    private ClusterChange Change(ParseResult arguments)
    {
        var (set, problems) = (ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal), new List<string>());
        foreach (var text in arguments.GetValue(_values) ?? [])
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } key, var value]) problems.Add($"'{Printable.Text(text)}' is not of the form KEY=VALUE");
            else if (!set.TryAdd(key, value)) problems.Add($"key '{Printable.Text(key)}' is given twice");
        }

        return problems.Count == 0
            ? new() { Set = set.ToImmutable(), Unset = [.. arguments.GetValue(_unset) ?? []] }
            : throw new ConfigurationException([.. problems]);
    }
}
