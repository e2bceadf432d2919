namespace Kadeploy.Cli.Consoles;

/// <summary>How a terminal treats what is typed and written.</summary>
internal interface ITerminalModes
{
    /// <summary>Lets keys through as they are, and bytes too.</summary>
    /// <exception cref="IOException">The terminal does not allow it.</exception>
    void SetRaw();

    /// <summary>Puts the modes back as they were found. Does not fail.</summary>
    void Restore();

    /// <summary>Opens what is typed.</summary>
    /// <returns>Its bytes.</returns>
    Stream OpenKeys();
}
