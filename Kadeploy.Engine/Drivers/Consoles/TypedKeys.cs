namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Doubles the character that means something to a console's program, so that it means itself and nobody ends the line by typing it.</summary>
/// <param name="escape">The character; null when there is none.</param>
internal sealed class TypedKeys(byte? escape)
{
    private bool _atStart = true; // as the program has it, in step with this

    /// <summary>Gives what to write to the program.</summary>
    /// <param name="keys">What was typed.</param>
    /// <returns>The same, with some characters doubled.</returns>
    public byte[] Next(ReadOnlySpan<byte> keys)
    {
        if (escape is not { } special) return keys.ToArray();
        var written = new List<byte>(keys.Length + 1);
        foreach (var key in keys)
        {
            if (_atStart && key == special) written.Add(key);
            written.Add(key);
            _atStart = key is (byte)'\r' or (byte)'\n';
        }

        return [.. written];
    }
}
