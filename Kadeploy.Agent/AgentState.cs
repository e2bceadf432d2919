using System.Security.Cryptography;
using Kadeploy.Protocol;

namespace Kadeploy.Agent;

/// <summary>What outlives the agent's process, but not the boot: its secret and how commands ended.</summary>
/// <remarks>A killed agent is started again by the node's init, must be let in again, and must not run twice what it ran before.</remarks>
internal sealed class AgentState
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _directory;

    private AgentState(string directory, byte[] session) => (_directory, Session) = (directory, session);

    /// <summary>Gets the secret by which the agent is let in again.</summary>
    public byte[] Session { get; }

    /// <summary>Gets the directory for the records of commands.</summary>
    public string CommandDirectory => Path.Combine(_directory, "commands");

    /// <summary>Gets the file by which receivers of images take turns.</summary>
    public string ReceiverLock => Path.Combine(_directory, "receiver");

    /// <summary>Opens the state of this boot.</summary>
    public static AgentState Open(string root, string bootId)
    {
        // By digest: an identifier of a boot may be any text.
        var directory = Path.Combine(root, Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(bootId)))[..16]);
        Directory.CreateDirectory(Path.Combine(directory, "commands"), OwnerOnly | UnixFileMode.UserExecute);
        var file = Path.Combine(directory, "session");
        if (File.Exists(file) && File.ReadAllBytes(file) is { Length: Wire.SessionLength } known) return new(directory, known);
        var made = RandomNumberGenerator.GetBytes(Wire.SessionLength);
        Write(file, made);
        return new(directory, made);
    }

    /// <summary>Writes a file as a whole or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var beside = path + ".new";
        using (var file = new FileStream(beside, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        }))
            file.Write(content);
        File.Move(beside, path, overwrite: true);
    }
}
