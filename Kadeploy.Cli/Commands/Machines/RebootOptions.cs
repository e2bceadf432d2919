using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Engine.Environments;

namespace Kadeploy.Cli.Commands.Machines;

/// <summary>The options of <c>kadeploy reboot</c> that say what is to be done; the names are those of kareboot3.</summary>
internal sealed class RebootOptions
{
    private readonly NodeOptions _nodes = new();

    private readonly Option<RebootKind> _kind = new("-r", "--reboot-kind")
    {
        HelpName = "KIND", CustomParser = static result => OptionParsing.SnakeName<RebootKind>(result),
        Description = "Into what: simple (whatever the boot profile says), set_pxe (a profile of yours), deploy_env (the deployment environment) or recorded_env "
            + "(an environment on a partition). Default: simple.",
    };

    private readonly Option<PowerLevel> _level = new("-l", "--op-level")
    {
        HelpName = "LEVEL", CustomParser = static result => OptionParsing.SnakeName<PowerLevel>(result),
        Description = "How hard the first try is: soft, hard or very_hard; when it fails, the next harder one follows. Default: soft.",
    };

    private readonly EnvironmentOptions _environment = new("recorded_env");

    private readonly Option<int?> _partition = new("-p", "--partition-number")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, 128), Description = "For recorded_env: the number of the partition to boot.",
    };

    private readonly Option<string?> _disk = new("-b", "--block-device") { HelpName = "DEV", Description = "For recorded_env: the disk, such as /dev/sdb. Default: the cluster's." };

    private readonly Option<string?> _key = new("-k", "--key")
    {
        HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne,
        Description = "For deploy_env: the public keys that may log in as root, a file or an address. Without a value: ~/.ssh/authorized_keys. Default: none.",
    };

    private readonly Option<string?> _profile = new("-w", "--set-pxe-profile")
    {
        HelpName = "FILE", Description = "For set_pxe: the boot profile, written as it is; NODE_SINGULARITY and FILES_PREFIX in it are replaced.",
    };

    private readonly Option<string?> _pattern = new("--set-pxe-pattern")
    {
        HelpName = "FILE", Description = "For set_pxe: a file of lines NODE,TEXT; NODE_SINGULARITY in the profile stands for the node's text. Default: none.",
    };

    private readonly Option<string[]> _uploads = new("-x", "--upload-pxe-files")
    {
        HelpName = "FILES", Arity = ArgumentArity.OneOrMore,
        Description = "For set_pxe: files that are put into the boot repository, separated by commas; the profile names them FILES_PREFIX--NAME. Default: none.",
    };

    private readonly Option<string?> _vlan = new("--vlan") { HelpName = "ID", Description = "The network into which nodes are put before they boot. Default: where they are." };

    private readonly Option<bool> _destructive = new("-c", "--check-destructive", "--check-destructive-tag")
    {
        Description = "Refuse, with exit code 6, when the environment of some node is marked destructive; no node is rebooted then.",
    };

    private readonly Option<TimeoutExpression?> _timeout = new("--reboot-classical-timeout")
    {
        HelpName = "EXPR", CustomParser = static result => OptionParsing.Timeout(result),
        Description = "How long a node may take to come back, in seconds, perhaps as an expression of n, the number of nodes. Default: the cluster's.",
    };

    private readonly Option<string?> _breakpoint = new("--breakpoint")
    {
        HelpName = "MACRO[:MICRO]", Description = "Where nodes stop, such as Reboot:WaitReboot. Default: nowhere.",
    };

    private readonly Option<string?> _customSteps = new("--custom-steps")
    {
        HelpName = "FILE", Description = "A file of operations that are added before, after or instead of micro-steps (docs/environments.md). Default: none.",
    };

    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis =>
        $"{NodeOptions.Synopsis} [-r KIND] [-l LEVEL] {EnvironmentOptions.OptionalSynopsis} [-p N] [-b DEV] [-k [FILE]] [-w FILE] [--set-pxe-pattern FILE] [-x FILES] [--vlan ID] [-c] "
        + "[--reboot-classical-timeout EXPR] [--breakpoint MACRO[:MICRO]] [--custom-steps FILE]";

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        _nodes.AddTo(command);
        _environment.AddTo(command);
        foreach (var option in new Option[]
                 {
                     _kind, _level, _partition, _disk, _key, _profile, _pattern, _uploads, _vlan, _destructive, _timeout, _breakpoint, _customSteps,
                 }) command.Options.Add(option);
    }

    /// <summary>Says whether an option names standard input.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether one does.</returns>
    public bool ReadsInput(ParseResult arguments) =>
        new[] { _key, _profile, _pattern, _customSteps }.Any(option => arguments.GetValue(option) == "-") || _environment.ReadsInput(arguments) || _nodes.ReadsInput(arguments);

    /// <summary>Makes the request, reading all that options name.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="find">Finds a recorded environment.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; all problems are listed.</exception>
    public async Task<RebootRequest> RequestAsync(
        ParseResult arguments, TextReader input, Func<EnvironmentSelection, Task<KaEnvironment>> find, CancellationToken cancellationToken)
    {
        var texts = new InputText(input);
        var problems = new List<string>();
        var nodes = await _nodes.ReadAsync(arguments, texts, problems, cancellationToken);
        var environment = _environment.IsThere(arguments) ? await TryAsync(() => _environment.ReadAsync(arguments, texts, find, cancellationToken)) : null;
        var steps = await ReadAsync(_customSteps, "file of custom steps", static (text, file) => (ImmutableArray<CustomOperation>?)CustomStepsReader.Read(text, file));
        var profile = await ReadAsync(_profile, "boot profile", static (text, _) => text);
        var singularities = await ReadAsync(_pattern, "file of nodes' texts", Singularities);
        var keys = arguments.GetResult(_key) is null ? null : await TryAsync(() => texts.ReadAsync("list of public keys", arguments.GetValue(_key) ?? DeployOptions.DefaultKeys, cancellationToken));
        var files = Files(arguments);
        if (profile is null && (singularities is not null || !files.IsEmpty)) problems.Add("--set-pxe-pattern and --upload-pxe-files belong to a boot profile; name it with -w FILE");
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        return new()
        {
            Nodes = nodes,
            User = CommandContext.User,
            Into = arguments.GetValue(_kind),
            Level = arguments.GetValue(_level),
            Profile = profile is null ? null : new(profile) { Singularities = singularities ?? ImmutableDictionary<NodeName, string>.Empty, Files = files },
            Environment = environment,
            BlockDevice = arguments.GetValue(_disk),
            Partition = arguments.GetValue(_partition),
            AuthorizedKeys = keys,
            Vlan = arguments.GetValue(_vlan),
            CheckDestructive = arguments.GetValue(_destructive),
            RebootTimeout = arguments.GetValue(_timeout),
            Breakpoint = arguments.GetValue(_breakpoint),
            CustomOperations = steps ?? [],
        };

        Task<T?> ReadAsync<T>(Option<string?> option, string what, Func<string, string, T> read) => arguments.GetValue(option) is { } file
            ? TryAsync(async () => read(await texts.ReadAsync(what, file, cancellationToken), file))
            : Task.FromResult(default(T));

        async Task<T?> TryAsync<T>(Func<Task<T>> read)
        {
            try
            {
                return await read();
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
                return default;
            }
        }
    }

    private ImmutableArray<Uri> Files(ParseResult arguments) =>
    [
        .. (arguments.GetValue(_uploads) ?? []).SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(static name => Uri.TryCreate(name, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? new Uri(name) : new Uri(Path.GetFullPath(name))),
    ];

    private static ImmutableDictionary<NodeName, string> Singularities(string text, string file)
    {
        var found = ImmutableDictionary.CreateBuilder<NodeName, string>();
        var problems = new List<string>();
        var number = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (line.Trim().Length == 0 || line.StartsWith('#')) continue;
            var comma = line.IndexOf(',');
            if (comma < 0) problems.Add($"{file}:{number}: a line is NODE,TEXT, and this one has no comma");
            else if (!NodeName.TryParse(line[..comma].Trim(), null, out var node)) problems.Add($"{file}:{number}: '{Printable.Text(line[..comma].Trim())}' is no name of a node");
            else if (!found.TryAdd(node, line[(comma + 1)..])) problems.Add($"{file}:{number}: node {node} is there twice");
        }

        return problems.Count == 0 ? found.ToImmutable() : throw new ConfigurationException([.. problems]);
    }
}
