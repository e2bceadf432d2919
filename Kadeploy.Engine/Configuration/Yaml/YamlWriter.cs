using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Writes values as YAML that <see cref="YamlReader"/> reads as the same.</summary>
internal static partial class YamlWriter
{
    // Long enough that no text is folded.
    private const int Width = int.MaxValue / 2;

    /// <summary>Writes a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="replaced">Texts that stand for some of the values; null for none.</param>
    /// <returns>The text, which ends with a line end.</returns>
    public static string Write(YamlTable table, IReadOnlyDictionary<YamlValue, string>? replaced = null)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings(2, Width, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, table, replaced, inFlow: false);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    /// <summary>Makes a text.</summary>
    /// <param name="text">What it says.</param>
    /// <returns>The value.</returns>
    public static YamlText Text(string text) => new(0, text, false);

    /// <summary>Makes a number.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The value.</returns>
    public static YamlText Number(long number) => new(0, number.ToString(CultureInfo.InvariantCulture), true);

    /// <summary>Makes true or false.</summary>
    /// <param name="flag">Which.</param>
    /// <returns>The value.</returns>
    public static YamlText Flag(bool flag) => new(0, flag ? "true" : "false", true);

    /// <summary>Makes a list of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>The value.</returns>
    public static YamlList List(IEnumerable<string> texts) => new(0, [.. texts.Select(Text)]);

    /// <summary>Makes a table of the entries that have a value.</summary>
    /// <param name="entries">Keys with their values; null for those that are left out.</param>
    /// <returns>The value.</returns>
    public static YamlTable Table(params IEnumerable<(string Key, YamlValue? Value)> entries) =>
        new(0, [.. entries.Where(static entry => entry.Value is not null).Select(static entry => new YamlEntry(0, entry.Key, entry.Value!))]);

    private static void Emit(Emitter emitter, YamlValue value, IReadOnlyDictionary<YamlValue, string>? replaced, bool inFlow)
    {
        if (replaced?.GetValueOrDefault(value) is { } text) value = Text(text);
        switch (value)
        {
            case YamlText scalar:
                emitter.Emit(Scalar(scalar));
                break;
            case YamlList list:
                var listFlow = inFlow || list.Items.All(static item => item is YamlText);
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, listFlow ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list.Items) Emit(emitter, item, replaced, listFlow);
                emitter.Emit(new SequenceEnd());
                break;
            case YamlTable table:
                var tableFlow = inFlow || table.Entries.IsEmpty;
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, tableFlow ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var entry in table.Entries)
                {
                    emitter.Emit(Scalar(Text(entry.Key)));
                    Emit(emitter, entry.Value, replaced, tableFlow);
                }

                emitter.Emit(new MappingEnd());
                break;
        }
    }

    // A text that YAML could take for anything else, or that has anything special, is in quotation marks.
    private static Scalar Scalar(YamlText text)
    {
        var plain = (text.Plain && PlainWord().IsMatch(text.Value)) || (PlainText().IsMatch(text.Value) && !OtherMeaning().IsMatch(text.Value));
        return new(AnchorName.Empty, TagName.Empty, text.Value, plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlainImplicit: plain, isQuotedImplicit: !plain);
    }

    // What was plain stays plain where that matters: numbers, true and false, nothing.
    [GeneratedRegex(@"\A(?:[A-Za-z0-9_./+*%()-][A-Za-z0-9_./+*%() -]*[A-Za-z0-9_./+*%()-]|[A-Za-z0-9~]|)\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"\A[A-Za-z/](?:[A-Za-z0-9_./+=@-]|[ :](?=[A-Za-z0-9_./+=@-]))*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    [GeneratedRegex(@"\A(?:null|true|false|yes|no|on|off|y|n)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OtherMeaning();
}
