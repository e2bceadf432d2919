using System.CommandLine;
using System.Diagnostics;
using System.Runtime.Versioning;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary>The options that name a lab.</summary>
internal sealed class LabSelection
{
    private const string DefaultName = "lab";

    private readonly Option<string?> _name = new("--lab")
    {
        HelpName = "NAME",
        Description = "The lab. Default: the one that the command runs in, else 'lab'.",
    };

    private readonly StateOption _state = new();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_name);
        command.Options.Add(_state);
    }

    /// <summary>Gives the folder that keeps labs.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>A path.</returns>
    public string Parent(ParseResult arguments) => Path.GetFullPath(Path.Combine(_state.Directory(arguments), "labs"));

    /// <summary>Gives the folder of a lab that may not be up yet.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="name">The name of a lab that was not named.</param>
    /// <returns>Its files.</returns>
    public LabFolder Folder(ParseResult arguments, string name = DefaultName)
    {
        var chosen = arguments.GetValue(_name) ?? name;
        if (chosen.Length > 40 || !chosen.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ConfigurationException($"--lab: '{chosen}' is no name for a lab; use at most 40 letters, digits, '-' and '_'");
        return new(Path.Combine(Parent(arguments), chosen));
    }

    /// <summary>Finds the lab.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <returns>The lab.</returns>
    /// <exception cref="ConfigurationException">It is not up.</exception>
    [SupportedOSPlatform("linux")]
    public VirtualLab Open(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_name) is null && context.Console.Variable("KADEPLOY_LAB_FOLDER") is { } around) return VirtualLab.Around(new(around));
        var folder = Folder(arguments);
        return VirtualLab.Find(folder) ?? throw new ConfigurationException($"the lab '{folder.Name}' is not up; 'kadeploy lab up' starts one");
    }

    /// <summary>Runs a program that has the terminal to itself.</summary>
    /// <param name="start">How it is started.</param>
    /// <param name="context">What the command was given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its exit status, which becomes the command's.</returns>
    public static async Task<ExitCode> RunAsync(ProcessStartInfo start, CommandContext context, CancellationToken cancellationToken)
    {
        await context.Console.Output.FlushAsync(cancellationToken);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return (ExitCode)process.ExitCode;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
