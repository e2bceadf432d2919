namespace Kadeploy;

/// <summary>What a site keeps beside its operations: each catalog has a seam of its own.</summary>
public interface ICatalogs
{
    /// <summary>Gets what became of nodes in all operations so far.</summary>
    IStatistics Statistics { get; }
}
