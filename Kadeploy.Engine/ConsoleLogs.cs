using System.Runtime.CompilerServices;
using Kadeploy.Engine.Drivers.Consoles;

namespace Kadeploy.Engine;

/// <summary>Reads what was kept of consoles; nothing is opened for writing, and nobody who uses a console notices.</summary>
internal static class ConsoleLogs
{
    private const int PieceLength = 16 * 1024;
    private const int LongestLine = 64 * 1024;

    /// <summary>Says whether something was kept of a node's console.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="node">The node.</param>
    /// <returns>Whether there is a log.</returns>
    public static bool Exists(string stateDirectory, NodeName node) => ConsoleLog.Files(new ConsoleFolder(stateDirectory).Of(node)).Count > 0;

    /// <summary>Reads what was kept of a node's console.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="node">The node; it has a log.</param>
    /// <param name="follow">Whether to go on with what comes, for ever.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The bytes in pieces, oldest first. When it is followed, an empty piece says once that what was kept by now has been read.</returns>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string stateDirectory, NodeName node, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = new ConsoleFolder(stateDirectory).Of(node);
        using var changes = follow ? new StoreChanges(folder, "*" + ConsoleLog.Extension) : null;
        var (next, caughtUp) = (0L, false);
        while (true)
        {
            var moved = false;
            foreach (var (offset, path) in ConsoleLog.Files(folder))
            {
                // What was removed meanwhile is passed over.
                await foreach (var piece in ReadFromAsync(path, Math.Max(0, next - offset), cancellationToken).ConfigureAwait(false))
                {
                    next = Math.Max(next, offset) + piece.Length;
                    moved = true;
                    yield return piece;
                }
            }

            if (changes is null) yield break;
            if (!caughtUp) yield return ReadOnlyMemory<byte>.Empty;
            caughtUp = true;
            if (!moved) await changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a file to which another program writes what comes from a console.</summary>
    /// <param name="path">The file; it exists.</param>
    /// <param name="follow">Whether to go on with what comes, for ever; one that was begun anew is read from its beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The bytes in pieces, oldest first. When it is followed, an empty piece says once that what was kept by now has been read.</returns>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadFileAsync(
        string path, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var changes = follow ? new StoreChanges(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path)) : null;
        var (next, caughtUp) = (0L, false);
        while (true)
        {
            if (File.Exists(path) && new FileInfo(path).Length < next) next = 0;
            var moved = false;
            await foreach (var piece in ReadFromAsync(path, next, cancellationToken).ConfigureAwait(false))
            {
                next += piece.Length;
                moved = true;
                yield return piece;
            }

            if (changes is null) yield break;
            if (!caughtUp) yield return ReadOnlyMemory<byte>.Empty;
            caughtUp = true;
            if (!moved) await changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes lines of what came.</summary>
    /// <param name="pieces">The bytes.</param>
    /// <param name="tail">How many of the lines to begin with that come before the first empty piece, or before the end; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The lines as one would have seen them, without control characters; a line whose end has not come is given when the bytes end.</returns>
    public static async IAsyncEnumerable<string> LinesAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, int? tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var begun = new List<byte>();
        var kept = tail is null ? null : new Queue<string>();
        await foreach (var piece in pieces.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (piece.IsEmpty && kept is not null)
            {
                foreach (var line in kept) yield return line;
                kept = null;
            }

            for (var rest = piece; !rest.IsEmpty;)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                var part = end < 0 ? rest : rest[..end];
                begun.AddRange(part.Span);
                rest = rest[(end < 0 ? rest.Length : end + 1)..];
                if (end < 0 && begun.Count < LongestLine) continue;
                var line = ConsoleText.Line([.. begun]);
                begun.Clear();
                if (kept is null) yield return line;
                else Keep(line);
            }
        }

        if (kept is null)
        {
            if (begun.Count > 0) yield return ConsoleText.Line([.. begun]);
            yield break;
        }

        if (begun.Count > 0) Keep(ConsoleText.Line([.. begun]));
        foreach (var line in kept) yield return line;

        void Keep(string line)
        {
            kept.Enqueue(line);
            if (kept.Count > tail) kept.Dequeue();
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadFromAsync(
        string path, long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous);
        }
        catch (IOException)
        {
            yield break;
        }

        await using (file.ConfigureAwait(false))
        {
            if (position >= file.Length) yield break;
            file.Position = position;
            while (true)
            {
                var piece = new byte[PieceLength];
                var count = await file.ReadAsync(piece, cancellationToken).ConfigureAwait(false);
                if (count == 0) yield break;
                yield return piece.AsMemory(0, count);
            }
        }
    }
}
