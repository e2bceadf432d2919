using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Drivers.Sites;
using Kadeploy.Engine.Environments;

namespace Kadeploy.Engine.Sessions;

/// <summary>Asks machines and files whether a plan can succeed, changing nothing.</summary>
/// <param name="session">The session.</param>
/// <param name="plan">The plan.</param>
internal sealed class PlanChecks(ISession session, OperationPlan plan)
{
    /// <summary>Asks everything.</summary>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <returns>The answers, as they come: the whole plan's first, then those of nodes.</returns>
    public async IAsyncEnumerable<PlanCheck> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // That there is a plan says it; making one looked at all files.
        var environment = RequestedEnvironment.Of(plan.Request);
        yield return new()
        {
            Check = PlanCheckKind.Plan, Subject = environment?.ToString() ?? plan.Kind.ToString(), Outcome = PlanCheckOutcome.Passed,
            Message = $"{plan.NodeCount} {(plan.NodeCount == 1 ? "node" : "nodes")} of {plan.Clusters.Length} {(plan.Clusters.Length == 1 ? "cluster" : "clusters")}; every file that is named is there",
        };
        if (environment is not null) yield return Image(environment.Image);
        yield return await DurationAsync(cancellationToken).ConfigureAwait(false);
        foreach (var lease in await LeasesAsync(cancellationToken).ConfigureAwait(false)) yield return lease;
        await foreach (var power in PowerAsync(cancellationToken).ConfigureAwait(false)) yield return power;
    }

    private static PlanCheck Image(ImageReference image)
    {
        var (outcome, message) = image switch
        {
            { Sha256: null } => (PlanCheckOutcome.Unknown, "the description records no digest, so nobody can say whether it is the image that was meant"),
            { Location: { IsAbsoluteUri: true, IsFile: true } } => (PlanCheckOutcome.Passed, "the file has the digest that the description records"),
            _ => (PlanCheckOutcome.Unknown, "the digest is compared when the image is fetched"),
        };
        return new() { Check = PlanCheckKind.Image, Subject = image.Location.ToString(), Outcome = outcome, Message = message };
    }

    private async Task<PlanCheck> DurationAsync(CancellationToken cancellationToken)
    {
        var check = new PlanCheck { Check = PlanCheckKind.Duration, Subject = "all nodes", Outcome = PlanCheckOutcome.Passed, Message = "" };
        if (session.Forecast(plan) is { } foretold) return check with { Message = $"about {foretold:hh\\:mm\\:ss}" };
        var log = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Statistics;
        return await log.EstimateAsync(plan, cancellationToken).ConfigureAwait(false) is { } estimate
            ? check with { Message = string.Create(CultureInfo.InvariantCulture, $"about {estimate.Duration:hh\\:mm\\:ss}, as {estimate.BasedOn} {(estimate.BasedOn == 1 ? "node" : "nodes")} before suggest") }
            : check with { Outcome = PlanCheckOutcome.Unknown, Message = "nobody knows yet how long these machines take" };
    }

    private async Task<List<PlanCheck>> LeasesAsync(CancellationToken cancellationToken)
    {
        var held = new Dictionary<NodeName, Operation>();
        foreach (var operation in await session.Operations.ListOperationsAsync(int.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            if (operation.State is not OperationState.Running) continue;
            // It has all nodes of its plan from the moment it is recorded, but for those that have ended, or were another's.
            var theirs = await session.FindPlanAsync(operation.Id, cancellationToken).ConfigureAwait(false);
            foreach (var node in theirs?.Clusters.SelectMany(static part => part.Nodes) ?? []) held.TryAdd(node.Name, operation);
            await foreach (var happened in session.Operations.ReadEventsAsync(operation.Id, 0, follow: false, cancellationToken).ConfigureAwait(false))
                if (happened is OperationEvent.NodeFinished ended && held.GetValueOrDefault(ended.Node) == operation) held.Remove(ended.Node);
        }

        return [.. Nodes().Select(each => held.TryGetValue(each.Node.Name, out var holder)
            ? new PlanCheck
            {
                Check = PlanCheckKind.Lease, Subject = each.Node.Name.Value, Outcome = PlanCheckOutcome.Failed, Code = FaultCodes.NodeBusy,
                Message = $"node {each.Node.Name} is busy with {holder.Id} of {holder.User}",
            }
            : new() { Check = PlanCheckKind.Lease, Subject = each.Node.Name.Value, Outcome = PlanCheckOutcome.Passed, Message = "no operation holds it" })];
    }

    private async IAsyncEnumerable<PlanCheck> PowerAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Nobody moves a virtual clock here: without latency nothing waits for it.
        using var world = plan.Simulation is { } simulation
            ? SimulatedCluster.Open(simulation with { Latency = LatencyProfile.None }, plan, null, TimeProvider.System)
            : null;
        var controllers = world is not null
            ? plan.Clusters.ToDictionary(static part => part.Cluster.Name, _ => world.Drivers.Power)
            : (await LocalSite.ReadWholeAsync(session.Settings, cancellationToken).ConfigureAwait(false)).Clusters.ToDictionary(static cluster => cluster.Cluster.Name, cluster => SitePower.Of(cluster, session.Settings.StateDirectory!, TimeProvider.System));
        var answers = Channel.CreateBounded<PlanCheck>(new BoundedChannelOptions(64) { SingleReader = true });
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // the caller, or the reader below who has left
        var asking = AskAllAsync();
        try
        {
            await foreach (var answer in answers.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return answer;
            await asking.ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task AskAllAsync()
        {
            try
            {
                await Parallel.ForEachAsync(
                    Nodes(),
                    new ParallelOptions { MaxDegreeOfParallelism = StepDefaults.Slots(ThrottledResource.BmcCalls), CancellationToken = over.Token },
                    async (each, token) => await answers.Writer.WriteAsync(await AskAsync(controllers[each.Cluster], each.Node, token).ConfigureAwait(false), token).ConfigureAwait(false))
                    .ConfigureAwait(false);
                answers.Writer.Complete();
            }
            catch (Exception failure)
            {
                answers.Writer.Complete(failure);
                throw;
            }
        }
    }

    private static async Task<PlanCheck> AskAsync(IPowerController controller, Node node, CancellationToken cancellationToken)
    {
        var answer = new PlanCheck { Check = PlanCheckKind.Power, Subject = node.Name.Value, Outcome = PlanCheckOutcome.Passed, Message = "" };
        if (controller.Capabilities.Levels.IsEmpty)
            return answer with { Outcome = PlanCheckOutcome.Unknown, Message = controller.Capabilities.Missing, Code = FaultCodes.DriverMissing };
        using var limit = new CancellationTokenSource(StepDefaults.PowerTimeout.Evaluate(1) ?? Timeout.InfiniteTimeSpan, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var state = await controller.GetStateAsync(node, either.Token).ConfigureAwait(false);
            return answer with { Message = $"the management controller answers: {(state == PowerState.Unknown ? "it does not know whether the machine is on" : $"the machine is {(state == PowerState.On ? "on" : "off")}")}" };
        }
        catch (KadeployException failure)
        {
            return answer with { Outcome = PlanCheckOutcome.Failed, Message = failure.Message, Code = failure.Code };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return answer with { Outcome = PlanCheckOutcome.Failed, Message = $"node {node.Name}: the management controller did not answer within {StepDefaults.PowerTimeout} s", Code = FaultCodes.PowerTimeout };
        }
    }

    private IEnumerable<(string Cluster, Node Node)> Nodes() =>
        plan.Clusters.SelectMany(static part => part.Nodes.Select(node => (part.Cluster.Name, node)));
}
