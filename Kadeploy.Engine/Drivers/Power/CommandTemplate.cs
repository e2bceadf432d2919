using System.Collections.Immutable;
using System.Text;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>A command with patterns in its arguments, which stand for the node. No shell reads it.</summary>
/// <remarks><c>HOSTNAME_FQDN</c> stands for the node's name, <c>HOSTNAME_SHORT</c> for its first part, anywhere in an argument; the argument
/// <c>DEFAULT_CONNECTOR</c> stands for the words of the site's ssh command.</remarks>
/// <param name="Words">Program and arguments; at least the program.</param>
public sealed record CommandTemplate(ImmutableArray<string> Words)
{
    /// <summary>Reads a command as one types it.</summary>
    /// <param name="text">Words parted by blanks; a word in quotation marks, ' or ", may hold blanks, and a backslash outside of ' takes the next
    /// character as it is.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ConfigurationException">It is empty, a quotation mark is missing, or it wants a shell.</exception>
    public static CommandTemplate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = ImmutableArray.CreateBuilder<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'')
            {
                if (++i == text.Length) throw Wrong(text, "ends with a backslash");
                (word ??= new()).Append(text[i]);
            }
            else if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else word!.Append(c);
            }
            else if (c is '\'' or '"')
            {
                (quote, word) = (c, word ?? new());
            }
            else if (char.IsWhiteSpace(c))
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
            }
            else if (c is '|' or '&' or ';' or '<' or '>' or '$' or '`' or '(' or ')')
            {
                throw Wrong(text, $"needs a shell for '{c}', and none is used; put it into a script and name the script, or quote the character");
            }
            else
            {
                (word ??= new()).Append(c);
            }
        }

        if (quote != '\0') throw Wrong(text, $"lacks a closing {quote}");
        if (word is not null) words.Add(word.ToString());
        return words.Count > 0 ? new(words.ToImmutable()) : throw Wrong(text, "is empty");
    }

    /// <summary>Puts a node in.</summary>
    internal ProcessCommand For(Node node, ImmutableArray<string> connector)
    {
        var name = node.Name.Value;
        var shortName = name.Split('.', 2)[0];
        var words = Words.SelectMany(word => word == "DEFAULT_CONNECTOR" ? connector.AsEnumerable() : [word])
            .Select(word => word.Replace("HOSTNAME_FQDN", name, StringComparison.Ordinal).Replace("HOSTNAME_SHORT", shortName, StringComparison.Ordinal))
            .ToArray();
        return new() { Program = words[0], Arguments = [.. words.Skip(1).Select(static word => (ProcessArgument)word)] };
    }

    private static ConfigurationException Wrong(string text, string problem) => new($"the command '{Quoted.Text(text)}' {problem}");
}
