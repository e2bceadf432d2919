using System.Buffers;
using System.Text;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Writes kernel parameters, which are users' text, in the languages of boot programs in which they could mean something else.</summary>
internal static class KernelWords
{
    private static readonly SearchValues<char> GrubSpecial = SearchValues.Create("{}|&$;<>#*?'\"\\");
    private static readonly SearchValues<char> GrubSpecialInPaths = SearchValues.Create("{}|&$;<>#*?'\"\\ ");

    private static readonly string[] IpxeWords = ["||", "&&", ";"];

    /// <summary>Writes parameters as words of GRUB's language.</summary>
    /// <param name="parameters">The parameters; double quotes keep spaces inside of one, as for the kernel.</param>
    /// <returns>Text that GRUB reads as these words, and nothing else.</returns>
    public static string Grub(string parameters)
    {
        if (parameters.AsSpan().IndexOfAny(GrubSpecial) < 0) return parameters;
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in parameters)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ' ' && !quoted) End();
            else word.Append(c == '\'' ? "'\\''" : c);
        }

        End();
        return string.Join(' ', words);

        void End()
        {
            if (word.Length > 0) words.Add($"'{word}'");
            word.Clear();
        }
    }

    /// <summary>Writes a path as one word of GRUB's language.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The word.</returns>
    public static string GrubPath(string path) =>
        path.AsSpan().IndexOfAny(GrubSpecialInPaths) < 0 ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Says why parameters cannot be written into a script of iPXE, which knows no quotation marks.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <returns>The reason; null when they can.</returns>
    public static string? IpxeProblem(string parameters)
    {
        var text = parameters.Contains("${", StringComparison.Ordinal)
            ? "${"
            : parameters.Split(' ').FirstOrDefault(static word => word.StartsWith('#') || IpxeWords.Contains(word));
        return text is null
            ? null
            : $"its kernel parameters hold '{Quoted.Text(text)}', which means something to iPXE, by which these nodes boot over the network, and cannot be written otherwise there; leave it out, or let a boot loader be installed on disks";
    }
}
