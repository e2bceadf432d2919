using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Kadeploy.Protocol;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>The tokens that let agents in: one for each node and boot, kept across restarts as digests only.</summary>
/// <remarks>The first agent that shows a token binds it to its boot and to a secret of its own; from then on only that agent in that boot comes
/// in with it. That is decided and on disk before the agent is answered, so a killed engine neither locks an agent out nor lets a second one in.</remarks>
internal sealed class AgentTokens
{
    private const int TokenLength = 32;

    // Boots of one node for which a profile may still be in use: the present one, the next one, and two that were given up on.
    private const int MostPerNode = 4;
    private const int MostWrites = 64;

    // Held while a node's file is written, which takes as long as the disk does; nodes share them, so that many can be written at once.
    private readonly ImmutableArray<Lock> _writing = [.. Enumerable.Range(0, MostWrites).Select(static _ => new Lock())];
    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly Dictionary<NodeName, List<Token>> _nodes = [];

    /// <summary>Reads the tokens that are known.</summary>
    /// <param name="directory">Where they are kept: a file for each node.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public AgentTokens(string directory)
    {
        _directory = directory;
        Try(() =>
        {
            PrivateFile.CreateDirectory(directory);
            foreach (var file in Directory.EnumerateFiles(directory, "*.tokens"))
                if (NodeName.TryParse(Path.GetFileNameWithoutExtension(file), null, out var node)) _nodes[node] = Parse(File.ReadAllBytes(file), file);
        });
    }

    /// <summary>Makes a token for the next boot of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The token: 43 letters, digits, dashes and underscores. It cannot be asked for again.</returns>
    /// <exception cref="StoreException">It cannot be recorded.</exception>
    public string Issue(NodeName node)
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenLength));
        lock (WritingOf(node)) Keep(node, [new(Digest(text), "", new byte[Wire.DigestLength]), .. Of(node).Take(MostPerNode - 1)]);
        return text;
    }

    /// <summary>Judges a hello.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="node">Whose agent it is.</param>
    /// <returns>Null when it is let in; else why not.</returns>
    /// <exception cref="StoreException">The use of the token cannot be recorded.</exception>
    public RefusalReason? Admit(Hello hello, out NodeName node)
    {
        var digest = Digest(hello.Token);
        var session = SHA256.HashData(hello.Session);
        if (Find(digest) is not { } found)
        {
            node = default;
            return RefusalReason.UnknownToken;
        }

        node = found;
        lock (WritingOf(node))
        {
            var tokens = Of(node);
            var index = tokens.FindIndex(each => CryptographicOperations.FixedTimeEquals(each.Digest, digest));
            if (index < 0) return RefusalReason.UnknownToken; // newer ones have taken its place meanwhile
            var token = tokens[index];
            if (token.BootId.Length == 0)
            {
                List<Token> bound = [.. tokens];
                bound[index] = token with { BootId = hello.BootId, Session = session };
                Keep(node, bound);
                return null;
            }

            var same = CryptographicOperations.FixedTimeEquals(token.Session, session) & token.BootId == hello.BootId;
            return same ? null : RefusalReason.UsedToken;
        }
    }

    // All are compared, each in constant time: how long it takes tells nothing about any of them.
    private NodeName? Find(byte[] digest)
    {
        NodeName? found = null;
        lock (_gate)
        {
            foreach (var (node, tokens) in _nodes)
            {
                foreach (var token in tokens)
                    if (CryptographicOperations.FixedTimeEquals(token.Digest, digest)) found = node;
            }
        }

        return found;
    }

    private Lock WritingOf(NodeName node) => _writing[(node.GetHashCode() & int.MaxValue) % MostWrites];

    // A list is never changed, but replaced by another.
    private List<Token> Of(NodeName node)
    {
        lock (_gate) return _nodes.GetValueOrDefault(node, []);
    }

    private void Keep(NodeName node, List<Token> tokens)
    {
        Save(node, tokens);
        lock (_gate) _nodes[node] = tokens;
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private void Save(NodeName node, List<Token> tokens)
    {
        var writer = new PayloadWriter();
        writer.U16(1);
        writer.U16((ushort)tokens.Count);
        foreach (var token in tokens)
        {
            writer.Fixed(token.Digest);
            writer.Text(token.BootId);
            writer.Fixed(token.Session);
        }

        Try(() => PrivateFile.Write(Path.Combine(_directory, $"{node}.tokens"), writer.Written.Span));
    }

    private static List<Token> Parse(byte[] bytes, string file)
    {
        try
        {
            var reader = new PayloadReader(bytes);
            if (reader.U16() != 1) throw new StoreException(FaultCodes.StoreVersion, $"'{file}' was written by a newer version; use that, or delete the file and let the node boot again");
            var tokens = new List<Token>();
            for (var left = reader.U16(); left > 0; left--)
                tokens.Add(new(reader.Fixed(Wire.DigestLength).ToArray(), reader.Text(128), reader.Fixed(Wire.DigestLength).ToArray()));
            reader.End();
            return tokens;
        }
        catch (ProtocolException problem)
        {
            throw new StoreException(FaultCodes.StoreContent, $"'{file}' is damaged; delete it and let the node boot again", problem);
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the tokens of agents in '{_directory}' cannot be read or written: {problem.Message}", problem);
        }
    }

    private sealed record Token(byte[] Digest, string BootId, byte[] Session);
}
