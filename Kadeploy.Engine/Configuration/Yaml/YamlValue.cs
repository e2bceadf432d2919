using System.Collections.Immutable;

namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Something in a YAML file.</summary>
/// <param name="Line">The line where it begins, from 1.</param>
internal abstract record YamlValue(int Line)
{
    /// <summary>Gets what it is, for messages.</summary>
    public abstract string What { get; }
}

/// <summary>A text, a number, true, false or nothing.</summary>
/// <param name="Line">The line.</param>
/// <param name="Value">The text.</param>
/// <param name="Plain">Whether it stands there without quotation marks.</param>
internal sealed record YamlText(int Line, string Value, bool Plain) : YamlValue(Line)
{
    /// <summary>Gets a value indicating whether it means that nothing is there.</summary>
    public bool IsNothing => Plain && Value is "" or "~" or "null" or "Null" or "NULL";

    public override string What => IsNothing ? "nothing" : $"'{Quoted.Text(Value)}'";
}

/// <summary>A list.</summary>
/// <param name="Line">The line.</param>
/// <param name="Items">What it holds.</param>
internal sealed record YamlList(int Line, ImmutableArray<YamlValue> Items) : YamlValue(Line)
{
    public override string What => "a list";
}

/// <summary>Keys and their values.</summary>
/// <param name="Line">The line.</param>
/// <param name="Entries">The keys in their order, each once.</param>
internal sealed record YamlTable(int Line, ImmutableArray<YamlEntry> Entries) : YamlValue(Line)
{
    public override string What => "a table of keys";
}

/// <summary>A key and its value.</summary>
/// <param name="Line">The line of the key.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
internal sealed record YamlEntry(int Line, string Key, YamlValue Value);
