using System.Globalization;
using Xunit;

namespace Kadeploy.Tests.Workflow;

public class TimeoutExpressionTests
{
    // Evaluate truncates and refuses what is below 0; 1000 added and parts of seconds multiplied show what is there.
    [Theory]
    [InlineData("1", 1)]
    [InlineData(" 7\t", 7)]
    [InlineData("1.999", 1)]
    [InlineData("n", 10)]
    [InlineData("200 + 150 * log(n)", 545)]
    [InlineData("3600 + n / 2", 3605)]
    [InlineData("7 / 2 * 2", 7)]
    [InlineData("2 + 3 * 4", 14)]
    [InlineData("(2 + 3) * 4", 20)]
    [InlineData("20 - 3 - 2", 15)]
    [InlineData("100 / 10 / 5", 2)]
    [InlineData("7 % 4", 3)]
    [InlineData("1000 + -7 % 4", 1001)]
    [InlineData("1000 + 7 % -4", 999)]
    [InlineData("1000 + -7 % -4", 997)]
    [InlineData("8 % 4 + 5", 5)]
    [InlineData("7.5 % 2 * 2", 3)]
    [InlineData("2 * 7 % 4", 2)]
    [InlineData("1000 + -2 ** 2", 996)]
    [InlineData("1000 + (-2) ** 2", 1004)]
    [InlineData("1000 - -2 ** 2", 1004)]
    [InlineData("2 ** 3 ** 2", 512)]
    [InlineData("(2 ** 3) ** 2", 64)]
    [InlineData("2 * 3 ** 2", 18)]
    [InlineData("2 ** 2 * 3", 12)]
    [InlineData("8 * 2 ** -2", 2)]
    [InlineData("2**-1*4", 2)]
    [InlineData("-2 ** 2 + 5", 1)]
    [InlineData("- - 5", 5)]
    [InlineData("--5", 5)]
    [InlineData("+5", 5)]
    [InlineData("-+-5", 5)]
    [InlineData("5 - -5", 10)]
    [InlineData("-n + 15", 5)]
    [InlineData("min(5)", 5)]
    [InlineData("min(5, 3, 4)", 3)]
    [InlineData("max(5, n, 4)", 10)]
    [InlineData("max(1,2)+min(3,4)", 5)]
    [InlineData("log2(8)", 3)]
    [InlineData("log10(n) * 5", 5)]
    [InlineData("sqrt(n * n)", 10)]
    [InlineData("sqrt (16)", 4)]
    [InlineData("((((((((((n))))))))))", 10)]
    [InlineData("604800", 604800)]
    public void Expressions_mean_what_they_mean_in_Ruby_but_for_whole_division(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), TimeoutExpression.Parse(text).Evaluate(10));

    [Theory]
    [InlineData("", 1, "ends too early")]
    [InlineData("   ", 4, "ends too early")]
    [InlineData("1 +", 4, "ends too early")]
    [InlineData("2 **", 5, "ends too early")]
    [InlineData("-", 2, "ends too early")]
    [InlineData("(1", 3, "')' is missing")]
    [InlineData("log(2", 6, "')' is missing")]
    [InlineData("log", 4, "'(' is missing")]
    [InlineData("log 2", 5, "'(' was expected, not '2'")]
    [InlineData("log(1, 2)", 6, "')' was expected, not ','")]
    [InlineData("1)", 2, "')' was not expected")]
    [InlineData("()", 2, "')' was not expected")]
    [InlineData("min()", 5, "')' was not expected")]
    [InlineData("min(1,)", 7, "')' was not expected")]
    [InlineData("1 2", 3, "'2' was not expected")]
    [InlineData("2n", 2, "'n' was not expected")]
    [InlineData("n n", 3, "'n' was not expected")]
    [InlineData("1, 2", 2, "',' was not expected")]
    [InlineData("* 2", 1, "'*' was not expected")]
    [InlineData("2 * * 3", 5, "'*' was not expected")]
    [InlineData("2 *** 3", 5, "'*' was not expected")]
    [InlineData("1e3", 2, "'e' was not expected")]
    [InlineData("0x10", 2, "'x' was not expected")]
    [InlineData("1_000", 2, "'_' was not expected")]
    [InlineData(".5", 1, "'.' was not expected")]
    [InlineData("1 + 5.", 5, "'5.' is no number")]
    [InlineData("1.2.3", 1, "'1.2.3' is no number")]
    [InlineData("N", 1, "'N' is unknown; use n, min, max, log, log2, log10 or sqrt")]
    [InlineData("1 + nodes", 5, "'nodes' is unknown")]
    [InlineData("Math.log(n)", 1, "'Math' is unknown")]
    [InlineData("2 * exit(1)", 5, "'exit' is unknown")]
    [InlineData("`id`", 1, "'`' was not expected")]
    [InlineData("n; exit", 2, "';' was not expected")]
    [InlineData("n ^ 2", 3, "'^' was not expected")]
    [InlineData("1 == 1", 3, "'=' was not expected")]
    [InlineData("n\n", 2, "U+000A was not expected")]
    [InlineData("1 + é", 5, "'é' was not expected")]
    [InlineData("٣", 1, "'٣' was not expected")]
    public void Anything_else_is_refused_with_its_position(string text, int position, string reason)
    {
        var message = Assert.Throws<FormatException>(() => TimeoutExpression.Parse(text)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains($"', position {position}: ", message, StringComparison.Ordinal);
        if (!text.Contains('\n', StringComparison.Ordinal)) Assert.Contains($"'{text}'", message, StringComparison.Ordinal);

        Assert.False(TimeoutExpression.TryParse(text, out var expression, out var problem));
        Assert.Null(expression);
        Assert.Equal(message, problem);
    }

    [Fact]
    public void Nothing_is_no_expression()
    {
        Assert.False(TimeoutExpression.TryParse(null, out _, out var problem));
        Assert.Contains("ends too early", problem, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => TimeoutExpression.Parse(null!));
    }

    [Theory]
    [InlineData("(", "n", ")", 1)]
    [InlineData("log2(", "n", ")", 5)]
    [InlineData("-", "n", "", 1)]
    [InlineData("2**", "n", "", 2)]
    [InlineData("min(1,", "n", ")", 4)]
    public void Levels_are_limited(string before, string middle, string after, int place)
    {
        string Nest(int levels) =>
            string.Concat(Enumerable.Repeat(before, levels)) + middle + string.Concat(Enumerable.Repeat(after, levels));

        Assert.True(TimeoutExpression.TryParse(Nest(50), out _, out var problem), problem);
        Assert.False(TimeoutExpression.TryParse(Nest(51), out _, out problem));
        Assert.Contains("more than 50 levels deep", problem, StringComparison.Ordinal);
        // The token that goes too deep: the parenthesis of a function, the operator of a power.
        Assert.Contains($"position {(50 * before.Length) + place}: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_is_limited_but_not_the_number_of_terms()
    {
        var longest = string.Join('+', Enumerable.Repeat('n', 250)) + " ";
        Assert.Equal(TimeoutExpression.MaximumLength, longest.Length);
        Assert.Equal(TimeSpan.FromSeconds(500), TimeoutExpression.Parse(longest).Evaluate(2));
        Assert.Contains("at most 500", Assert.Throws<FormatException>(() => TimeoutExpression.Parse(longest + " ")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("n - n")]
    [InlineData("0 * -1")]
    [InlineData("0.999")]
    [InlineData("log(n)")]
    public void Less_than_a_second_is_no_limit(string text) => Assert.Null(TimeoutExpression.Parse(text).Evaluate(1));

    [Theory]
    [InlineData("-1", "-1")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("5 - n", "-5")]
    [InlineData("604801", "604801")]
    [InlineData("n ** 100", "1E+100")]
    [InlineData("1 / 0", "Infinity")]
    [InlineData("0 / 0", "NaN")]
    [InlineData("n % 0", "NaN")]
    [InlineData("log(0 - n)", "NaN")]
    [InlineData("sqrt(-1)", "NaN")]
    [InlineData("min(0 / 0, 5)", "NaN")]
    [InlineData("log(0)", "-Infinity")]
    [InlineData("10 ** 400", "Infinity")]
    public void A_value_that_is_no_limit_is_an_arithmetic_error(string text, string value)
    {
        var message = Assert.Throws<ArithmeticException>(() => TimeoutExpression.Parse(text).Evaluate(10)).Message;
        Assert.Equal($"'{text}' gives {value} for n = 10; a limit is from 0 to 604800 seconds", message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void There_is_no_limit_for_no_nodes(int nodes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeoutExpression.Parse("n").Evaluate(nodes));

    [Fact]
    public void Constants_are_expressions()
    {
        Assert.Equal("400", TimeoutExpression.Seconds(400).Text);
        Assert.Equal(TimeoutExpression.None, TimeoutExpression.Seconds(0));
        Assert.Null(TimeoutExpression.None.Evaluate(1));
        Assert.Equal(TimeSpan.FromDays(7), TimeoutExpression.Seconds(604800).Evaluate(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeoutExpression.Seconds(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeoutExpression.Seconds(604801));
    }

    [Fact]
    public void Expressions_are_equal_when_their_texts_are()
    {
        Assert.Equal(TimeoutExpression.Parse("n+1"), TimeoutExpression.Parse("n+1"));
        Assert.Equal(TimeoutExpression.Parse("n+1").GetHashCode(), TimeoutExpression.Parse("n+1").GetHashCode());
        Assert.NotEqual(TimeoutExpression.Parse("n+1"), TimeoutExpression.Parse("1+n"));
        Assert.Equal("n+1", TimeoutExpression.Parse("n+1").ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_text_is_an_expression_or_a_format_error_and_nothing_else(int seed)
    {
        const int Words = 21;
        string[] tokens =
            ["n", "1", "2.5", "0", "999999999999999999999999", "+", "-", "*", "/", "%", "**", "(", ")", ",", " ", "log(", "log2(", "log10(", "sqrt(",
             "min(", "max(", // The rest is in no expression.
             "log", "x", ".", "\0", "\ud800", "é", "\u001b", "1e9", "((((", "))))"];
        var random = new Random(seed);
        var accepted = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var known = round % 2 == 0 ? Words : tokens.Length;
            var text = string.Concat(Enumerable.Range(0, random.Next(1, random.Next(2, 40))).Select(_ => tokens[random.Next(known)]));
            if (!TimeoutExpression.TryParse(text, out var expression, out var problem))
            {
                Assert.NotEmpty(problem);
                continue;
            }

            accepted++;
            Assert.Equal(text, expression.Text);
            try
            {
                Assert.NotEqual(TimeSpan.Zero, expression.Evaluate(random.Next(1, 10_000)));
            }
            catch (ArithmeticException refused)
            {
                Assert.Contains("a limit is from 0", refused.Message, StringComparison.Ordinal);
            }
        }

        // Otherwise only refusals would have been tested.
        Assert.True(accepted > 100, accepted.ToString(CultureInfo.InvariantCulture));
    }
}
