namespace Kadeploy.Cli.Output.Statistics;

/// <summary>A column of results.</summary>
/// <typeparam name="T">What a row shows.</typeparam>
/// <param name="Name">Its name for programs.</param>
/// <param name="Title">Its title for people.</param>
/// <param name="Value">Gives the value for programs; null for none.</param>
/// <param name="Text">Gives the value for people.</param>
/// <param name="IsNumber">Whether it is a number, which stands at the right.</param>
internal sealed record SheetColumn<T>(string Name, string Title, Func<T, string?> Value, Func<T, string> Text, bool IsNumber)
{
    /// <summary>Makes a column of text, which is the same for both.</summary>
    /// <param name="name">Its name for programs.</param>
    /// <param name="title">Its title for people.</param>
    /// <param name="text">Gives the text; null for none.</param>
    /// <returns>The column.</returns>
    public static SheetColumn<T> OfText(string name, string title, Func<T, string?> text) =>
        new(name, title, text, row => Printable.Text(text(row) ?? ""), false);

    /// <summary>Makes a column of numbers.</summary>
    /// <param name="name">Its name for programs.</param>
    /// <param name="title">Its title for people.</param>
    /// <param name="number">Gives the number.</param>
    /// <returns>The column.</returns>
    public static SheetColumn<T> OfNumber(string name, string title, Func<T, long?> number) =>
        new(name, title, row => Figures.Number(number(row)), row => number(row) is { } known ? Wording.Number(known) : "", true);

    /// <summary>Makes a column of shares.</summary>
    /// <param name="name">Its name for programs.</param>
    /// <param name="title">Its title for people.</param>
    /// <param name="share">Gives the share, from 0 to 1.</param>
    /// <returns>The column.</returns>
    public static SheetColumn<T> OfShare(string name, string title, Func<T, double?> share) =>
        new(name, title, row => Figures.Share(share(row)), row => share(row) is { } known ? Figures.Percent(known) : "", true);

    /// <summary>Makes a column of durations.</summary>
    /// <param name="name">Its name for programs, which see seconds.</param>
    /// <param name="title">Its title for people.</param>
    /// <param name="duration">Gives the duration.</param>
    /// <returns>The column.</returns>
    public static SheetColumn<T> OfDuration(string name, string title, Func<T, TimeSpan?> duration) =>
        new(name, title, row => Figures.Seconds(duration(row)), row => duration(row) is { } known ? Wording.Duration(known) : "", true);

    /// <summary>Makes a column of moments.</summary>
    /// <param name="name">Its name for programs.</param>
    /// <param name="title">Its title for people.</param>
    /// <param name="moment">Gives the moment.</param>
    /// <returns>The column.</returns>
    public static SheetColumn<T> OfMoment(string name, string title, Func<T, DateTimeOffset?> moment) =>
        new(name, title, row => Figures.Moment(moment(row)), row => moment(row) is { } known ? Wording.Moment(known) : "", false);
}
