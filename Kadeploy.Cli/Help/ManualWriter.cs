using System.CommandLine;
using Kadeploy.Cli.Commands;

namespace Kadeploy.Cli.Help;

/// <summary>Lays out a manual page.</summary>
/// <param name="writer">Where it goes.</param>
/// <param name="width">The number of columns.</param>
internal sealed class ManualWriter(TextWriter writer, int width)
{
    private const int Indent = 4;
    private const int MaximumWidth = 100; // longer lines are hard to read

    private readonly int _width = Math.Clamp(width, 40, MaximumWidth);

    /// <summary>Writes a command's page.</summary>
    /// <param name="command">The command.</param>
    public void Write(CliCommand command)
    {
        var manual = command.Manual;
        Heading("NAME", first: true);
        Paragraph($"{command.FullName} - {command.Description}", Indent, Indent * 2);
        Heading("SYNOPSIS");
        foreach (var form in manual.Synopsis) Synopsis(form);
        Heading("DESCRIPTION");
        Paragraphs(manual.Description);
        Entries("COMMANDS", command.Subcommands.Select(static sub => (sub.Name, sub.Description ?? "")));
        Entries("ARGUMENTS", command.Arguments.Select(static argument => (argument.HelpName ?? argument.Name, argument.Description ?? "")));
        Entries("OPTIONS", Options(command).Select(static option => (Label(option), option.Description ?? "")));
        Table("EXIT CODES", ExitCodes.Table.Select(static row => (((int)row.Code).ToString("D"), row.Meaning)));
        Table("ENVIRONMENT", manual.Variables);
        Entries("EXAMPLES", manual.Examples.Select(static example => (example.CommandLine, example.Meaning)));
        Heading("SEE ALSO");
        Paragraph(string.Join(", ", manual.SeeAlso), Indent, Indent);
    }

    /// <summary>Lists the options of a command, those of its parents after its own.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The options that are not hidden.</returns>
    public static IEnumerable<Option> Options(Command command)
    {
        var inherited = command.Parents.OfType<Command>().SelectMany(Options).Where(static option => option.Recursive);
        return command.Options.Concat(inherited).Where(static option => !option.Hidden);
    }

    private static string Label(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(static name => name.Length));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    private void Heading(string title, bool first = false)
    {
        if (!first) writer.WriteLine();
        writer.WriteLine(title);
    }

    private void Synopsis(string form) => Wrap(Groups(form), Indent, Indent * 3);

    private void Paragraphs(IReadOnlyList<string> paragraphs)
    {
        for (var i = 0; i < paragraphs.Count; i++)
        {
            if (i > 0) writer.WriteLine();
            Paragraph(paragraphs[i], Indent, Indent);
        }
    }

    private void Entries(string title, IEnumerable<(string Label, string Text)> entries)
    {
        var first = true;
        foreach (var (label, text) in entries)
        {
            if (first) Heading(title);
            else writer.WriteLine();
            first = false;
            writer.WriteLine(new string(' ', Indent) + label); // never wrapped: examples are copied
            Paragraph(text, Indent * 2, Indent * 2);
        }
    }

    private void Table(string title, IEnumerable<(string Label, string Text)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0) return;
        Heading(title);
        var column = Indent + all.Max(static row => row.Label.Length) + 2;
        foreach (var (label, text) in all)
            Wrap([label.PadRight(column - Indent - 1), .. text.Split(' ')], Indent, column);
    }

    private void Paragraph(string text, int first, int rest) => Wrap(text.Split(' '), first, rest);

    private void Wrap(IEnumerable<string> words, int first, int rest)
    {
        var line = new string(' ', first);
        var empty = true;
        foreach (var word in words)
        {
            if (!empty && line.Length + 1 + word.Length > _width)
            {
                writer.WriteLine(line.TrimEnd());
                line = new string(' ', rest);
                empty = true;
            }

            line += empty ? word : " " + word;
            empty = false;
        }

        writer.WriteLine(line.TrimEnd());
    }

    /// <summary>Splits at spaces, but not inside brackets.</summary>
    private static IEnumerable<string> Groups(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (text[i] != ' ' || depth > 0) continue;
            yield return text[start..i];
            start = i + 1;
        }

        yield return text[start..];
    }
}
