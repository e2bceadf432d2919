namespace Kadeploy.Engine.Planning;

/// <summary>Checks that the files that a deployment needs can be had, before any machine is touched.</summary>
internal static class FileCheck
{
    /// <summary>Looks at all files at once.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="clusters">The clusters of its nodes.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Every problem, in the order of the files.</returns>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(
        DeploymentRequest request, IEnumerable<Cluster> clusters, IFileSource files, CancellationToken cancellationToken)
    {
        var environment = request.Environment;
        var wanted = new List<(string What, Uri? Location, string? Sha256)> { ($"image of {environment.Name}", environment.Image.Location, environment.Image.Sha256) };
        Add($"pre-install of {environment.Name}", environment.Preinstall?.Archive);
        foreach (var each in environment.Postinstalls) Add($"post-install of {environment.Name}", each.Archive);
        AddOperations(request.CustomOperations);
        foreach (var cluster in clusters)
        {
            Add($"partitioning script of cluster {cluster.Name}", cluster.PartitionScript);
            Add($"boot loader script of cluster {cluster.Name}", cluster.BootloaderScript);
            foreach (var each in cluster.AdminPreinstalls) Add($"pre-install of cluster {cluster.Name}", each.Archive);
            foreach (var each in cluster.AdminPostinstalls) Add($"post-install of cluster {cluster.Name}", each.Archive);
            AddOperations(cluster.CustomOperations);
        }

        var problems = await Task.WhenAll(wanted.Where(static each => each.Location is not null)
            .DistinctBy(static each => each.Location).Select(each => FindAsync(each.What, each.Location!, each.Sha256))).ConfigureAwait(false);
        return [.. problems.OfType<string>()];

        void Add(string what, Uri? location) => wanted.Add((what, location, null));

        void AddOperations(IEnumerable<CustomOperation> operations)
        {
            foreach (var each in operations) Add($"file of custom operation '{Quoted.Text(each.Name)}'", each.File);
        }

        async Task<string?> FindAsync(string what, Uri location, string? sha256)
        {
            var problem = await files.FindProblemAsync(location, cancellationToken).ConfigureAwait(false);
            if (problem is null && sha256 is not null && location is { IsAbsoluteUri: true, IsFile: true })
            {
                try
                {
                    // It is on this machine: better to find out now than on a hundred nodes.
                    await files.FetchAsync(location, sha256, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationFailedException differs)
                {
                    problem = differs.Message;
                }
            }

            return problem is null ? null : $"{what}: {problem}";
        }
    }
}
