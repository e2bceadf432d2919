namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>What refusing drivers throw.</summary>
internal static class Refusal
{
    /// <summary>Makes the exception.</summary>
    /// <param name="missing">What is missing, for users.</param>
    /// <returns>The exception.</returns>
    public static DriverUnusableException Of(string missing) => new(FaultCodes.DriverMissing, missing);
}
