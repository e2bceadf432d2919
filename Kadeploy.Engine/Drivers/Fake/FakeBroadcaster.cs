using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Brings images to simulated machines. One machine that dies costs itself only.</summary>
/// <remarks>The digest is the one that is recorded for the image, or else that of its location.</remarks>
internal sealed class FakeBroadcaster(SimulatedCluster world) : IBroadcaster
{
    public string Missing => "";

    public async IAsyncEnumerable<BroadcastResult> SendAsync(
        BroadcastRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = request.Image.Sha256
            ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Image.Location.OriginalString)));
        var transfers = request.Targets.Select(target => Begin(target, request.Targets.Length)).OrderBy(static transfer => transfer.Duration).ToList();
        var passed = TimeSpan.Zero;
        foreach (var transfer in transfers)
        {
            await world.DelayAsync(transfer.Duration - passed, cancellationToken).ConfigureAwait(false);
            passed = transfer.Duration;
            yield return End(transfer, digest);
        }
    }

    private Transfer Begin(BroadcastTarget target, int nodes)
    {
        var machine = world.Find(target.Node.Name);
        lock (machine)
        {
            var lossAfter = world.Latencies.Loss(target.Attempt);
            var problem = !machine.TakesCommands ? "is not connected"
                : !machine.Has(machine.Requirements.BeforeImage) ? "has nowhere to write the image"
                : null;
            if (problem is not null) return new(machine, target, machine.Boots, lossAfter, problem);
            world.Change(machine, WorldEventKind.Receive, target.Attempt);
            var duration = machine.Fault.Kind == FaultKind.DiesInBroadcast || machine.Flaps(target.Attempt).Fails
                ? lossAfter
                : world.Latencies.Broadcast(target.Attempt, machine.Fault, nodes);
            return new(machine, target, machine.Boots, duration, null);
        }
    }

    private BroadcastResult End(Transfer transfer, string digest)
    {
        var (machine, (_, attempt, device, _), boots, _, problem) = transfer;
        lock (machine)
        {
            if (problem is null && (machine.Boots != boots || !machine.TakesCommands)) problem = "has gone down during the broadcast";
            if (problem is null && machine.Fault.Kind == FaultKind.DiesInBroadcast)
            {
                world.Change(machine, WorldEventKind.Died, null);
                problem = "has crashed during the broadcast";
            }

            if (problem is null)
            {
                var (fails, isNew) = machine.Flaps(attempt);
                if (isNew) world.Change(machine, WorldEventKind.Flap, attempt);
                if (fails) problem = "lost the stream";
            }

            if (problem is not null)
                return new(machine.Name) { Failure = new(FaultCodes.Broadcast, $"node {machine.Name} {problem}") };
            world.Change(machine, WorldEventKind.Image, attempt, $"{digest} {attempt.Operation} {Uri.EscapeDataString(device)}");
            return new(machine.Name) { Digest = digest };
        }
    }

    private sealed record Transfer(SimulatedNode Machine, BroadcastTarget Target, int Boots, TimeSpan Duration, string? Problem);
}
