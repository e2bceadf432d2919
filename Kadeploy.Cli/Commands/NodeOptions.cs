using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;

namespace Kadeploy.Cli.Commands;

/// <summary>The options <c>-m</c> and <c>-f</c>, which name nodes; the names are those of Kadeploy 3's commands.</summary>
internal sealed class NodeOptions
{
    private readonly Option<string[]> _machines = new("-m", "--machine")
    {
        // Several after one -m: a shell that finds files named like nodes writes node-[1-2] out.
        HelpName = "NODES", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore,
        Description = "Nodes: names and ranges such as node-[1-10,12]. May be given several times.",
    };

    private readonly Option<string[]> _files = new("-f", "--file")
    {
        HelpName = "FILE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
        Description = "A file with one name or range on a line; # begins a comment; '-' is standard input. May be given several times.",
    };

    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis => "-m NODES [-f FILE]";

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_machines);
        command.Options.Add(_files);
    }

    /// <summary>Says whether standard input names nodes.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether it does.</returns>
    public bool ReadsInput(ParseResult arguments) => (arguments.GetValue(_files) ?? []).Contains("-");

    /// <summary>Gives the nodes.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="texts">Reads files.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The nodes, each once.</returns>
    public async Task<ImmutableArray<NodeName>> ReadAsync(
        ParseResult arguments, InputText texts, List<string> problems, CancellationToken cancellationToken)
    {
        var nodes = NodeSet.Empty;
        foreach (var text in arguments.GetValue(_machines) ?? []) await AddAsync(() => Task.FromResult(NodeSet.Parse(text)));
        foreach (var file in arguments.GetValue(_files) ?? [])
            await AddAsync(async () => NodeSet.ReadFrom(new StringReader(await texts.ReadAsync("list of nodes", file, cancellationToken)), file));
        if (nodes.Count == 0 && problems.Count == 0) problems.Add("there are no nodes: name them with -m NODES or -f FILE");
        return nodes.Names;

        async Task AddAsync(Func<Task<NodeSet>> read)
        {
            try
            {
                nodes = nodes.Union(await read());
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
}
