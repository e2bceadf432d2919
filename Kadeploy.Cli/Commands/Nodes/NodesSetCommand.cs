using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary><c>kadeploy nodes set</c>.</summary>
internal sealed class NodesSetCommand : CliCommand
{
    private readonly Argument<string[]> _names = new("NAMES") { Description = "Names and ranges of nodes of the store.", Arity = ArgumentArity.OneOrMore };
    private readonly NodeSettingOptions _settings = new();
    private readonly Option<string[]> _addedTags = Texts("--add-tag", "TAG", "A tag that is added.");
    private readonly Option<string[]> _removedTags = Texts("--remove-tag", "TAG", "A tag that is removed, if it is there.");
    private readonly Option<string[]> _addedGroups = Texts("--add-group", "NAME", "A group that the nodes enter.");
    private readonly Option<string[]> _removedGroups = Texts("--remove-group", "NAME", "A group that the nodes leave, if they are in it.");

    private readonly Option<ImmutableArray<NodeField>> _cleared = new("--clear")
    {
        HelpName = "LIST", CustomParser = static result => OptionParsing.Names<NodeField>(result),
        Description = "What is not to be said of the nodes any more, separated by commas: address, macs, bmc, disk, console, commands, groups, tags, description.",
    };

    private readonly InventoryAccess _access;

    public NodesSetCommand(CommandContext context)
        : base("set", "change nodes of the store")
    {
        _access = new(context);
        Arguments.Add(_names);
        _settings.AddTo(this);
        foreach (var option in new Option[] { _addedTags, _removedTags, _addedGroups, _removedGroups, _cleared }) Options.Add(option);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Changes(await inventory.SetAsync(
                string.Join(' ', arguments.GetValue(_names) ?? []), Change(arguments), CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [
            $"kadeploy nodes set NAMES... [--cluster NAME] {NodeSettingOptions.Synopsis} [--add-tag TAG] [--remove-tag TAG] [--add-group NAME] [--remove-group NAME] [--clear LIST] "
            + InventoryAccess.Synopsis,
        ],
        [
            "Changes nodes of the store, all of them or none; what is not named stays as it is. Nodes of files are changed in their files. Two who change different things of one node at "
            + "the same time lose nothing. Operations that have begun go on with what they began with.",
            "Only administrators may do this.",
        ],
        [
            new("kadeploy nodes set lab-[1-20] --add-tag rack=r7 --remove-tag rack=r6", "Twenty nodes were moved."),
            new("kadeploy nodes set lab-3 --disk-serial S5G9NX0R --clear description", "Another disk, and no description any more."),
        ],
        ["kadeploy nodes add", "kadeploy nodes show", "kadeploy nodes import"]);

    private NodeChange Change(ParseResult arguments) => new()
    {
        Settings = _settings.Read(arguments),
        AddedTags = [.. arguments.GetValue(_addedTags) ?? []],
        RemovedTags = [.. arguments.GetValue(_removedTags) ?? []],
        AddedGroups = [.. arguments.GetValue(_addedGroups) ?? []],
        RemovedGroups = [.. arguments.GetValue(_removedGroups) ?? []],
        Cleared = arguments.GetValue(_cleared) is { IsDefault: false } cleared ? cleared : [],
    };

    private static Option<string[]> Texts(string name, string value, string description) => new(name)
    {
        HelpName = value, AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore, Description = description + " May be given several times.",
    };
}
