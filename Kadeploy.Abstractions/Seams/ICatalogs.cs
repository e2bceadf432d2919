namespace Kadeploy;

/// <summary>What a site keeps beside its operations: each catalog has a seam of its own.</summary>
public interface ICatalogs
{
    /// <summary>Gets who may work on which nodes.</summary>
    IRightsBook Rights { get; }

    /// <summary>Gets what was done, and by whom.</summary>
    IAuditTrail Audit { get; }
}
