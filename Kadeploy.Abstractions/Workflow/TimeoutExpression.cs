using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kadeploy;

/// <summary>A limit in seconds that may depend on <c>n</c>, the number of nodes, such as <c>200 + 150 * log(n)</c>.</summary>
/// <remarks>
/// The grammar is closed: numbers, <c>n</c>, <c>+ - * / % **</c>, parentheses, and the functions <c>min max log log2 log10 sqrt</c>.
/// Nothing else is evaluated. Immutable; two expressions are equal when their texts are.
/// </remarks>
public sealed class TimeoutExpression : IEquatable<TimeoutExpression>
{
    /// <summary>The longest expression, in characters.</summary>
    public const int MaximumLength = 500;

    /// <summary>The longest limit that an expression may give: a week, in seconds.</summary>
    public const double MaximumSeconds = 7 * 24 * 3600;

    private readonly Func<double, double> _evaluate;

    private TimeoutExpression(string text, Func<double, double> evaluate) => (Text, _evaluate) = (text, evaluate);

    /// <summary>Gets the expression "no limit", written <c>0</c>.</summary>
    public static TimeoutExpression None { get; } = Seconds(0);

    /// <summary>Gets the text that was read.</summary>
    public string Text { get; }

    /// <summary>Makes an expression of a constant.</summary>
    /// <param name="seconds">Seconds, from 0 (no limit) to <see cref="MaximumSeconds"/>.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside of that.</exception>
    public static TimeoutExpression Seconds(int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, MaximumSeconds);
        return Parse(seconds.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">At most <see cref="MaximumLength"/> characters.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="FormatException">The text is outside the grammar; the message quotes it and gives the position from 1.</exception>
    public static TimeoutExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var expression, out var problem) ? expression : throw new FormatException(problem);
    }

    /// <summary>Reads an expression without throwing.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    /// <param name="expression">The expression, or null.</param>
    /// <param name="problem">Null, or what is wrong, with the text and the position from 1.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out TimeoutExpression? expression, [NotNullWhen(false)] out string? problem)
    {
        expression = null;
        problem = null;
        try
        {
            expression = new(text ?? "", new TimeoutExpressionParser(text ?? "").Parse());
            return true;
        }
        catch (FormatException wrong)
        {
            problem = wrong.Message;
            return false;
        }
    }

    /// <summary>Gives the limit for a number of nodes.</summary>
    /// <param name="nodes">The number of nodes, from 1.</param>
    /// <returns>Whole seconds, truncated; null for "no limit", that is, when the value is below 1, as in Kadeploy 3.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no nodes.</exception>
    /// <exception cref="ArithmeticException">The value is negative, not a number, or above <see cref="MaximumSeconds"/>.</exception>
    public TimeSpan? Evaluate(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        var seconds = _evaluate(nodes);
        if (!(seconds >= 0 && seconds <= MaximumSeconds))
            throw new ArithmeticException(
                $"'{Text}' gives {seconds.ToString("R", CultureInfo.InvariantCulture)} for n = {nodes}; a limit is from 0 to {MaximumSeconds} seconds");
        var whole = Math.Truncate(seconds);
        return whole == 0 ? null : TimeSpan.FromSeconds(whole);
    }

    /// <inheritdoc/>
    public bool Equals(TimeoutExpression? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TimeoutExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
