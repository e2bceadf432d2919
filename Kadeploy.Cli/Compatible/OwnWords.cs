using System.CommandLine;

namespace Kadeploy.Cli.Compatible;

/// <summary>A command line of this program, made from one of Kadeploy 3.</summary>
internal sealed class OwnWords
{
    private readonly List<string> _words;

    /// <summary>Begins it.</summary>
    /// <param name="words">The command.</param>
    public OwnWords(ReadOnlySpan<string> words) => _words = [.. words];

    /// <summary>Gets the words.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Takes over options that have the same name and meaning here.</summary>
    /// <param name="arguments">The command line of Kadeploy 3.</param>
    /// <param name="options">The options; those that are not given are left out.</param>
    /// <returns>This.</returns>
    public OwnWords With(ParseResult arguments, params IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            if (arguments.GetResult(option) is not { Implicit: false } given) continue;
            // One word for an option and its value: a value may look like an option.
            if (given.Tokens.Count == 0) _words.Add(option.Name);
            else _words.AddRange(given.Tokens.Select(token => $"{option.Name}={token.Value}"));
        }

        return this;
    }

    /// <summary>Adds an option that has another name here.</summary>
    /// <param name="option">Its name here.</param>
    /// <param name="value">Its value; null leaves the option out.</param>
    /// <returns>This.</returns>
    public OwnWords With(string option, string? value)
    {
        if (value is not null) _words.Add($"{option}={value}");
        return this;
    }

    /// <summary>Adds an option that has no value.</summary>
    /// <param name="option">Its name here.</param>
    /// <param name="isThere">Whether it is wanted.</param>
    /// <returns>This.</returns>
    public OwnWords With(string option, bool isThere)
    {
        if (isThere) _words.Add(option);
        return this;
    }

    /// <summary>Adds arguments, after which there are no options.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>This.</returns>
    public OwnWords Then(params IEnumerable<string> arguments)
    {
        _words.Add("--");
        _words.AddRange(arguments);
        return this;
    }
}
