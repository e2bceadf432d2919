using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands.Rights;

/// <summary>The options that the commands for rights share: who, where, which devices, and where all that is kept.</summary>
internal sealed class RightsOptions
{
    private readonly Option<string[]> _machines = new("-m", "--machine")
    {
        HelpName = "NODES", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _files = new("-f", "--file")
    {
        HelpName = "FILE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
        Description = "A file with one name or range of nodes on a line; # begins a comment; '-' is standard input. May be given several times.",
    };

    private readonly Option<string[]> _parts = new("-p", "--part")
    {
        HelpName = "DEV", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
    };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    /// <summary>Makes them.</summary>
    /// <param name="context">What the command is given.</param>
    /// <param name="user">What the option for users says of itself.</param>
    /// <param name="nodes">What the option for nodes says of itself.</param>
    /// <param name="parts">What the option for devices says of itself; null when there is none.</param>
    public RightsOptions(CommandContext context, string user, string nodes, string? parts)
    {
        (_context, _config) = (context, new(context));
        User = new("-u", "--user") { HelpName = "USER", Description = user };
        _machines.Description = nodes;
        _parts.Description = parts;
        HasParts = parts is not null;
    }

    /// <summary>Gets the option for users.</summary>
    public Option<string?> User { get; }

    private bool HasParts { get; }

    /// <summary>Adds those that say what is meant.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { User, _machines, _files }) command.Options.Add(option);
        if (HasParts) command.Options.Add(_parts);
    }

    /// <summary>Adds those that say where all that is kept.</summary>
    /// <param name="command">The command.</param>
    public void AddPlacesTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_state);
    }

    /// <summary>Opens the catalogs with as much of the configuration as there is.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The catalogs; dispose them.</returns>
    public Task<CatalogHost> OpenAsync(ParseResult arguments, CancellationToken cancellationToken) => _context.Engines.OpenCatalogsAsync(
        new EngineOptions { StateDirectory = _state.Directory(arguments), Site = _config.ReadOutline(arguments) }, cancellationToken);

    /// <summary>Reads who is meant.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The user or group; null when none is named.</returns>
    public Principal? Principal(ParseResult arguments, List<string> problems)
    {
        if (arguments.GetValue(User) is not { } text) return null;
        Principal? principal = null;
        Try(() => principal = Kadeploy.Principal.Parse(text), problems);
        return principal;
    }

    /// <summary>Reads where.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The scopes, each once; empty when none is named.</returns>
    public async Task<ImmutableArray<RightScope>> ScopesAsync(ParseResult arguments, List<string> problems, CancellationToken cancellationToken)
    {
        var scopes = new List<RightScope>();
        foreach (var text in arguments.GetValue(_machines) ?? [])
            Try(() => scopes.AddRange(text.Trim().Length > 0 ? RightScope.ParseList(text) : throw new FormatException("-m is empty; write '*' for all nodes")), problems);
        var texts = new InputText(_context.Console.Input);
        foreach (var file in arguments.GetValue(_files) ?? [])
        {
            var before = scopes.Count;
            try
            {
                var list = await texts.ReadAsync("list of nodes", file, cancellationToken);
                Try(() => scopes.AddRange(NodeSet.ReadFrom(new StringReader(list), file).Select(RightScope.Of)), problems);
                // A file without nodes does not stand for all of them.
                if (scopes.Count == before && problems.Count == 0) problems.Add($"there are no nodes in '{Printable.Text(file)}'");
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }

        return scopes.Contains(RightScope.All) ? [RightScope.All] : [.. scopes.Distinct()];
    }

    /// <summary>Reads nodes, one by one.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The nodes; empty when none is named.</returns>
    public async Task<ImmutableArray<NodeName>> NodesAsync(ParseResult arguments, List<string> problems, CancellationToken cancellationToken)
    {
        var scopes = await ScopesAsync(arguments, problems, cancellationToken);
        foreach (var scope in scopes.Where(static scope => scope.Node is null)) problems.Add($"'{Printable.Text(scope.Value)}' is no node; name nodes here, one by one or as ranges");
        return [.. scopes.Select(static scope => scope.Node).OfType<NodeName>()];
    }

    /// <summary>Reads for which devices.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The devices; empty when none is named.</returns>
    public ImmutableArray<RightPart> Parts(ParseResult arguments, List<string> problems)
    {
        var parts = new List<RightPart>();
        foreach (var text in (arguments.GetValue(_parts) ?? []).SelectMany(static text => text.Split(',', StringSplitOptions.TrimEntries)))
            Try(() => parts.Add(RightPart.Parse(text)), problems);
        return [.. parts.Distinct()];
    }

    private static void Try(Action read, List<string> problems)
    {
        try
        {
            read();
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            problems.Add(wrong.Message);
        }
    }
}
