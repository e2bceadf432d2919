using System.Diagnostics.CodeAnalysis;

namespace Kadeploy.Terminals;

/// <summary>The keys by which one leaves a console.</summary>
/// <remarks>Keys that begin with a control character, as the escape key is, count everywhere, and go to the node too: it may need them. Those that begin with a letter or a
/// sign count at the beginning of a line only, as ssh's do, and are held back until it is clear what they are.</remarks>
internal sealed class EscapeSequence
{
    /// <summary>What is written for none.</summary>
    public const string None = "none";

    private readonly byte[] _keys;

    private EscapeSequence(byte[] keys, string text) => (_keys, Text) = (keys, text);

    /// <summary>Gets the keys when nothing is said: escape, four times, as in Kadeploy 3.</summary>
    public static EscapeSequence Default { get; } = new("\u001b\u001b\u001b\u001b"u8.ToArray(), "^[^[^[^[");

    /// <summary>Gets the keys as they are written.</summary>
    public string Text { get; }

    /// <summary>Gets a value indicating whether there are none.</summary>
    public bool IsNone => _keys.Length == 0;

    /// <summary>Gets a value indicating whether they count at the beginning of a line only.</summary>
    public bool IsForLineStart => _keys is [>= (byte)' ' and not 0x7f, ..];

    /// <summary>Reads keys.</summary>
    /// <param name="text">Letters and signs of ASCII as they are, control characters as <c>^[</c> or <c>^]</c>, delete as <c>^?</c>; <c>none</c> for none.</param>
    /// <param name="sequence">The keys.</param>
    /// <returns>Whether they are of that form; a lone '^' is not.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out EscapeSequence? sequence)
    {
        sequence = null;
        if (text == None)
        {
            sequence = new([], text);
            return true;
        }

        var keys = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '^')
            {
                if (text[i] is < ' ' or > '~') return false;
                keys.Add((byte)text[i]);
            }
            else
            {
                if (++i == text.Length || char.ToUpperInvariant(text[i]) is not (>= '?' and <= '_')) return false;
                keys.Add((byte)(char.ToUpperInvariant(text[i]) ^ 0x40));
            }
        }

        if (keys.Count is 0 or > 32) return false;
        sequence = new([.. keys], text);
        return true;
    }

    /// <summary>Begins to look for them.</summary>
    /// <returns>What looks.</returns>
    public Watcher Watch() => new(this);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Looks for the keys in what is typed.</summary>
    internal sealed class Watcher(EscapeSequence sequence)
    {
        private readonly List<byte> _recent = []; // the last keys, fewer than the sequence has
        private int _held;
        private bool _atStart = true;

        /// <summary>Looks at what was typed next.</summary>
        /// <param name="typed">The keys.</param>
        /// <param name="passed">What goes to the node of all that was typed.</param>
        /// <returns>Whether the user leaves.</returns>
        public bool Next(ReadOnlySpan<byte> typed, out byte[] passed)
        {
            if (sequence.IsNone)
            {
                passed = typed.ToArray();
                return false;
            }

            var written = new List<byte>(typed.Length + sequence._keys.Length);
            var left = false;
            foreach (var key in typed)
            {
                left = sequence.IsForLineStart ? Held(key, written) : Passed(key, written);
                if (left) break;
            }

            passed = [.. written];
            return left;
        }

        private bool Passed(byte key, List<byte> written)
        {
            written.Add(key);
            _recent.Add(key);
            if (_recent.Count > sequence._keys.Length) _recent.RemoveAt(0);
            return _recent.Count == sequence._keys.Length && _recent.SequenceEqual(sequence._keys);
        }

        private bool Held(byte key, List<byte> written)
        {
            if ((_held > 0 || _atStart) && key == sequence._keys[_held])
            {
                _held++;
                return _held == sequence._keys.Length;
            }

            written.AddRange(sequence._keys.AsSpan(0, _held));
            written.Add(key);
            _held = 0;
            _atStart = key is (byte)'\r' or (byte)'\n';
            return false;
        }
    }
}
