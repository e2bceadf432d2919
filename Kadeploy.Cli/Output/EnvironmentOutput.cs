using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <summary>Writes what concerns environments, for people or for programs.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="json">Whether it is for programs.</param>
/// <param name="screen">What the screen can show.</param>
internal sealed class EnvironmentOutput(TextWriter writer, bool json, ScreenSettings screen)
{
    private const int WidthOfFiles = 160;

    public void List(IReadOnlyList<RecordedEnvironment> environments)
    {
        if (json)
        {
            foreach (var each in environments) Write(EnvironmentLine.Of(each, null), EnvironmentLines.Default.EnvironmentLine);
            return;
        }

        if (environments.Count == 0)
        {
            writer.WriteLine("No environment has been found.");
            return;
        }

        var table = TableOutput.Table("Name", "Version", "User", "Visibility", "OS", "Description");
        table.Columns[1].RightAligned();
        foreach (var each in environments.Select(static each => each.Environment))
        {
            var os = each.OperatingSystem.ToString().ToLowerInvariant();
            table.AddRow(
                Cell(each.Alias is null ? each.Name : $"{each.Name} ({each.Alias})"), Cell($"{each.Version}"), Cell(each.User), Cell(each.Visibility.ToString().ToLowerInvariant()),
                Cell(each.Architecture is null ? os : $"{os} {each.Architecture}"), Cell(each.Description.ReplaceLineEndings(" ")));
        }

        WriteTable(table);
    }

    public void Print(IEnvironmentCatalog catalog, IReadOnlyList<KaEnvironment> environments, bool owners)
    {
        if (!json) writer.Write(catalog.Write(environments, owners));
        else foreach (var each in environments) Write(EnvironmentLine.Of(each), EnvironmentLines.Default.EnvironmentLine);
    }

    public void Changed(string change, IReadOnlyList<RecordedEnvironment> environments)
    {
        foreach (var each in environments)
        {
            if (json) Write(EnvironmentLine.Of(each, change), EnvironmentLines.Default.EnvironmentLine);
            else writer.WriteLine($"{change}: {Printable.Text(each.Environment.ToString())} of {Printable.Text(each.Environment.User)}{(change == "changed" ? $", revision {each.Environment.Revision}" : "")}");
        }
    }

    public void History(IEnvironmentCatalog catalog, IReadOnlyList<EnvironmentRevision> history)
    {
        KaEnvironment? before = null;
        foreach (var each in history)
        {
            var now = each.Environment;
            IReadOnlyList<FieldDifference> differences = before is null || each.Kind == EnvironmentChangeKind.Deleted ? [] : catalog.Compare(before, now);
            if (json)
            {
                Write(new(now.Name, now.Version, now.User, now.Revision, each.Kind, each.At, each.By, differences), EnvironmentLines.Default.RevisionLine);
            }
            else
            {
                writer.WriteLine($"revision {now.Revision}  {Wording.Moment(each.At)}  {each.Kind.ToString().ToLowerInvariant()} by {Printable.Text(each.By)}");
                foreach (var difference in differences) Difference(difference, "  ");
            }

            before = now;
        }
    }

    public void Differences(KaEnvironment environment, IReadOnlyList<FieldDifference> differences)
    {
        if (json) foreach (var each in differences) Write(new(each.Field, each.Before, each.After), EnvironmentLines.Default.DifferenceLine);
        else if (differences.Count == 0) writer.WriteLine($"{Printable.Text(environment.ToString())} of {Printable.Text(environment.User)}: no differences.");
        else foreach (var each in differences) Difference(each, "");
    }

    public void Verification(EnvironmentVerification found)
    {
        var environment = found.Environment;
        if (json)
        {
            Write(
                new(
                    environment.Name, environment.Version, environment.User, found.WouldBoot, found.Sha256, found.Length, found.UnpackedLength, found.Entries, found.Kernel, found.Initrd,
                    found.RootFileSystem, found.Findings),
                EnvironmentLines.Default.VerificationLine);
            return;
        }

        foreach (var each in found.Findings) writer.WriteLine($"{Mark(each.Verdict)} {each.Subject}: {Printable.Text(each.Text)}");
        if (found.UnpackedLength is { } bytes)
            writer.WriteLine($"   {Wording.Bytes(found.Length)} unpack to {Wording.Bytes(bytes)}{(found.Entries is { } entries ? $", {Wording.Number(entries)} entries" : "")}");
        writer.WriteLine(found.WouldBoot switch
        {
            BootVerdict.Yes => "A node would boot it.",
            BootVerdict.No => "A node would not boot it.",
            _ => "Whether a node would boot it cannot be told.",
        });
    }

    private static string Mark(BootVerdict verdict) => verdict switch { BootVerdict.Yes => "ok", BootVerdict.No => "NO", _ => "? " };

    private void Difference(FieldDifference difference, string indent)
    {
        var field = Printable.Text(difference.Field);
        if (difference.Before is { } before) writer.WriteLine($"{indent}- {field}: {Printable.Text(before)}");
        if (difference.After is { } after) writer.WriteLine($"{indent}+ {field}: {Printable.Text(after)}");
    }

    private static Text Cell(string text) => TableOutput.Cell(Printable.Text(text));

    private void WriteTable(Table table) =>
        (screen.OutputIsTerminal ? screen : screen with { Width = WidthOfFiles }).Ansi(writer, screen.OutputIsTerminal).Write(table);

    private void Write<T>(T line, JsonTypeInfo<T> type) => writer.WriteLine(JsonSerializer.Serialize(line, type));
}
