namespace Kadeploy.Engine.Statistics;

/// <summary>What can be said of shares of small numbers.</summary>
internal static class Proportions
{
    /// <summary>The quantile of the normal distribution that leaves 2.5 % on each side.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>Gives the bounds between which a true share lies with 95 % confidence (Wilson 1927).</summary>
    /// <param name="successes">How many of all.</param>
    /// <param name="total">How many there are; 0 says nothing, so the bounds are 0 and 1.</param>
    /// <returns>The bounds, from 0 to 1.</returns>
    public static Interval Wilson(long successes, long total)
    {
        if (total == 0) return new(0, 1);
        var (n, share) = ((double)total, (double)successes / total);
        var middle = (share + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var reach = Z / (1 + (Z * Z / n)) * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        return new(successes == 0 ? 0 : Math.Max(0, middle - reach), successes == total ? 1 : Math.Min(1, middle + reach));
    }

    /// <summary>Gives the bounds of the difference of two shares with 95 % confidence (Newcombe 1998, method 10).</summary>
    /// <param name="before">The share that is taken off, with its Wilson bounds.</param>
    /// <param name="beforeBounds">Its Wilson bounds.</param>
    /// <param name="after">The share that it is taken off from.</param>
    /// <param name="afterBounds">Its Wilson bounds.</param>
    /// <returns>The bounds of <paramref name="after"/> less <paramref name="before"/>.</returns>
    public static Interval Difference(double before, Interval beforeBounds, double after, Interval afterBounds)
    {
        var difference = after - before;
        return new(
            difference - Math.Sqrt(Square(after - afterBounds.Low) + Square(beforeBounds.High - before)),
            difference + Math.Sqrt(Square(afterBounds.High - after) + Square(before - beforeBounds.Low)));

        static double Square(double x) => x * x;
    }

    /// <summary>Gives the probability of so many failures or more.</summary>
    /// <param name="failures">How many, from 0 to <paramref name="total"/>.</param>
    /// <param name="total">Of how many.</param>
    /// <param name="rate">How probable each is, from 0 to 1.</param>
    /// <returns>The upper tail of the binomial distribution.</returns>
    public static double TailOf(long failures, long total, double rate)
    {
        if (failures <= 0) return 1;
        if (rate <= 0) return 0;
        if (rate >= 1) return 1;
        // From the first term on, each by the one before it; logarithms, because the first may be smaller than any double.
        var term = LogFactorial(total) - LogFactorial(failures) - LogFactorial(total - failures)
            + (failures * Math.Log(rate)) + ((total - failures) * Math.Log(1 - rate));
        var (sum, factor) = (1.0, 1.0);
        for (var k = failures; k < total; k++)
        {
            factor *= (double)(total - k) / (k + 1) * (rate / (1 - rate));
            sum += factor;
            if (factor < sum * 1e-16 && k > rate * total) break; // what follows is smaller still
        }

        return Math.Min(1, Math.Exp(term + Math.Log(sum)));
    }

    /// <summary>Gives the natural logarithm of n! (Stirling's series from 20 on, whose error is below 1e-13).</summary>
    private static double LogFactorial(long n)
    {
        if (n < 20)
        {
            var product = 1.0;
            for (var i = 2; i <= n; i++) product *= i;
            return Math.Log(product);
        }

        double x = n + 1;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x)) + (1 / (1260 * Math.Pow(x, 5)));
    }
}
