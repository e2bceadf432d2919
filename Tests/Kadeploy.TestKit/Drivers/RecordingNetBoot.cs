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

    /// <summary>Gets or sets what the deployment environment is made of.</summary>
    public NetworkBootFiles Deployment { get; set; } = new("/srv/tftp/vmlinuz", ["/srv/tftp/initrd"], "kadeploy.token=sample");

    public Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken) =>
        Task.FromResult(Deployment);
}
