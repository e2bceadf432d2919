namespace Kadeploy;

/// <summary>A text that may not be shown. It has no property, so that no view and no serializer finds it.</summary>
/// <param name="value">The text.</param>
public sealed class Secret(string value)
{
    /// <summary>Gives the text, for the one place that hands it on.</summary>
    /// <returns>The text.</returns>
    public string Reveal() => value;

    /// <summary>Gives nothing away.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
