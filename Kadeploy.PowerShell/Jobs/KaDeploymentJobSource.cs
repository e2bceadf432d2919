using System.Collections.Concurrent;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Jobs;

/// <summary>Keeps the jobs of deployments for Get-Job, Receive-Job and Remove-Job. PowerShell finds this class when the module is imported, and makes one for each runspace.</summary>
public sealed class KaDeploymentJobSource : JobSourceAdapter
{
    // Shared: PowerShell makes adapters, and a cmdlet cannot ask for the one of its runspace.
    private static readonly ConcurrentDictionary<Guid, KaDeploymentJob> Jobs = new();

    /// <summary>Makes the source.</summary>
    public KaDeploymentJobSource() => Name = nameof(KaDeploymentJobSource);

    internal static void Add(KaDeploymentJob job) => Jobs[job.InstanceId] = job;

    /// <inheritdoc/>
    public override Job2 NewJob(JobInvocationInfo specification) => throw new PSNotSupportedException(Strings.JobsComeFromCmdlets);

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => Where(static _ => true);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return Where(job => pattern.IsMatch(job.Name));
    }

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse)
    {
        var pattern = WildcardPattern.Get(command, WildcardOptions.IgnoreCase);
        return Where(job => pattern.IsMatch(job.Command));
    }

    /// <inheritdoc/>
    public override Job2? GetJobByInstanceId(Guid instanceId, bool recurse) => Jobs.GetValueOrDefault(instanceId);

    /// <inheritdoc/>
    public override Job2? GetJobBySessionId(int id, bool recurse) => Jobs.Values.FirstOrDefault(job => job.Id == id);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Where(job => job.JobStateInfo.State == state);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) =>
        Where(job => filter.All(each => PSObject.AsPSObject(job).Properties[each.Key]?.Value is { } value && LanguagePrimitives.Equals(value, each.Value, ignoreCase: true)));

    /// <inheritdoc/>
    public override void RemoveJob(Job2 job)
    {
        if (Jobs.TryRemove(job.InstanceId, out var removed)) removed.StopFollowing();
    }

    private static List<Job2> Where(Func<KaDeploymentJob, bool> wanted) => [.. Jobs.Values.Where(wanted).OrderBy(static job => job.Id)];
}
