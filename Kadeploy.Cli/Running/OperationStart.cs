using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Running;

/// <summary>Plans an operation that a command line asks for, and follows it to its end, as all commands do that run one on nodes.</summary>
/// <param name="context">What the command was given.</param>
/// <param name="run">The command's options for following.</param>
/// <param name="state">The command's option for the state directory.</param>
/// <param name="config">The command's option for the configuration.</param>
internal sealed class OperationStart(CommandContext context, RunOptions run, StateOption state, ConfigOption config)
{
    /// <summary>Gets what is told each event of the operation.</summary>
    /// <value>Null for nobody.</value>
    public Action<OperationEvent>? Observer { get; init; }

    /// <summary>Gets a value indicating whether what the observer writes is all that is shown to people.</summary>
    public bool Quiet { get; init; }

    /// <summary>Does all of it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="readsInput">Whether some option names standard input.</param>
    /// <param name="read">Reads the request, with what finds a recorded environment.</param>
    /// <param name="cancellationToken">Ends what is done before the operation is recorded.</param>
    /// <returns>The exit code.</returns>
    public async Task<ExitCode> RunAsync(
        ParseResult arguments, bool readsInput, Func<Func<EnvironmentSelection, Task<KaEnvironment>>, Task<OperationRequest>> read, CancellationToken cancellationToken)
    {
        run.Check(arguments, readsInput);
        var site = config.Read(arguments);
        var options = new EngineOptions { StateDirectory = state.Directory(arguments), Site = site };
        var request = await read(FindAsync);
        if (run.IsDetached(arguments))
        {
            // Planned here too, so that what is wrong is told to the one who asked. The engine is gone before the other one comes.
            await using (var planning = await context.Engines.OpenAsync(options, cancellationToken)) await planning.Engine.PlanAsync(request, cancellationToken);
            return await DetachAsync(arguments, cancellationToken);
        }

        await using var session = await context.Engines.OpenAsync(options, cancellationToken);
        var plan = await session.Engine.PlanAsync(request, cancellationToken);
        if (run.IsDryRun(arguments))
        {
            context.Output(arguments).Plan(plan);
            return ExitCode.Ok;
        }

        var results = run.CreateResults(arguments);
        var following = new OperationRun(context, arguments, session, state, config)
        {
            Observer = Observer is null ? results.Add : results.Add + Observer, Debug = run.IsDebug(arguments), Quiet = Quiet,
        };
        // Not cancelled by an interrupt: it is either recorded, and followed below, or not.
        var started = await session.Engine.StartAsync(plan, CancellationToken.None);
        if (context.Console.Variable(DetachedRun.Variable) is { } announce) await File.WriteAllTextAsync(announce, $"{started.Id}\n", CancellationToken.None);
        var ended = await following.FollowAsync(started, plan);
        var unwritten = results.Write();
        foreach (var problem in unwritten) context.Console.Error.WriteLine($"kadeploy: {problem}");
        if (ended is null) return ExitCode.Interrupted;
        if (run.Script(arguments) is { } script) await EndScript.RunAsync(script, ended, results, context.Console.Error);
        var result = following.Result(ended.Results);
        // Who goes by the files must not go by their absence.
        return result == ExitCode.Ok && unwritten.Count > 0 ? ExitCode.InternalError : result;

        async Task<KaEnvironment> FindAsync(EnvironmentSelection selection)
        {
            await using var host = await context.Engines.OpenCatalogsAsync(options, cancellationToken);
            return (await host.Catalogs.Environments.FindAsync(selection, CommandContext.User, cancellationToken)).Environment;
        }
    }

    private async Task<ExitCode> DetachAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var log = Path.Combine(state.Directory(arguments), $"detached-{Environment.ProcessId}-{Guid.CreateVersion7():N}.log");
        IEnumerable<string> words = arguments.Tokens.Select(static token => token.Value).Where(static word => word != "--no-wait");
        var (operation, exitCode) = await DetachedRun.StartAsync([.. words], log, cancellationToken);
        if (operation is { } id)
        {
            context.Output(arguments).Detached(id, log, state.Repeat(arguments));
            return ExitCode.Ok;
        }

        if (File.Exists(log)) context.Console.Error.Write(await File.ReadAllTextAsync(log, cancellationToken));
        return exitCode;
    }
}
