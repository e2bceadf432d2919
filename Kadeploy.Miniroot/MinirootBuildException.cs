namespace Kadeploy.Miniroot;

/// <summary>An image could not be built. The message names what failed and ends with the last lines that it wrote.</summary>
public sealed class MinirootBuildException : IOException
{
    /// <summary>Says what failed.</summary>
    /// <param name="message">The message, for users.</param>
    public MinirootBuildException(string message)
        : base(message)
    {
    }
}
