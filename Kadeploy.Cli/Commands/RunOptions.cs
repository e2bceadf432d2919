using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;

namespace Kadeploy.Cli.Commands;

/// <summary>The options of every command that runs an operation on nodes: how it is followed, and what becomes of its results.</summary>
internal sealed class RunOptions
{
    private readonly Option<string?> _ok = new("-o", "--output-ok-nodes") { HelpName = "FILE", Description = "A file that receives the names of the nodes that ended well, one a line." };

    private readonly Option<string?> _ko = new("-n", "--output-ko-nodes") { HelpName = "FILE", Description = "A file that receives the names of the other nodes, one a line." };

    private readonly Option<bool> _wait = new("--wait") { Description = "Stay until the operation has ended. This is the default." };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Return as soon as the operation is recorded; it goes on in a process of its own, which the end of the terminal does not end.",
    };

    private readonly Option<bool> _debug = new("-d", "--debug") { Description = "Write every event to standard error instead of drawing progress." };

    private readonly Option<string?> _script = new("-s", "--script", "--hook")
    {
        HelpName = "FILE",
        Description = "A program that runs at the end, however the operation ended. It finds KADEPLOY_OPERATION, KADEPLOY_OK_NODES_FILE and KADEPLOY_KO_NODES_FILE in its environment.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything and show the plan; record nothing and touch nothing." };

    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis => "[-o FILE] [-n FILE] [--wait|--no-wait] [-d] [-s FILE] [--dry-run]";

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _ok, _ko, _wait, _noWait, _debug, _script, _dryRun }) command.Options.Add(option);
    }

    /// <summary>Says whether the operation goes on by itself.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether it does.</returns>
    public bool IsDetached(ParseResult arguments) => arguments.GetValue(_noWait);

    /// <summary>Says whether the plan is all that is wanted.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether it is.</returns>
    public bool IsDryRun(ParseResult arguments) => arguments.GetValue(_dryRun);

    /// <summary>Says whether events are written to standard error.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether they are.</returns>
    public bool IsDebug(ParseResult arguments) => arguments.GetValue(_debug);

    /// <summary>Gives the program that runs at the end.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Its path, or null.</returns>
    public string? Script(ParseResult arguments) => arguments.GetValue(_script);

    /// <summary>Makes the files of results, empty.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ConfigurationException">They cannot be written, or are the same.</exception>
    public ResultFiles CreateResults(ParseResult arguments) => ResultFiles.Create(arguments.GetValue(_ok), arguments.GetValue(_ko));

    /// <summary>Refuses what does not go together.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="readsInput">Whether some option names standard input.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is listed.</exception>
    public void Check(ParseResult arguments, bool readsInput)
    {
        var problems = new List<string>();
        if (arguments.GetValue(_noWait))
        {
            if (arguments.GetValue(_wait)) problems.Add("--wait and --no-wait are both there; give one of them");
            if (arguments.GetValue(_dryRun)) problems.Add("--dry-run starts nothing that --no-wait could leave; give one of them");
            if (readsInput) problems.Add("--no-wait cannot go on reading standard input; write it to a file and name that instead of '-'");
        }

        if (arguments.GetValue(_script) is { } script)
        {
            try
            {
                EndScript.Check(script);
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }
}
