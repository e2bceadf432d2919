using System.Globalization;

namespace Kadeploy;

/// <summary>Reads the closed grammar of <see cref="TimeoutExpression"/> by recursive descent.</summary>
/// <remarks>
/// sum = product { ("+" | "-") product }; product = unary { ("*" | "/" | "%") unary }; unary = ( "-" | "+" ) unary | power;
/// power = atom [ "**" unary ]; atom = number | "n" | function "(" sum { "," sum } ")" | "(" sum ")". <c>min</c> and <c>max</c> take one
/// argument or more, the other functions one.
/// As in Ruby, <c>-2 ** 2</c> is <c>-(2 ** 2)</c>, <c>2 ** 3 ** 2</c> is <c>2 ** (3 ** 2)</c> and <c>-7 % 4</c> is 1. Other than there, all
/// numbers are real: <c>7 / 2</c> is 3.5.
/// </remarks>
internal sealed class TimeoutExpressionParser(string text)
{
    private const int MaximumDepth = 50;

    private int _position;
    private int _tokenStart;
    private int _depth;

    public Func<double, double> Parse()
    {
        if (text.Length > TimeoutExpression.MaximumLength)
            throw new FormatException($"the timeout has {text.Length} characters; at most {TimeoutExpression.MaximumLength} are allowed");
        var result = Sum();
        SkipSpace();
        return _position < text.Length ? throw Unexpected() : result;
    }

    private Func<double, double> Sum()
    {
        var left = Product();
        while (true)
        {
            var first = left;
            if (Take("+"))
            {
                var right = Product();
                left = n => first(n) + right(n);
            }
            else if (Take("-"))
            {
                var right = Product();
                left = n => first(n) - right(n);
            }
            else
            {
                return left;
            }
        }
    }

    private Func<double, double> Product()
    {
        var left = Unary();
        while (true)
        {
            var first = left;
            if (Take("*"))
            {
                var right = Unary();
                left = n => first(n) * right(n);
            }
            else if (Take("/"))
            {
                var right = Unary();
                left = n => first(n) / right(n);
            }
            else if (Take("%"))
            {
                var right = Unary();
                left = n => Modulo(first(n), right(n));
            }
            else
            {
                return left;
            }
        }
    }

    private Func<double, double> Unary()
    {
        if (Take("-"))
        {
            var operand = Nested(Unary);
            return n => -operand(n);
        }

        return Take("+") ? Nested(Unary) : Power();
    }

    private Func<double, double> Power()
    {
        var left = Atom();
        if (!Take("**")) return left;
        var right = Nested(Unary);
        return n => Math.Pow(left(n), right(n));
    }

    /// <summary>Reads what is one level deeper because of the token that was just taken.</summary>
    private Func<double, double> Nested(Func<Func<double, double>> read)
    {
        if (++_depth > MaximumDepth)
        {
            _position = _tokenStart;
            throw Error($"parentheses and operators are more than {MaximumDepth} levels deep");
        }

        var result = read();
        _depth--;
        return result;
    }

    private Func<double, double> Atom()
    {
        SkipSpace();
        if (_position >= text.Length) throw Unexpected();
        if (Take("("))
        {
            var inner = Nested(Sum);
            Expect(")");
            return inner;
        }

        var start = _position;
        if (char.IsAsciiDigit(text[start])) return Number();
        while (_position < text.Length && char.IsAsciiLetterOrDigit(text[_position])) _position++;
        var word = text[start.._position];
        switch (word)
        {
            case "n": return static n => n;
            case "log": return Function(Math.Log);
            case "log2": return Function(Math.Log2);
            case "log10": return Function(Math.Log10);
            case "sqrt": return Function(Math.Sqrt);
            case "min": return Fold(Math.Min);
            case "max": return Fold(Math.Max);
            default:
                _position = start;
                throw word.Length == 0 ? Unexpected() : Error($"'{word}' is unknown; use n, min, max, log, log2, log10 or sqrt");
        }
    }

    private Func<double, double> Number()
    {
        var start = _position;
        while (_position < text.Length && (char.IsAsciiDigit(text[_position]) || text[_position] == '.')) _position++;
        if (double.TryParse(text.AsSpan(start, _position - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && text[_position - 1] != '.')
            return _ => value;
        var wrong = text[start.._position];
        _position = start;
        throw Error($"'{wrong}' is no number");
    }

    private Func<double, double> Function(Func<double, double> function)
    {
        Expect("(");
        var argument = Nested(Sum);
        Expect(")");
        return n => function(argument(n));
    }

    private Func<double, double> Fold(Func<double, double, double> function)
    {
        Expect("(");
        var result = Nested(Sum);
        while (Take(","))
        {
            var left = result;
            var right = Nested(Sum);
            result = n => function(left(n), right(n));
        }

        Expect(")");
        return result;
    }

    // The result has the sign of the divisor, as in Ruby.
    private static double Modulo(double dividend, double divisor)
    {
        var rest = dividend % divisor;
        return rest * divisor < 0 ? rest + divisor : rest;
    }

    private bool Take(string token)
    {
        SkipSpace();
        if (!text.AsSpan(_position).StartsWith(token, StringComparison.Ordinal)) return false;
        if (token == "*" && text.AsSpan(_position).StartsWith("**", StringComparison.Ordinal)) return false;
        _tokenStart = _position;
        _position += token.Length;
        return true;
    }

    private void Expect(string token)
    {
        if (Take(token)) return;
        throw _position >= text.Length ? Error($"'{token}' is missing") : Error($"'{token}' was expected, not {Printable.Character(text[_position])}");
    }

    private void SkipSpace()
    {
        while (_position < text.Length && text[_position] is ' ' or '\t') _position++;
    }

    private FormatException Unexpected() =>
        _position >= text.Length ? Error("the expression ends too early") : Error($"{Printable.Character(text[_position])} was not expected");

    private FormatException Error(string what) => new($"timeout '{Printable.Text(text)}', position {_position + 1}: {what}");
}
