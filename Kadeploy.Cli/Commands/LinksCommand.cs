using System.CommandLine;
using Kadeploy.Cli.Compatible;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy links</c>: makes the names of Kadeploy 3's commands.</summary>
internal sealed class LinksCommand : CliCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "The folder, which exists; it should be one that PATH names." };

    private readonly CommandContext _context;

    public LinksCommand(CommandContext context)
        : base("links", "make the names of Kadeploy 3's commands")
    {
        _context = context;
        Arguments.Add(_folder);
        Runs((arguments, _) => Task.FromResult(Make(arguments.GetValue(_folder)!)));
    }

    public override ManualPage Manual => new(
        ["kadeploy links DIR"],
        [
            $"Makes links to this program with the names {string.Join(", ", CompatibleCommands.Names)}. Called by one of these, it takes the options of that command of Kadeploy 3 and writes what "
            + "that one writes, so that scripts go on working. 'NAME --help' describes each; docs/from-kadeploy3.md lists the differences.",
            "Without links, the name is the first word: 'kadeploy kaenv3 -l'. Links that are there already and lead here are left; nothing else is replaced.",
        ],
        [new("kadeploy links /usr/local/bin", "Make the links.")],
        ["kadeploy", "kadeploy deploy"]);

    private ExitCode Make(string folder)
    {
        var program = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet"
            ? path
            : throw new ConfigurationException("this program was started by 'dotnet', to which no link can lead; start the file kadeploy that the build has made");
        if (!Directory.Exists(folder)) throw new ConfigurationException($"there is no folder '{Printable.Text(folder)}'; make it, or name another");
        string[] wanted = [.. CompatibleCommands.Names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))];
        string[] foreign = [.. wanted.Where(link => IsThere(link) && !Leads(link, program))];
        if (foreign.Length > 0) throw new ConfigurationException([.. foreign.Select(static link => $"'{link}' is there and is no link to this program; remove it, or name another folder")]);
        foreach (var link in wanted.Where(static link => !IsThere(link)))
        {
            File.CreateSymbolicLink(link, program);
            _context.Console.Output.WriteLine($"{link} -> {program}");
        }

        return ExitCode.Ok;
    }

    // A link that leads nowhere is there, too.
    private static bool IsThere(string link) => new FileInfo(link) is { Exists: true } or { LinkTarget: not null } || Directory.Exists(link);

    private static bool Leads(string link, string program) => new FileInfo(link).LinkTarget == program;
}
