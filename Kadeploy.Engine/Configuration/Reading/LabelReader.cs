using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads what nodes are sorted by, and what people should know of them.</summary>
internal static partial class LabelReader
{
    /// <summary>Reads groups.</summary>
    /// <param name="section">The node's table.</param>
    /// <returns>The groups, in their order.</returns>
    public static ImmutableArray<string> Groups(Section section) =>
        Labels(section, "groups", Group(), "up to 60 letters, digits, '.', '_' and '-', of which the first is a letter or a digit");

    /// <summary>Reads tags.</summary>
    /// <param name="section">The node's table.</param>
    /// <returns>The tags, in their order.</returns>
    public static ImmutableArray<string> Tags(Section section) =>
        Labels(section, "tags", Tag(), "up to 100 letters, digits and . _ - : = / @ +, of which the first is a letter or a digit, such as rack=r7");

    /// <summary>Reads a description.</summary>
    /// <param name="section">The node's table.</param>
    /// <returns>The description; empty when there is none.</returns>
    public static string Description(Section section)
    {
        const string Key = "description";
        if (section.Text(Key) is not { } text) return "";
        if (text.Length > NodeDefinition.LongestDescription) section.Problem(Key, $"has {text.Length} characters; at most {NodeDefinition.LongestDescription} are kept");
        else if (text.Any(char.IsControl)) section.Problem(Key, $"is '{Quoted.Text(text)}'; it is one line of text, without control characters");
        else return text.Trim();
        return "";
    }

    private static ImmutableArray<string> Labels(Section section, string key, Regex pattern, string allowed)
    {
        var labels = section.Texts(key) ?? [];
        foreach (var label in labels.Where(label => !pattern.IsMatch(label))) section.Problem(key, $"holds '{Quoted.Text(label)}'; write {allowed}");
        foreach (var twice in labels.GroupBy(static label => label).Where(static group => group.Count() > 1))
            section.Problem(key, $"holds '{Quoted.Text(twice.Key)}' {twice.Count()} times");
        if (labels.Length > NodeDefinition.MostLabels) section.Problem(key, $"holds {labels.Length} entries; a node has at most {NodeDefinition.MostLabels}");
        return labels;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Group();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:=/@+-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
