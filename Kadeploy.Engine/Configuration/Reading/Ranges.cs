using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Writes out ranges such as <c>node-[1-10,12]</c> in the order in which they are written, so that names and addresses find each other.</summary>
internal static class Ranges
{
    /// <summary>Writes out names.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="text">What it holds; empty when that was refused.</param>
    /// <param name="several">Whether there may be several, parted by commas or blanks.</param>
    /// <returns>The names; none when they are wrong, which was told.</returns>
    public static ImmutableArray<string> Expand(Section section, string key, string text, bool several = false)
    {
        if (text.Length == 0) return [];
        if (!several && text.Any(static c => c == ',' || char.IsWhiteSpace(c)) && Outside(text).Any(static c => c == ',' || char.IsWhiteSpace(c)))
        {
            section.Problem(key, $"is '{Quoted.Text(text)}'; write one name or one range, and an entry of its own for each further one");
            return [];
        }

        // The set knows the rules and the limits; it does not keep the order.
        if (!NodeSet.TryParse(text, out _, out var problem))
        {
            section.Problem(key, $"is no range: {Quoted.Text(problem)}");
            return [];
        }

        return several ? [.. Parts(text).SelectMany(Combinations)] : [.. Combinations(text)];
    }

    private static IEnumerable<string> Parts(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is '[' or ']') depth += text[i] == '[' ? 1 : -1;
            if (i < text.Length && (depth > 0 || (text[i] != ',' && !char.IsWhiteSpace(text[i])))) continue;
            if (i > start) yield return text[start..i];
            start = i + 1;
        }
    }

    /// <summary>Writes out addresses.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="count">How many there have to be.</param>
    /// <returns>The addresses; none when the key is absent or wrong.</returns>
    public static ImmutableArray<IPAddress> Addresses(Section section, string key, int count)
    {
        if (section.Text(key) is not { } text || count == 0) return [];
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var host in Hosts(section, key, text, count))
        {
            if (IPAddress.TryParse(host, out var address) && (host.Contains(':') || host.Count(static c => c == '.') == 3))
            {
                addresses.Add(address);
                continue;
            }

            section.Problem(key, $"gives '{Quoted.Text(host)}', which is no address");
            return [];
        }

        return addresses.ToImmutable();
    }

    /// <summary>Writes out addresses or host names.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="count">How many there have to be.</param>
    /// <returns>The hosts; none when they are wrong.</returns>
    public static ImmutableArray<string> Hosts(Section section, string key, string text, int count)
    {
        if (text.Length == 0) section.Problem(key, "is empty");
        // IPv6 addresses have ':', which ranges do not.
        var hosts = IPAddress.TryParse(text, out _) ? [text] : Expand(section, key, text);
        if (hosts.IsEmpty || count == 0 || hosts.Length == count) return count == 0 ? [] : hosts;
        section.Problem(key, $"gives {hosts.Length} for {count} {(count == 1 ? "node" : "nodes")}; '{Quoted.Text(text)}' has to give one for each");
        return [];
    }

    private static string Outside(string text)
    {
        var depth = 0;
        return string.Concat(text.Where(c => (c == '[' ? ++depth : c == ']' ? --depth + 1 : depth) == 0));
    }

    private static IEnumerable<string> Combinations(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        if (open < 0) return [text];
        var close = text.IndexOf(']', open);
        var rest = Combinations(text[(close + 1)..]).ToList();
        return text[(open + 1)..close].Split(',').SelectMany(Numbers).SelectMany(number => rest.Select(tail => text[..open] + number + tail));
    }

    private static IEnumerable<string> Numbers(string range)
    {
        var bounds = range.Split('-');
        if (bounds.Length == 1) return [range];
        var width = bounds[0].Length == bounds[1].Length ? bounds[0].Length : 0;
        var first = long.Parse(bounds[0], CultureInfo.InvariantCulture);
        var count = (int)(long.Parse(bounds[1], CultureInfo.InvariantCulture) - first) + 1;
        return Enumerable.Range(0, count).Select(index => (first + index).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0'));
    }
}
