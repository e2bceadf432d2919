using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>A table of a file, asked key by key. It knows which keys were asked for, so that <see cref="End"/> can refuse all others.</summary>
/// <param name="source">The file.</param>
/// <param name="table">The table.</param>
/// <param name="path">The keys that lead to it, parted by dots; empty for the whole file.</param>
internal sealed class Section(SourceFileText source, YamlTable table, string path)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Gets the file.</summary>
    public SourceFileText Source => source;

    /// <summary>Gets the line where the table begins.</summary>
    public int Line => table.Line;

    /// <summary>Gets the table as it was read.</summary>
    public YamlTable Content => table;

    /// <summary>Gets the keys that are there, in their order.</summary>
    public IEnumerable<string> Keys => table.Entries.Select(static entry => entry.Key);

    /// <summary>Refuses the keys that nobody asked for.</summary>
    public void End()
    {
        foreach (var entry in Unread())
            source.Problem(entry.Line, $"key '{PathOf(entry.Key)}' is unknown{NearestName.SuggestionOrList(entry.Key, _known, _known)}");
    }

    /// <summary>Gives the entries that nobody asked for.</summary>
    /// <returns>The entries.</returns>
    public IEnumerable<YamlEntry> Unread() => table.Entries.Where(entry => !_known.Contains(entry.Key));

    /// <summary>Accepts a key without acting on it.</summary>
    /// <param name="key">The key.</param>
    public void Accept(string key) => Find(key);

    /// <summary>Accepts every key: they are names that the user chooses, such as devices.</summary>
    /// <returns>The keys.</returns>
    public IReadOnlyList<string> AcceptAll()
    {
        _known.UnionWith(Keys);
        return [.. Keys];
    }

    /// <summary>Says whether a key is there and has a value.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether it is.</returns>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Gives a value as it is.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value; null when it is absent.</returns>
    public YamlValue? Value(string key) => Find(key)?.Value;

    /// <summary>Adds a problem with a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="problem">What is wrong with it; the key is named before.</param>
    public void Problem(string key, string problem) =>
        source.Problem(table.Entries.FirstOrDefault(entry => entry.Key == key)?.Line ?? table.Line, $"key '{PathOf(key)}' {problem}");

    /// <summary>Adds a problem with the table as a whole.</summary>
    /// <param name="problem">What is wrong with it.</param>
    public void Problem(string problem) => source.Problem(table.Line, path.Length > 0 ? $"key '{path}' {problem}" : problem);

    /// <summary>Says that a key is missing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hint">What it is for, or nothing.</param>
    public void Missing(string key, string hint = "") =>
        source.Problem(table.Line, $"key '{PathOf(key)}' is missing{(hint.Length > 0 ? $"; {hint}" : "")}");

    /// <summary>Gives a text.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The text; null when it is absent or none.</returns>
    public string? Text(string key) => Find(key) is { } entry ? TextOf(entry.Value, key) : null;

    /// <summary>Gives a text that has to be there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hint">What it is for.</param>
    /// <returns>The text; empty when it is absent or none, which was told.</returns>
    public string Required(string key, string hint = "")
    {
        if (!Has(key))
        {
            Missing(key, hint);
            return "";
        }

        if (Text(key) is { } text && (text.Length > 0 || Refuse())) return text;
        return "";

        bool Refuse()
        {
            Problem(key, "is empty");
            return false;
        }
    }

    /// <summary>Gives texts.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The items of a list, or a single text as a list of one; null when it is absent.</returns>
    public ImmutableArray<string>? Texts(string key) => Find(key)?.Value switch
    {
        null => null,
        YamlList list => [.. list.Items.Select(item => TextOf(item, key)).OfType<string>()],
        var single => TextOf(single, key) is { } text ? [text] : [],
    };

    /// <summary>Gives a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="minimum">The lowest allowed.</param>
    /// <param name="maximum">The highest allowed.</param>
    /// <returns>The number; null when it is absent or none.</returns>
    public int? Integer(string key, int minimum, int maximum)
    {
        if (Find(key) is not { } entry) return null;
        if (entry.Value is YamlText { Plain: true } text && TryInteger(text.Value, out var number))
        {
            if (number >= minimum && number <= maximum) return (int)number;
            Problem(key, string.Create(CultureInfo.InvariantCulture, $"is {number}; write a whole number from {minimum} to {maximum}"));
            return null;
        }

        return Wrong<int?>(key, entry.Value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));
    }

    /// <summary>Gives true or false.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value; null when it is absent or none.</returns>
    public bool? Flag(string key) => Find(key)?.Value switch
    {
        null => null,
        YamlText { Plain: true, Value: "true" or "True" or "TRUE" } => true,
        YamlText { Plain: true, Value: "false" or "False" or "FALSE" } => false,
        var other => Wrong<bool?>(key, other, "true or false"),
    };

    /// <summary>Gives a time in seconds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="minimum">The shortest allowed, in seconds.</param>
    /// <param name="maximum">The longest allowed, in seconds.</param>
    /// <returns>The time; null when it is absent or none.</returns>
    public TimeSpan? Seconds(string key, double minimum, double maximum)
    {
        if (Find(key) is not { } entry) return null;
        if (entry.Value is YamlText { Plain: true } text
            && double.TryParse(text.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= minimum && seconds <= maximum) return TimeSpan.FromSeconds(seconds);
        return Wrong<TimeSpan?>(key, entry.Value, string.Create(CultureInfo.InvariantCulture, $"a number of seconds from {minimum} to {maximum}"));
    }

    /// <summary>Gives a limit, which may be an expression of the number of nodes.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The limit; null when it is absent or none.</returns>
    public TimeoutExpression? Timeout(string key)
    {
        if (Text(key) is not { } text) return null;
        if (TimeoutExpression.TryParse(text, out var expression, out var problem))
        {
            try
            {
                expression.Evaluate(1);
                return expression;
            }
            catch (ArithmeticException wrong)
            {
                problem = wrong.Message;
            }
        }

        Problem(key, $"is no limit in seconds: {problem}");
        return null;
    }

    /// <summary>Gives one of the names of an enumeration, in snake case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="also">Other names of values.</param>
    /// <returns>The value; null when it is absent or none.</returns>
    public T? Name<T>(string key, params (string Name, T Value)[] also)
        where T : struct, Enum
    {
        if (Find(key) is not { } entry) return null;
        var names = Enum.GetValues<T>().Select(static value => (Name: Snake(value.ToString()), Value: value)).ToList();
        if (entry.Value is YamlText text)
        {
            foreach (var (name, value) in names.Concat(also))
                if (string.Equals(name, text.Value.Replace('-', '_'), StringComparison.OrdinalIgnoreCase)) return value;
            Problem(key, $"is {text.What}{NearestName.SuggestionOrList(text.Value, names.Select(static pair => pair.Name), names.Select(static pair => pair.Name))}");
            return null;
        }

        return Wrong<T?>(key, entry.Value, $"one of {string.Join(", ", names.Select(static pair => pair.Name))}");
    }

    /// <summary>Gives a table.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The table; null when it is absent or none.</returns>
    public Section? Table(string key) => Find(key)?.Value switch
    {
        null => null,
        YamlTable inner => new(source, inner, PathOf(key)),
        var other => Wrong<Section>(key, other, "a table of keys"),
    };

    /// <summary>Gives a list of tables.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The tables; a single one is a list of one.</returns>
    public IReadOnlyList<Section> Tables(string key) => Find(key)?.Value switch
    {
        null => [],
        YamlTable single => [new(source, single, PathOf(key))],
        YamlList list => [.. list.Items.Select(item => item is YamlTable inner ? new Section(source, inner, PathOf(key)) : WrongItem(key, item)).OfType<Section>()],
        var other => Wrong<IReadOnlyList<Section>>(key, other, "a list of tables") ?? [],
    };

    /// <summary>Says that a value is of the wrong kind.</summary>
    /// <typeparam name="T">The kind that was wanted.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expected">What is expected.</param>
    /// <returns>Nothing.</returns>
    public T? Wrong<T>(string key, YamlValue value, string expected)
    {
        var quoted = value is YamlText { Plain: false, Line: > 0 } ? " in quotation marks" : "";
        source.Problem(value.Line, $"key '{PathOf(key)}' is {value.What}{quoted}, but {expected} is expected");
        return default;
    }

    /// <summary>Writes a name of the program's as files have it.</summary>
    /// <param name="name">Such as <c>SystemdBoot</c>.</param>
    /// <returns>Such as <c>systemd_boot</c>.</returns>
    public static string Snake(string name) =>
        string.Concat(name.Select(static (c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private static bool TryInteger(string text, out long number) => text.StartsWith("0x", StringComparison.Ordinal)
        ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private string PathOf(string key) => path.Length > 0 ? $"{path}.{Quoted.Text(key)}" : Quoted.Text(key);

    private YamlEntry? Find(string key)
    {
        if (_known.Add(key)) source.KeyAsked?.Invoke(PathOf(key));
        var entry = table.Entries.FirstOrDefault(entry => entry.Key == key);
        return entry?.Value is YamlText { IsNothing: true } ? null : entry;
    }

    private string? TextOf(YamlValue value, string key)
    {
        if (value is not YamlText text) return Wrong<string>(key, value, "a text");
        if (text.Value.Contains('\0')) source.Problem(value.Line, $"key '{PathOf(key)}' holds a zero byte, which no text may");
        else if (!WellFormed.Is(text.Value)) source.Problem(value.Line, $"key '{PathOf(key)}' holds half of a character, which no text may");
        else return text.Value;
        return null;
    }

    private Section? WrongItem(string key, YamlValue item) => Wrong<Section>(key, item, "a table of keys");
}
