using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <summary>A file of the cache, for programs.</summary>
internal sealed record CachedFileLine(
    string? Change, string Sha256, long Length, string Path, IReadOnlyList<string> Sources, DateTimeOffset AddedAt, DateTimeOffset UsedAt, DateTimeOffset VerifiedAt, bool Pinned, bool InUse, string? Problem)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "cachedFile";

    /// <summary>Writes a file as a line.</summary>
    /// <param name="file">The file.</param>
    /// <param name="change">What was done to it, or null.</param>
    /// <param name="problem">What is wrong with it, or null.</param>
    /// <returns>The line.</returns>
    public static CachedFileLine Of(CachedFile file, string? change, string? problem) => new(
        change, file.Sha256, file.Length, file.Path, file.Sources, file.AddedAt, file.UsedAt, file.VerifiedAt, file.Pinned, file.InUse, problem);
}

/// <summary>The cache as a whole, for programs.</summary>
internal sealed record CacheLine(int Files, long Used, long Partial, long Limit)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "cache";
}

/// <summary>The JSON of <c>kadeploy cache</c>; what is unknown is written as null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CachedFileLine))]
[JsonSerializable(typeof(CacheLine))]
internal sealed partial class CacheLines : JsonSerializerContext;

/// <summary>Writes what concerns the cache, for people or for programs.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="json">Whether it is for programs.</param>
/// <param name="screen">What the screen can show.</param>
internal sealed class CacheOutput(TextWriter writer, bool json, ScreenSettings screen)
{
    private const int ShownDigits = 12;
    private const int WidthOfFiles = 160;

    public void Contents(CacheContents contents)
    {
        if (json)
        {
            foreach (var file in contents.Files) Write(CachedFileLine.Of(file, null, null), CacheLines.Default.CachedFileLine);
            Write(new(contents.Files.Length, contents.Used, contents.Partial, contents.Limit), CacheLines.Default.CacheLine);
            return;
        }

        if (!contents.Files.IsEmpty)
        {
            var table = TableOutput.Table("SHA-256", "Size", "Used", "Verified", "", "From");
            table.Columns[1].RightAligned();
            foreach (var file in contents.Files)
            {
                var state = string.Join(", ", new[] { file.Pinned ? "pinned" : "", file.InUse ? "in use" : "" }.Where(static word => word.Length > 0));
                table.AddRow(
                    TableOutput.Cell(file.Sha256[..ShownDigits]), TableOutput.Cell(Wording.Bytes(file.Length)), TableOutput.Cell(Wording.Moment(file.UsedAt)),
                    TableOutput.Cell(Wording.Moment(file.VerifiedAt)), TableOutput.Cell(state), TableOutput.Cell(Printable.Text(string.Join(' ', file.Sources))));
            }

            (screen.OutputIsTerminal ? screen : screen with { Width = WidthOfFiles }).Ansi(writer, screen.OutputIsTerminal).Write(table);
        }

        writer.WriteLine(
            $"{(contents.Files.Length == 1 ? "1 file" : $"{contents.Files.Length} files")}, {Wording.Bytes(contents.Used)} of {Wording.Bytes(contents.Limit)}"
            + (contents.Partial > 0 ? $", of which {Wording.Bytes(contents.Partial)} of downloads that are not whole" : ""));
    }

    public void Changed(string change, CachedFile file)
    {
        if (json) Write(CachedFileLine.Of(file, change, null), CacheLines.Default.CachedFileLine);
        else writer.WriteLine($"{change}: {Named(file)}");
    }

    public void Checked(CacheCheck check)
    {
        if (json) Write(CachedFileLine.Of(check.File, "verified", check.Problem), CacheLines.Default.CachedFileLine);
        else writer.WriteLine(check.Problem is null ? $"ok: {Named(check.File)}" : $"removed: {Named(check.File)}: {check.Problem}");
    }

    private static string Named(CachedFile file) => Printable.Text($"{file.Sha256[..ShownDigits]}  {Wording.Bytes(file.Length)}  {string.Join(' ', file.Sources)}").TrimEnd();

    private void Write<T>(T line, JsonTypeInfo<T> type) => writer.WriteLine(JsonSerializer.Serialize(line, type));
}
