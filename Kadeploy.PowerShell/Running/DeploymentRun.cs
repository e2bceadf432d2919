using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Running;

/// <summary>Takes a request all the way: plan, question, start, and then what the user wants to wait for.</summary>
/// <param name="session">The session.</param>
/// <param name="streams">What to tell.</param>
/// <param name="options">What is wanted.</param>
internal sealed class DeploymentRun(ISession session, ICmdletStreams streams, RunOptions options)
{
    private readonly Following _following = new(session, streams, options.Follow(EngineLoader.RunsHere), TimeProvider.System);

    /// <summary>Runs a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends planning and waiting; what was started goes on.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; nothing was touched.</exception>
    public async Task RunAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var plan = await session.Operations.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        switch (await streams.AskAsync(PlanText.Of(plan), PlanText.Question(plan)).ConfigureAwait(false))
        {
            case Consent.Refused:
                return;
            case Consent.WhatIf:
                if (options.PassThru) await streams.WriteAsync(plan).ConfigureAwait(false);
                return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        // Not cancelled any more: it is either recorded, and followed below, or not.
        var started = await session.Operations.StartAsync(plan, CancellationToken.None).ConfigureAwait(false);
        await GoOnAsync([(started, plan)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does with operations that run what the user wants: wait, make jobs, or only name them.</summary>
    /// <param name="operations">The operations with their plans, if these are known.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task.</returns>
    public async Task GoOnAsync(IReadOnlyList<(Operation Operation, OperationPlan? Plan)> operations, CancellationToken cancellationToken)
    {
        if (options.AsJob)
        {
            foreach (var (operation, plan) in operations) await streams.StartJobAsync(Job(operation, plan)).ConfigureAwait(false);
        }
        else if (options.Wait)
        {
            var ended = await Task.WhenAll(operations.Select(each => _following.FollowAsync(each.Operation, each.Plan, cancellationToken))).ConfigureAwait(false);
            if (!options.PassThru) return;
            foreach (var operation in ended)
                if (operation is not null) await streams.WriteAsync(operation).ConfigureAwait(false);
        }
        else
        {
            foreach (var (operation, _) in operations)
            {
                await streams.WriteVerboseAsync(Strings.RunsHere(operation.Id)).ConfigureAwait(false);
                await streams.WriteAsync(operation).ConfigureAwait(false);
            }
        }
    }

    private JobWork Job(Operation operation, OperationPlan? plan)
    {
        var settings = session.Settings;
        var follow = options.Follow(EngineLoader.RunsHere);
        return new(
            operation.Id.Value,
            async (told, over) =>
            {
                var own = EngineLoader.Sessions.Open(settings);
                await using (own.ConfigureAwait(false))
                    await new Following(own, told, follow, TimeProvider.System).FollowAsync(operation, plan, over).ConfigureAwait(false);
            },
            async () =>
            {
                var own = EngineLoader.Sessions.Open(settings);
                await using (own.ConfigureAwait(false)) await own.Operations.CancelAsync(operation.Id, own.User, CancellationToken.None).ConfigureAwait(false);
            });
    }
}

/// <summary>What is wanted of operations that were started.</summary>
internal sealed record RunOptions
{
    /// <summary>Gets a value indicating whether their end is waited for, with results as nodes end.</summary>
    public bool Wait { get; init; }

    /// <summary>Gets a value indicating whether a job waits for it.</summary>
    public bool AsJob { get; init; }

    /// <summary>Gets a value indicating whether plans are emitted with <c>-WhatIf</c>, and operations after waiting.</summary>
    public bool PassThru { get; init; }

    /// <summary>Gets a value indicating whether stopping the pipeline cancels them.</summary>
    public bool StopOnBreak { get; init; }

    /// <summary>Says what is wanted while they are followed.</summary>
    /// <param name="runsHere">Says whether an operation runs in this process.</param>
    /// <returns>The options.</returns>
    public FollowOptions Follow(Func<OperationId, bool> runsHere) => new() { Results = true, Errors = true, StopOnBreak = StopOnBreak, RunsHere = runsHere };
}
