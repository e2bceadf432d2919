namespace Kadeploy.Engine.Drivers.Files;

/// <summary>The files of one piece of work, such as an operation: what was fetched for it stays as it is until this is disposed.</summary>
internal interface IFileScope : IFileSource, IDisposable
{
    /// <summary>Gets what each file may cost, who asks for it, and what is known of it.</summary>
    IReadOnlyList<FileWish> Wishes { get; }
}

/// <summary>A file that a piece of work needs.</summary>
/// <param name="What">What it is, for messages, such as <c>image of debian13</c>.</param>
/// <param name="Location">Where it is.</param>
internal sealed record FileWish(string What, Uri Location)
{
    /// <summary>Gets the SHA-256 that it must have.</summary>
    /// <value>Null when none was recorded.</value>
    public string? Sha256 { get; init; }

    /// <summary>Gets how many bytes it may have.</summary>
    /// <value>Null for as many as the cache takes.</value>
    public long? Limit { get; init; }

    /// <summary>Gets a value indicating whether the configuration names it: then it may be anywhere on this machine.</summary>
    public bool Configured { get; init; }
}

/// <summary>Opens scopes.</summary>
/// <param name="user">On whose behalf files are fetched.</param>
/// <param name="wishes">The files that will be asked for, as far as something is known of them.</param>
/// <returns>The scope; dispose it.</returns>
internal delegate IFileScope OpenFiles(string user, IReadOnlyList<FileWish> wishes);
