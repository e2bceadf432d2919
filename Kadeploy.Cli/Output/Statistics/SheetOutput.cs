using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Kadeploy.Cli.Output.Statistics;

/// <summary>How rows are written.</summary>
internal enum SheetFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For spreadsheets.</summary>
    Csv,

    /// <summary>For programs.</summary>
    Json,
}

/// <summary>Writes rows of results as they come; memory does not grow with their number.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="screen">What it can show.</param>
/// <param name="format">How.</param>
internal sealed class SheetOutput(TextWriter writer, ScreenSettings screen, SheetFormat format)
{
    /// <summary>How many rows a table has; more of them make several, so that their widths need not be known before.</summary>
    private const int RowsOfTable = 1000;

    private const int WidthOfFiles = 200;

    // As for events: the output goes to terminals and pipes, not into HTML.
    private static readonly StatisticsLines Lines =
        new(new JsonSerializerOptions(StatisticsLines.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Gets how rows are written.</summary>
    public SheetFormat Format => format;

    /// <summary>Gets standard output, for what people read beside tables.</summary>
    public TextWriter Writer => writer;

    /// <summary>Writes rows that come one by one.</summary>
    /// <typeparam name="T">What a row shows.</typeparam>
    /// <typeparam name="TLine">A row as JSON.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns for people and spreadsheets.</param>
    /// <param name="line">Makes the JSON.</param>
    /// <param name="type">Its type.</param>
    /// <param name="none">What is said to people when there are no rows.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>How many rows there were.</returns>
    public async Task<int> WriteAsync<T, TLine>(
        IAsyncEnumerable<T> rows, IReadOnlyList<SheetColumn<T>> columns, Func<T, TLine> line, Func<StatisticsLines, JsonTypeInfo<TLine>> type, string none,
        CancellationToken cancellationToken)
    {
        var count = 0;
        Table? table = null;
        if (format == SheetFormat.Csv) Csv.Write(writer, columns.Select(static column => column.Name));
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            count++;
            switch (format)
            {
                case SheetFormat.Json:
                    writer.WriteLine(JsonSerializer.Serialize(line(row), type(Lines)));
                    break;
                case SheetFormat.Csv:
                    Csv.Write(writer, columns.Select(column => column.Value(row)));
                    break;
                default:
                    table ??= TableOf(columns);
                    table.AddRow(columns.Select(column => TableOutput.Cell(column.Text(row))));
                    if (count % RowsOfTable != 0) break;
                    Show(table);
                    table = null;
                    break;
            }
        }

        if (table is not null) Show(table);
        if (count == 0 && format == SheetFormat.Table) writer.WriteLine(none);
        return count;
    }

    /// <summary>Writes rows that are there.</summary>
    /// <typeparam name="T">What a row shows.</typeparam>
    /// <typeparam name="TLine">A row as JSON.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns for people and spreadsheets.</param>
    /// <param name="line">Makes the JSON.</param>
    /// <param name="type">Its type.</param>
    /// <param name="none">What is said to people when there are no rows.</param>
    /// <returns>A task.</returns>
    public Task WriteAsync<T, TLine>(
        IReadOnlyList<T> rows, IReadOnlyList<SheetColumn<T>> columns, Func<T, TLine> line, Func<StatisticsLines, JsonTypeInfo<TLine>> type, string none) =>
        WriteAsync(rows.ToAsyncEnumerable(), columns, line, type, none, CancellationToken.None);

    private static Table TableOf<T>(IReadOnlyList<SheetColumn<T>> columns)
    {
        var table = TableOutput.Table([.. columns.Select(static column => column.Title)]);
        for (var i = 0; i < columns.Count; i++)
        {
            if (!columns[i].IsNumber) continue;
            table.Columns[i].RightAligned();
            table.Columns[i].NoWrap();
        }

        return table;
    }

    private void Show(Table table) => (screen.OutputIsTerminal ? screen : screen with { Width = WidthOfFiles }).Ansi(writer, screen.OutputIsTerminal).Write(table);
}
