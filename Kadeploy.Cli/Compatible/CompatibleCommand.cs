using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary>A command of Kadeploy 3: its options, carried out by commands of this program.</summary>
internal abstract class CompatibleCommand : CliCommand
{
    private const string OneServer = "there is one engine, which works in this process; the configuration says for which nodes";

    private readonly Option<bool> _version = new("-v", "--version") { Description = "Show the version." };

    private readonly Option<bool> _info = new("-I", "--server-info") { Description = "Show the version, the configuration and the state directory." };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Do nothing, and say so." };

    private readonly List<(Option Option, string Why)> _idle = [];

    /// <summary>Makes the command with the options that all have.</summary>
    /// <param name="context">What every command is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    protected CompatibleCommand(CommandContext context, string name, string summary)
        : base(name, summary)
    {
        (Context, Config) = (context, new(context));
        Options.Add(new HelpOption("--help", "-h") { Description = "Show this manual.", Action = new ManualAction(context.Console) });
        Options.Add(_version);
        Options.Add(_info);
        Idle(new Option<bool>("-M", "--multi-server") { Description = $"Without effect: {OneServer}." }, OneServer);
        Idle(new Option<string?>("-S", "--server") { HelpName = "NAME", Description = $"Without effect: {OneServer}." }, OneServer);
        Idle(new Option<bool>("-H", "--debug-http") { Description = "Without effect: nothing goes over HTTP." }, null);
        Idle(new Option<bool>("--no-debug-http") { Description = "Without effect: nothing goes over HTTP." }, null);
        Idle(new Option<string?>("--password") { HelpName = "P", Arity = ArgumentArity.ZeroOrOne, Description = "Without effect: users are those of the system." }, "users are those of the system");
        Options.Add(Config);
        Options.Add(State);
        Runs(RunAsync);
    }

    /// <summary>Gets what every command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>Gets the option for the configuration.</summary>
    protected ConfigOption Config { get; }

    /// <summary>Gets the option for the state directory.</summary>
    protected StateOption State { get; } = new();

    /// <summary>Gets the options that every command has, for a synopsis.</summary>
    protected static string GenericSynopsis => "[-v] [-I] [-M] [-S NAME] [-H|--no-debug-http] [--password [P]] [--config FILE] [--state DIR]";

    /// <summary>Adds an option that scripts may give and that changes nothing.</summary>
    /// <param name="option">The option.</param>
    /// <param name="why">What is said about it when it is given; null when there is nothing to know.</param>
    protected void Idle(Option option, string? why)
    {
        Options.Add(option);
        if (why is not null) _idle.Add((option, why));
    }

    /// <summary>Adds the options by which nothing is done. Commands that start operations have their own, which shows what would be done.</summary>
    protected void AddDryRun()
    {
        Options.Add(_dryRun);
        Options.Add(new Option<bool>("--no-dry-run") { Description = "The default." });
    }

    /// <summary>Does what the command is for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    protected abstract Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken);

    /// <summary>Begins a command line of this program.</summary>
    /// <param name="arguments">The command line of Kadeploy 3; its state directory and configuration are taken over.</param>
    /// <param name="words">The command.</param>
    /// <returns>The command line.</returns>
    protected OwnWords Own(ParseResult arguments, params ReadOnlySpan<string> words) => new OwnWords(words).With(arguments, Config, State);

    /// <summary>Carries out a command line of this program.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="context">What it is given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    protected static Task<ExitCode> CarryOutAsync(OwnWords words, CommandContext context, CancellationToken cancellationToken) =>
        KadeployCommand.InvokeAsync(new Commands.RootCommand(context).Parse(words.Words, KadeployCommand.Parsing), context.Console, cancellationToken);

    private Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_version))
        {
            Context.Console.Output.WriteLine($"Kadeploy version: {Version}");
            return Task.FromResult(ExitCode.Ok);
        }

        if (arguments.GetValue(_info))
        {
            Context.Console.Output.WriteLine($"Kadeploy version: {Version}");
            Context.Console.Output.WriteLine($"Configuration: {Config.File(arguments)}");
            Context.Console.Output.WriteLine($"State directory: {State.Directory(arguments)}");
            return Task.FromResult(ExitCode.Ok);
        }

        foreach (var (option, why) in _idle)
            if (arguments.GetResult(option) is { Implicit: false }) Context.Console.Error.WriteLine($"{Name}: {option.Name} has no effect: {why}");
        if (!arguments.GetValue(_dryRun)) return CarryOutAsync(arguments, cancellationToken);
        Context.Console.Error.WriteLine($"{Name}: nothing was done, because of --dry-run");
        return Task.FromResult(ExitCode.Ok);
    }

    private static string? Version => typeof(CompatibleCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
