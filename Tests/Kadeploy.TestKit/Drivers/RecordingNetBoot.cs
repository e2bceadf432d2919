namespace Kadeploy.TestKit.Drivers;

/// <summary>Accepts every boot entry and notes it.</summary>
public sealed class RecordingNetBoot : INetBoot
{
    public string Missing { get; set; } = "";

    /// <summary>Gets the entries in their order.</summary>
    public List<(NodeName Node, BootEntry Entry, AttemptId Attempt)> Entries { get; } = [];

    public Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken)
    {
        Entries.Add((node.Name, entry, attempt));
        return Task.CompletedTask;
    }
}
