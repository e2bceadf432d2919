using System.Collections.Immutable;
using System.Reflection;

namespace Kadeploy.Help;

/// <summary>Reads cmdlets from their attributes and their documentation.</summary>
/// <remarks>Attributes are read as data and never made: the PowerShell that the cmdlets are compiled against has no working one.</remarks>
/// <param name="docs">The documentation.</param>
internal sealed class CmdletReader(XmlDocs docs)
{
    private const string All = "__AllParameterSets";

    /// <summary>Finds the cmdlets of an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>Their classes, in the order of their nouns.</returns>
    public static ImmutableArray<Type> Find(Assembly assembly) =>
        [.. assembly.GetExportedTypes().Where(static type => !type.IsAbstract && Attribute(type, "CmdletAttribute") is not null).OrderBy(static type => type.Name, StringComparer.Ordinal)];

    /// <summary>Reads one.</summary>
    /// <param name="type">Its class.</param>
    /// <returns>Its help.</returns>
    public CmdletHelp Read(Type type)
    {
        var cmdlet = Attribute(type, "CmdletAttribute")!;
        var element = docs.Of(type);
        var parameters = type.GetProperties().Where(static property => Attributes(property, "ParameterAttribute").Any())
            .OrderBy(static property => property.Name, StringComparer.Ordinal).Select(property => Parameter(property)).ToImmutableArray();
        var declared = parameters.SelectMany(static parameter => parameter.Sets).Select(static set => set.Set).Where(static set => set.Length > 0).Distinct().Order(StringComparer.Ordinal).ToList();
        var preferred = Named<string>(cmdlet, "DefaultParameterSetName");
        if (preferred is not null && declared.Remove(preferred)) declared.Insert(0, preferred);
        return new()
        {
            Verb = (string)cmdlet.ConstructorArguments[0].Value!,
            Noun = (string)cmdlet.ConstructorArguments[1].Value!,
            Synopsis = XmlDocs.Text(element?.Element("summary")),
            Description = XmlDocs.Paragraphs(element?.Element("remarks")),
            Examples = [.. element?.Elements("example").Select(static each => new ExampleHelp(XmlDocs.Code(each.Element("code")), XmlDocs.Text(each.Element("para")))) ?? []],
            Parameters = parameters,
            Sets = declared.Count == 0 ? [""] : [.. declared],
            Inputs = [.. type.GetProperties().Where(static property => Attributes(property, "ParameterAttribute").Any(static each => Named<bool>(each, "ValueFromPipeline")))
                .Select(property => new TypeHelp(Bare(property.PropertyType).FullName!, XmlDocs.Text(docs.Of(property)?.Element("summary"))))],
            Outputs = [.. Attributes(type, "OutputTypeAttribute").SelectMany(OutputTypes).DistinctBy(static each => each.FullName).Select(each => new TypeHelp(each.FullName!, XmlDocs.Text(docs.Of(each)?.Element("summary"))))],
            ShouldProcess = Named<bool>(cmdlet, "SupportsShouldProcess"),
        };
    }

    private ParameterHelp Parameter(PropertyInfo property)
    {
        var sets = Attributes(property, "ParameterAttribute").Select(static each => new ParameterInSet(
            Named<string>(each, "ParameterSetName") is { } set and not All ? set : "",
            Named<bool>(each, "Mandatory"),
            each.NamedArguments.Any(static argument => argument.MemberName == "Position") ? Named<int>(each, "Position") : null,
            Named<bool>(each, "ValueFromPipeline"),
            Named<bool>(each, "ValueFromPipelineByPropertyName"))).OrderBy(static set => set.Set, StringComparer.Ordinal).ToImmutableArray();
        var bare = Bare(property.PropertyType);
        return new()
        {
            Name = property.Name,
            Type = TypeName(property.PropertyType),
            Text = XmlDocs.Text(docs.Of(property)?.Element("summary")),
            Aliases = [.. Attributes(property, "AliasAttribute").SelectMany(static each => (IEnumerable<CustomAttributeTypedArgument>)each.ConstructorArguments[0].Value!).Select(static each => (string)each.Value!)],
            Sets = sets,
            Wildcards = Attributes(property, "SupportsWildcardsAttribute").Any(),
            Values = bare.IsEnum ? [.. Enum.GetNames(bare)] : [],
        };
    }

    private static IEnumerable<Type> OutputTypes(CustomAttributeData output) => output.ConstructorArguments.SelectMany(static argument => argument.Value switch
    {
        Type type => [type],
        IEnumerable<CustomAttributeTypedArgument> several => several.Select(static each => each.Value).OfType<Type>(),
        _ => Enumerable.Empty<Type>(),
    });

    private static Type Bare(Type type)
    {
        var element = type.IsArray ? type.GetElementType()! : type;
        return Nullable.GetUnderlyingType(element) ?? element;
    }

    private static string TypeName(Type type) => type.IsArray ? Bare(type).Name + "[]" : Bare(type).Name;

    private static CustomAttributeData? Attribute(MemberInfo member, string name) => Attributes(member, name).FirstOrDefault();

    private static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(each => each.AttributeType.Name == name);

    private static T? Named<T>(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.Where(argument => argument.MemberName == name).Select(static argument => (T?)argument.TypedValue.Value).FirstOrDefault();
}
