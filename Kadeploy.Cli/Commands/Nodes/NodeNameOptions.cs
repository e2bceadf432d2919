using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary>The ways of naming nodes: arguments, <c>-m</c> and <c>-f</c>.</summary>
internal sealed class NodeNameOptions
{
    private readonly Argument<string[]> _names = new("NAMES")
    {
        Description = "Nodes: names and ranges such as node-[1-10,12].", Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _machines = new("-m", "--machine")
    {
        HelpName = "NODES", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore, Description = "Nodes, as the arguments. May be given several times.",
    };

    private readonly Option<string[]> _files = new("-f", "--file")
    {
        HelpName = "FILE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
        Description = "A file with one name or range on a line; # begins a comment; '-' is standard input. May be given several times.",
    };

    /// <summary>The synopsis of these.</summary>
    public const string Synopsis = "[NAMES...] [-m NODES] [-f FILE]";

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_names);
        command.Options.Add(_machines);
        command.Options.Add(_files);
    }

    /// <summary>Gives the nodes.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The nodes; null when none is named in any way.</returns>
    /// <exception cref="ConfigurationException">Something is no list of nodes; all problems are listed.</exception>
    public async Task<NodeSet?> ReadAsync(ParseResult arguments, TextReader input, CancellationToken cancellationToken)
    {
        var files = arguments.GetValue(_files) ?? [];
        string[] texts = [.. arguments.GetValue(_names) ?? [], .. arguments.GetValue(_machines) ?? []];
        if (texts.Length + files.Length == 0) return null;
        var (names, problems, reader) = (new List<NodeName>(), new List<string>(), new InputText(input));
        foreach (var text in texts) await AddAsync(() => Task.FromResult(NodeSet.Parse(text)));
        foreach (var file in files)
            await AddAsync(async () => NodeSet.ReadFrom(new StringReader(await reader.ReadAsync("list of nodes", file, cancellationToken)), file));
        return problems.Count == 0 ? NodeSet.From(names) : throw new ConfigurationException([.. problems]);

        async Task AddAsync(Func<Task<NodeSet>> read)
        {
            try
            {
                names.AddRange(await read());
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
            catch (Exception wrong) when (wrong is FormatException or ArgumentException)
            {
                problems.Add(wrong.Message);
            }
        }
    }

    /// <summary>Gives the nodes, of which there has to be one.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<NodeSet> RequireAsync(ParseResult arguments, TextReader input, CancellationToken cancellationToken) =>
        await ReadAsync(arguments, input, cancellationToken) is { Count: > 0 } nodes
            ? nodes
            : throw new ConfigurationException("there are no nodes: name them, or give -m NODES or -f FILE");
}
