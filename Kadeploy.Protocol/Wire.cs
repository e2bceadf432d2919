namespace Kadeploy.Protocol;

/// <summary>The numbers of the protocol between engine and agent; docs/agent-protocol.md explains them.</summary>
internal static class Wire
{
    /// <summary>The version that both sides must speak.</summary>
    public const ushort Version = 1;

    /// <summary>Length of payload (4 bytes), type (1), sequence number (4).</summary>
    public const int HeaderLength = 9;

    /// <summary>The largest payload before the peer has proved who it is, in bytes.</summary>
    public const int LargestGreeting = 4 * 1024;

    /// <summary>The largest payload afterwards, in bytes.</summary>
    public const int LargestPayload = 128 * 1024;

    /// <summary>The largest piece of output, input or a file in one frame, in bytes.</summary>
    public const int LargestChunk = 32 * 1024;

    /// <summary>How many bytes of a program's input may be under way or waiting for the program.</summary>
    public const int InputWindow = 256 * 1024;

    /// <summary>The longest identifier of a command, in bytes of UTF-8.</summary>
    public const int LongestIdentifier = 1024;

    /// <summary>The longest single text elsewhere, in bytes of UTF-8.</summary>
    public const int LongestText = 64 * 1024;

    /// <summary>The most texts in one list.</summary>
    public const int MostTexts = 4096;

    /// <summary>The length of the secret that an agent makes for itself, in bytes.</summary>
    public const int SessionLength = 32;

    /// <summary>The length of a SHA-256, in bytes.</summary>
    public const int DigestLength = 32;

    /// <summary>The number of the descriptor on which a program may report progress.</summary>
    public const int ProgressDescriptor = 3;
}
