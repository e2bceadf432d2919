using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy nodes fold</c> and <c>kadeploy nodes expand</c>: they read the same and differ in what they write.</summary>
internal sealed class NodeListCommand : CliCommand
{
    private const string StandardInput = "-";

    private readonly Argument<string[]> _names = new("NAMES")
    {
        Description = "Names and ranges of nodes, separated by spaces or commas; '-' reads standard input, one name or range on a line.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _files = new("-f", "--file")
    {
        HelpName = "FILE",
        Description = "A file with one name or range on a line; # begins a comment; '-' is standard input. May be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly CommandContext _context;
    private readonly Action<IOutput, IReadOnlyList<NodeName>> _write;
    private readonly string _description;
    private readonly IReadOnlyList<ManualExample> _examples;

    /// <summary>Makes one of the two.</summary>
    /// <param name="context">What the command is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    /// <param name="write">How it writes nodes.</param>
    /// <param name="description">What it does, for the manual.</param>
    /// <param name="examples">Examples for the manual.</param>
    public NodeListCommand(
        CommandContext context, string name, string summary, Action<IOutput, IReadOnlyList<NodeName>> write, string description,
        IReadOnlyList<ManualExample> examples)
        : base(name, summary)
    {
        (_context, _write, _description, _examples) = (context, write, description, examples);
        Arguments.Add(_names);
        Options.Add(_files);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [$"{FullName} [NAMES...|-] [-f FILE] [--json]"],
        [_description, "How lists of nodes are written is described in 'kadeploy nodes --help'."],
        _examples,
        ["kadeploy nodes"]);

    private Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        _context.Interrupts.Release(); // reading cannot be cancelled, and there is nothing to be cleaned up: an interrupt ends the process
        var names = new List<NodeName>();
        var problems = new List<string>();
        foreach (var text in arguments.GetValue(_names) ?? [])
            Read(() => text == StandardInput ? NodeSet.ReadFrom(_context.Console.Input, StandardInput) : NodeSet.Parse(text));
        foreach (var file in arguments.GetValue(_files) ?? [])
            Read(() => file == StandardInput ? NodeSet.ReadFrom(_context.Console.Input, StandardInput) : ReadFile(file));
        if (arguments.GetValue(_names) is not [_, ..] && arguments.GetValue(_files) is not [_, ..])
            throw new ConfigurationException("there are no nodes: give names, '-' for standard input, or -f FILE");
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        _write(_context.Output(arguments), NodeSet.From(names));
        return Task.FromResult(ExitCode.Ok);

        void Read(Func<NodeSet> read)
        {
            try
            {
                names.AddRange(read());
            }
            catch (FormatException wrong)
            {
                problems.Add(wrong.Message);
            }
        }
    }

    private static NodeSet ReadFile(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            return NodeSet.ReadFrom(reader, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the list of nodes '{file}' cannot be read: {failure.Message}");
        }
    }
}
