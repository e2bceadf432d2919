using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kadeploy.Help;

/// <summary>Finds what the compiler wrote down of the documentation in the sources.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the files beside assemblies.</summary>
    /// <param name="assemblies">The assemblies.</param>
    public XmlDocs(params IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies)
            foreach (var member in XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
                _members[member.Attribute("name")!.Value] = member;
    }

    /// <summary>Finds the documentation of a type.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Its element, or null.</returns>
    public XElement? Of(Type type) => _members.GetValueOrDefault($"T:{type.FullName?.Replace('+', '.')}");

    /// <summary>Finds the documentation of a property.</summary>
    /// <param name="property">The property.</param>
    /// <returns>Its element, or null.</returns>
    public XElement? Of(PropertyInfo property) => _members.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>Gives a text on one line, references by their last names.</summary>
    /// <param name="element">The element, or null.</param>
    /// <returns>The text; empty for null.</returns>
    public static string Text(XElement? element)
    {
        if (element is null) return "";
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "see" or "seealso" or "paramref" } reference =>
                    Last((reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name"))?.Value ?? reference.Value),
                XElement other => Text(other),
                _ => "",
            });
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    /// <summary>Gives the paragraphs of an element: those marked as such, or all of it.</summary>
    /// <param name="element">The element, or null.</param>
    /// <returns>The paragraphs.</returns>
    public static ImmutableArray<string> Paragraphs(XElement? element)
    {
        if (element is null) return [];
        var marked = element.Elements("para").Select(Text).ToImmutableArray();
        return marked.IsEmpty ? [Text(element)] : marked;
    }

    /// <summary>Gives code with its lines.</summary>
    /// <param name="element">The element, or null.</param>
    /// <returns>The lines, without what they are indented by in common.</returns>
    public static string Code(XElement? element)
    {
        if (element is null) return "";
        return string.Join('\n', element.Value.Replace("\r", "", StringComparison.Ordinal).Trim('\n').Split('\n').Select(static line => line.Trim())).Trim();
    }

    private static string Last(string reference) => reference[(reference.LastIndexOfAny(['.', ':']) + 1)..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
