namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Takes the tokens that let agents in out of what comes from a console, where kernels print their command line; the length stays.</summary>
internal sealed class TokenMask
{
    private static ReadOnlySpan<byte> Mark => "kadeploy.token="u8;

    private int _matched; // characters of the mark that stand at the end of what has come
    private bool _inToken;

    /// <summary>Masks what came next.</summary>
    /// <param name="bytes">What came; changed in place.</param>
    public void Apply(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var letter = bytes[i];
            if (_inToken && IsOfToken(letter))
            {
                bytes[i] = (byte)'*';
                continue;
            }

            _inToken = false;
            // No beginning of the mark stands inside of it again but its first letter.
            if (ToLower(letter) == Mark[_matched]) _matched++;
            else _matched = ToLower(letter) == Mark[0] ? 1 : 0;
            if (_matched < Mark.Length) continue;
            (_matched, _inToken) = (0, true);
        }
    }

    private static bool IsOfToken(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_';

    private static byte ToLower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter + 32) : letter;
}
