using System.Collections.Immutable;
using System.CommandLine;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary>The options that select nodes of the inventory.</summary>
internal sealed class NodeFilterOptions
{
    private readonly NodeNameOptions _names = new();
    private readonly Option<string[]> _clusters = Texts("--cluster", "NAME", "Only nodes of this cluster. May be given several times: any of them.");
    private readonly Option<string[]> _groups = Texts("--group", "NAME", "Only nodes in this group. May be given several times: in any of them.");
    private readonly Option<string[]> _tags = Texts("--tag", "TAG", "Only nodes with this tag. May be given several times: with all of them.");
    private readonly Option<string[]> _environments = Texts("--environment", "NAME[:VERSION]", "Only nodes on which this environment is deployed. May be given several times: any of them.");

    private readonly Option<ImmutableArray<NodeCondition>> _conditions = new("--condition")
    {
        HelpName = "LIST", CustomParser = static result => OptionParsing.Names<NodeCondition>(result),
        Description = "Only nodes that stand so: any of never-used, busy, deployed, failed, stopped, cancelled and unknown, separated by commas.",
    };

    /// <summary>The synopsis of these.</summary>
    public const string Synopsis = NodeNameOptions.Synopsis + " [--cluster NAME] [--group NAME] [--tag TAG] [--condition LIST] [--environment NAME[:VERSION]]";

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        _names.AddTo(command);
        foreach (var option in new Option[] { _clusters, _groups, _tags, _conditions, _environments }) command.Options.Add(option);
    }

    /// <summary>Gives the filter.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Which nodes are meant.</returns>
    /// <exception cref="ConfigurationException">Something is no list of nodes.</exception>
    public async Task<NodeFilter> ReadAsync(ParseResult arguments, TextReader input, CancellationToken cancellationToken) => new()
    {
        Names = await _names.ReadAsync(arguments, input, cancellationToken),
        Clusters = [.. arguments.GetValue(_clusters) ?? []],
        Groups = [.. arguments.GetValue(_groups) ?? []],
        Tags = [.. arguments.GetValue(_tags) ?? []],
        Environments = [.. arguments.GetValue(_environments) ?? []],
        Conditions = arguments.GetValue(_conditions) is { IsDefault: false } conditions ? conditions : [],
    };

    private static Option<string[]> Texts(string name, string value, string description) => new(name)
    {
        HelpName = value, AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore, Description = description,
    };
}
