namespace Kadeploy.Engine.Drivers.Power;

/// <summary>A text that may not be printed.</summary>
/// <param name="value">The text.</param>
public sealed class Secret(string value)
{
    /// <summary>Gets the text, for the one place that hands it on.</summary>
    internal string Value => value;

    /// <summary>Gives nothing away.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
