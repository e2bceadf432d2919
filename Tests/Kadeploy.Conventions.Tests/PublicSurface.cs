using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kadeploy.Conventions.Tests;

/// <summary>Writes down what an assembly offers to others, one line for each type and member, in an order that does not change.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Describe(Assembly assembly) =>
        [.. assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal).SelectMany(DescribeType)];

    private static IEnumerable<string> DescribeType(Type type)
    {
        yield return $"{Kind(type)} {TypeNames.FullName(type)}{Bases(type)}";
        var members = type.IsEnum
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field =>
                string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"))
            : type.GetFields(Declared).Where(static field => IsOffered(field)).Select(Field)
                .Concat(type.GetProperties(Declared).Where(static property => property.GetAccessors(nonPublic: true).Any(IsOffered)).Select(Property))
                .Concat(type.GetEvents(Declared).Where(static each => IsOffered(each.AddMethod!)).Select(static each => $"event {TypeNames.Of(each.EventHandlerType!)} {each.Name}"))
                .Concat(type.GetConstructors(Declared).Where(IsOffered).Select(static each => $"{Modifiers(each)}.ctor({Parameters(each)})"))
                .Concat(type.GetMethods(Declared).Where(static each => IsOffered(each) && !IsAccessor(each)).Select(Method))
                .Order(StringComparer.Ordinal);
        foreach (var member in members) yield return $"  {member}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum) return "";
        var parent = type.BaseType is { } each && each != typeof(object) && each != typeof(ValueType) ? each : null;
        var interfaces = type.GetInterfaces().Except(parent?.GetInterfaces() ?? []).Where(static one => one.IsVisible)
            .Select(static one => TypeNames.Of(one)).Order(StringComparer.Ordinal);
        var all = string.Join(", ", parent is null ? interfaces : interfaces.Prepend(TypeNames.Of(parent)));
        return all.Length > 0 ? $" : {all}" : "";
    }

    private static string Field(FieldInfo field) =>
        $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}"
        + $"{TypeNames.Of(field.FieldType, new NullabilityInfoContext().Create(field))} {field.Name}{(field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "")}";

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsOffered).ToArray();
        var setter = accessors.FirstOrDefault(each => each == property.SetMethod);
        var setterName = setter is null ? "" : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var indices = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        return $"{Modifiers(accessors[0])}{required}{TypeNames.Of(property.PropertyType, new NullabilityInfoContext().Create(property))} {property.Name}{indices}"
            + $" {{{(accessors.Contains(property.GetMethod) ? " get;" : "")}{setterName} }}";
    }

    private static string Method(MethodInfo method) =>
        $"{Modifiers(method)}{TypeNames.Of(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter))} {method.Name}"
        + $"{(method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(static each => each.Name))}>" : "")}({Parameters(method)})";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var direction = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{direction}{TypeNames.Of(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue)}" : "");
    }

    private static string Modifiers(MethodBase method) =>
        $"{(method.IsPublic ? "" : "protected ")}{(method.IsStatic ? "static " : "")}"
        + (method.DeclaringType!.IsInterface || method is ConstructorInfo ? "" : method.IsAbstract ? "abstract " : IsOverride(method) ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static bool IsOverride(MethodBase method) => method is MethodInfo { IsVirtual: true } info && info.GetBaseDefinition().DeclaringType != info.DeclaringType;

    // What a record's compiler writes is the same for every record.
    private static bool IsOffered(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
        && (IsAccessor(method) ? method.Name != "get_EqualityContract" : !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal))
        && !(method is ConstructorInfo { IsFamily: true } copy && copy.GetParameters() is [var only] && only.ParameterType == copy.DeclaringType);

    private static bool IsOffered(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodBase method) =>
        method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal)
            || method.Name.StartsWith("add_", StringComparison.Ordinal) || method.Name.StartsWith("remove_", StringComparison.Ordinal));

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
