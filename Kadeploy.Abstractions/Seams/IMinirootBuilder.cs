namespace Kadeploy;

/// <summary>Builds the deployment environment: the kernel and initramfs that nodes boot over the network.</summary>
/// <remarks>The same packages and the same release of this program give the same bytes. Root is not needed. Safe for use by several processes at once.</remarks>
public interface IMinirootBuilder
{
    /// <summary>Builds.</summary>
    /// <param name="options">What, and where to.</param>
    /// <param name="say">Is told what takes time, in a few words; not on one thread.</param>
    /// <param name="cancellationToken">Ends the work; what was there before stays.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="ConfigurationException">This machine cannot build, something on it is missing, or an overlay cannot be used.</exception>
    /// <exception cref="OperationFailedException">A tool failed, or a file could not be had.</exception>
    Task<MinirootImages> BuildAsync(MinirootOptions options, Action<string> say, CancellationToken cancellationToken);
}
