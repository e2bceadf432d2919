using System.Reflection;

namespace Kadeploy.Conventions.Tests;

/// <summary>Writes types as a programmer would: <c>int</c>, <c>string?</c>, <c>IReadOnlyList&lt;Kadeploy.Node&gt;</c>.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(short)] = "short", [typeof(int)] = "int", [typeof(long)] = "long", [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string FullName(Type type) => $"{type.Namespace}.{Nested(type)}{Arguments(type, null)}";

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef) return Of(type.GetElementType()!, nullability);
        if (Nullable.GetUnderlyingType(type) is { } value) return Of(value) + "?";
        var mark = !type.IsValueType && nullability is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable } ? "?" : "";
        if (type.IsArray) return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (type.IsGenericParameter) return type.Name + mark;
        if (Keywords.TryGetValue(type, out var keyword)) return keyword + mark;
        // The framework's names are known; only the house's are written in full.
        var space = type.Namespace is { } name && name.StartsWith("Kadeploy", StringComparison.Ordinal) ? name + "." : "";
        return $"{space}{Nested(type)}{Arguments(type, nullability)}{mark}";
    }

    private static string Nested(Type type)
    {
        var name = type.Name.IndexOf('`', StringComparison.Ordinal) is var tick and >= 0 ? type.Name[..tick] : type.Name;
        return type.IsNested ? $"{Nested(type.DeclaringType!)}.{name}" : name;
    }

    private static string Arguments(Type type, NullabilityInfo? nullability)
    {
        if (!type.IsGenericType) return "";
        var arguments = type.GetGenericArguments();
        var infos = nullability?.GenericTypeArguments;
        return $"<{string.Join(", ", arguments.Select((each, i) => Of(each, infos?.Length == arguments.Length ? infos[i] : null)))}>";
    }
}
