namespace Kadeploy;

/// <summary>What a site keeps beside its operations: each catalogue has a seam of its own.</summary>
public interface ICatalogs
{
    /// <summary>Gets the environments.</summary>
    IEnvironmentCatalog Environments { get; }

    /// <summary>Gets the files that were fetched for operations.</summary>
    IFileCache Files { get; }
}
