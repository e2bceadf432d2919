namespace Kadeploy.Miniroot;

/// <summary>Builds the deployment environment on this machine, for front ends that know its seam only.</summary>
public sealed class LocalMinirootBuilder : IMinirootBuilder
{
    /// <inheritdoc/>
    public async Task<MinirootImages> BuildAsync(MinirootOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            return await MinirootBuilder.BuildAsync(options, say, cancellationToken).ConfigureAwait(false);
        }
        catch (MinirootBuildException failure)
        {
            throw new OperationFailedException(FaultCodes.Tool, failure.Message, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the deployment environment could not be written to '{Printable.Text(options.OutputDirectory)}': {failure.Message}");
        }
    }
}
