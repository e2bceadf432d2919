using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Environments;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks that the files that a deployment needs can be had, before any machine is touched.</summary>
internal static class FileCheck
{
    /// <summary>Lists the files that an operation needs.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="clusters">The clusters of its nodes.</param>
    /// <param name="limits">How large archives of users may be.</param>
    /// <returns>The image of a deployment first.</returns>
    public static IReadOnlyList<FileWish> Wishes(OperationRequest request, IEnumerable<Cluster> clusters, FileLimits limits) => request switch
    {
        DeploymentRequest deployment => OfDeployment(deployment, clusters, limits),
        RebootRequest reboot => [.. OfReboot(reboot, clusters), .. OfOperations(reboot.CustomOperations, configured: false), .. OfClusters(clusters)],
        PowerRequest power => [.. OfOperations(power.CustomOperations, configured: false), .. OfClusters(clusters)],
        _ => [],
    };

    private static IEnumerable<FileWish> OfReboot(RebootRequest request, IEnumerable<Cluster> clusters)
    {
        foreach (var file in request.Profile?.Files ?? []) yield return new("boot file", file);

        // Only where the deployed kernel comes out of the image is that needed again.
        if (request.Environment is { Image: var image } environment && clusters.Any(static cluster => cluster.BootsDiskOverNetwork))
            yield return new($"image of {environment.Name}", image.Location) { Sha256 = image.Sha256 };
    }

    private static IEnumerable<FileWish> OfClusters(IEnumerable<Cluster> clusters) =>
        clusters.SelectMany(static cluster => OfOperations(cluster.CustomOperations, configured: true));

    private static IEnumerable<FileWish> OfOperations(IEnumerable<CustomOperation> operations, bool configured) => operations
        .Where(static each => each.File is not null)
        .Select(each => new FileWish($"file of custom operation '{Quoted.Text(each.Name)}'", each.File!) { Configured = configured });

    private static List<FileWish> OfDeployment(DeploymentRequest request, IEnumerable<Cluster> clusters, FileLimits limits)
    {
        var wishes = EnvironmentDigests.Wishes(request.Environment, limits).ToList();
        wishes.AddRange(OfOperations(request.CustomOperations, configured: false));
        foreach (var cluster in clusters)
        {
            Add($"partitioning script of cluster {cluster.Name}", cluster.PartitionScript);
            Add($"boot loader script of cluster {cluster.Name}", cluster.BootloaderScript);
            foreach (var each in cluster.AdminPreinstalls) Add($"pre-install of cluster {cluster.Name}", each.Archive, each.Sha256);
            foreach (var each in cluster.AdminPostinstalls) Add($"post-install of cluster {cluster.Name}", each.Archive, each.Sha256);
            wishes.AddRange(OfOperations(cluster.CustomOperations, configured: true));
        }

        return wishes;

        void Add(string what, Uri? location, string? sha256 = null)
        {
            if (location is not null) wishes.Add(new(what, location) { Sha256 = sha256, Configured = true });
        }
    }

    /// <summary>Looks at all files at once.</summary>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Every problem, in the order of the files.</returns>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(IFileScope files, CancellationToken cancellationToken)
    {
        var problems = await Task.WhenAll(files.Wishes.DistinctBy(static each => each.Location).Select(FindAsync)).ConfigureAwait(false);
        return [.. problems.OfType<string>()];

        async Task<string?> FindAsync(FileWish wish)
        {
            var problem = await files.FindProblemAsync(wish.Location, cancellationToken).ConfigureAwait(false);
            if (problem is null && wish.Sha256 is not null && wish.Location is { IsAbsoluteUri: true, IsFile: true })
            {
                try
                {
                    // It is on this machine: better to find out now than on a hundred nodes.
                    await files.FetchAsync(wish.Location, wish.Sha256, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationFailedException differs)
                {
                    problem = differs.Message;
                }
            }

            return problem is null ? null : $"{wish.What}: {problem}";
        }
    }

    /// <summary>Settles what is deployed: an image on this machine is the one that is there now, to the last bit.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="files">Its files.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request with the image's SHA-256; unchanged when it has one, or when the image would have to be fetched first.</returns>
    public static async Task<DeploymentRequest> WithDigestAsync(DeploymentRequest request, IFileScope files, CancellationToken cancellationToken)
    {
        var image = request.Environment.Image;
        if (image.Sha256 is not null || image.Location is not { IsAbsoluteUri: true, IsFile: true }) return request;
        try
        {
            var file = await files.FetchAsync(image.Location, null, cancellationToken).ConfigureAwait(false);
            return request with { Environment = request.Environment with { Image = image with { Sha256 = file.Sha256 } } };
        }
        catch (OperationFailedException gone)
        {
            throw new ConfigurationException($"{files.Wishes[0].What}: {gone.Message}");
        }
    }
}
