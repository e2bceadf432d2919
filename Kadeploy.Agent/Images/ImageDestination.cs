using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Images;

/// <summary>What becomes of an image on this node.</summary>
internal sealed record ImageDestination
{
    /// <summary>Gets the program that writes it, and its arguments.</summary>
    /// <value>Empty when <see cref="Path"/> is written.</value>
    public IReadOnlyList<string> Writer { get; init; } = [];

    /// <summary>Gets the file or the device that is written.</summary>
    /// <value>Null when <see cref="Writer"/> does it.</value>
    public string? Path { get; init; }

    /// <summary>Gets the disk or partition that this program would write if it were started as the writer; null when the writer is another program.</summary>
    public string? OwnDevice => Writer is [ChildProcess.OwnName, WriteCommand.Name, var device] ? device : null;

    /// <summary>Gets the program that writes it, whatever it is.</summary>
    public IReadOnlyList<string> Vector => Path is null ? Writer : [ChildProcess.OwnName, WriteCommand.Name, WriteCommand.AnyFile, Path];
}
