using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Reads YAML 1.2 into values that know their lines. Anchors and merge keys are followed; tags, second documents and keys that are there twice
/// are refused, and so is what is larger or deeper than any configuration.</summary>
internal sealed class YamlReader
{
    /// <summary>The longest text, in characters: a cluster of a hundred thousand nodes with an entry each.</summary>
    public const int LongestText = 16 * 1024 * 1024;

    /// <summary>How deep tables and lists may lie in each other.</summary>
    public const int Deepest = 24;

    private readonly Parser _parser;
    private readonly Action<int, string> _problem;
    private readonly Dictionary<string, YamlValue> _anchors = [];
    private int _line = 1;

    private YamlReader(string text, Action<int, string> problem) => (_parser, _problem) = (new(new StringReader(text)), problem);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">Receives what is wrong: the line from 1 and words for users.</param>
    /// <returns>The value; null when the text is empty or no YAML, which was told.</returns>
    public static YamlValue? Read(string text, Action<int, string> problem) => Read(text, problem, static reader => reader.Document());

    /// <summary>Reads a text of any number of documents.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">As for <see cref="Read(string, Action{int, string})"/>.</param>
    /// <returns>The documents that hold something, in their order; null when the text is no YAML, which was told.</returns>
    public static ImmutableArray<YamlValue>? ReadAll(string text, Action<int, string> problem) =>
        Read<ImmutableArray<YamlValue>?>(text, problem, static reader => reader.Documents());

    private static T? Read<T>(string text, Action<int, string> problem, Func<YamlReader, T?> read)
    {
        if (text.Length > LongestText)
        {
            problem(1, $"the file has {text.Length} characters; at most {LongestText} are read");
            return default;
        }

        var reader = new YamlReader(text, problem);
        try
        {
            return read(reader);
        }
        catch (YamlException wrong)
        {
            problem(LineOf(wrong.Start), $"this is no YAML: {Quoted.Text(wrong.Message)}");
            return default;
        }
        catch (Refused refused)
        {
            problem(refused.Line, refused.Message);
            return default;
        }
        catch (Exception defect) when (defect is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The parser throws these for some garbled texts, and does not say where.
            problem(reader._line, "this, or what follows it, is no YAML");
            return default;
        }
    }

    private static int LineOf(Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);

    private YamlValue? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var value = Value(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second)) throw new Refused(LineOf(second.Start), "a second document begins here; only one is read");
        return value;
    }

    private ImmutableArray<YamlValue> Documents()
    {
        var documents = ImmutableArray.CreateBuilder<YamlValue>();
        _parser.Consume<StreamStart>();
        while (!_parser.TryConsume<StreamEnd>(out _))
        {
            _parser.Consume<DocumentStart>();
            _anchors.Clear(); // an anchor holds in its document (YAML 1.2.2, 3.2.2.2)
            if (Value(0) is var value and not YamlText { IsNothing: true }) documents.Add(value);
            _parser.Consume<DocumentEnd>();
        }

        return documents.ToImmutable();
    }

    private YamlValue Value(int depth)
    {
        var next = _parser.Consume<ParsingEvent>();
        var line = _line = LineOf(next.Start);
        if (depth > Deepest) throw new Refused(line, $"tables and lists lie more than {Deepest} deep in each other here");
        if (next is AnchorAlias alias)
            return _anchors.GetValueOrDefault(alias.Value.Value) ?? throw new Refused(line, $"the anchor '{Quoted.Text(alias.Value.Value)}' is not there before this line");
        if (next is not NodeEvent node) throw new Refused(line, "a value is missing here");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific) throw new Refused(line, $"tags such as '{Quoted.Text(node.Tag.Value)}' are not read; leave it out");
        YamlValue value = node switch
        {
            Scalar scalar when !WellFormed.Is(scalar.Value) => throw new Refused(line, "half of a character is here, which is no text"),
            Scalar scalar => new YamlText(line, scalar.Value, scalar.Style is ScalarStyle.Plain),
            SequenceStart => List(line, depth),
            MappingStart => Table(line, depth),
            _ => throw new Refused(line, "a value is missing here"),
        };
        if (!node.Anchor.IsEmpty) _anchors[node.Anchor.Value] = value;
        return value;
    }

    private YamlList List(int line, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Value(depth + 1));
        return new(line, items.ToImmutable());
    }

    private YamlTable Table(int line, int depth)
    {
        var entries = new List<YamlEntry>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var merged = new List<YamlEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyLine = LineOf(_parser.Current!.Start);
            if (Value(depth + 1) is not YamlText key) throw new Refused(keyLine, "a key has to be a text");
            var value = Value(depth + 1);
            if (key is { Plain: true, Value: "<<" }) merged.AddRange(Merged(key.Line, value));
            else if (known.TryAdd(key.Value, key.Line)) entries.Add(new(key.Line, key.Value, value));
            else _problem(key.Line, $"key '{Quoted.Text(key.Value)}' is there a second time; the first is in line {known[key.Value]}");
        }

        foreach (var entry in merged)
            if (known.TryAdd(entry.Key, entry.Line)) entries.Add(entry);
        return new(line, [.. entries]);
    }

    private static IEnumerable<YamlEntry> Merged(int line, YamlValue value) => value switch
    {
        YamlTable table => table.Entries,
        YamlList list when list.Items.All(static item => item is YamlTable) => list.Items.Cast<YamlTable>().SelectMany(static table => table.Entries),
        _ => throw new Refused(line, "'<<' takes over the keys of a table, and this is none"),
    };

    private sealed class Refused(int line, string message) : Exception(message)
    {
        public int Line => line;
    }
}
