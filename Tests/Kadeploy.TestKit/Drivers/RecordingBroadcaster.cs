using System.Runtime.CompilerServices;

namespace Kadeploy.TestKit.Drivers;

/// <summary>Notes the broadcasts that it is given; each node ends as a test decides.</summary>
public sealed class RecordingBroadcaster : IBroadcaster
{
    /// <summary>The digest that every node computes unless a test decides otherwise.</summary>
    public const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public string Missing { get; set; } = "";

    /// <summary>Gets the broadcasts in their order.</summary>
    public List<BroadcastRequest> Requests { get; } = [];

    /// <summary>Gets or sets how the broadcast ends on a node.</summary>
    public Func<NodeName, BroadcastResult> Answer { get; set; } = static node => new(node) { Digest = Digest };

    public async IAsyncEnumerable<BroadcastResult> SendAsync(
        BroadcastRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Requests.Add(request);
        foreach (var target in request.Targets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return await Task.FromResult(Answer(target.Node.Name));
        }
    }
}
