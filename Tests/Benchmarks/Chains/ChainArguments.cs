using System.Globalization;

namespace Kadeploy.Benchmarks.Chains;

/// <summary>What a measurement of the chain is to do.</summary>
internal sealed record ChainArguments
{
    /// <summary>What <c>chain --help</c> prints.</summary>
    public const string Usage = """
        usage: chain [options]
          --receivers N     how many nodes (default 8)
          --size MIB        the image (default 1024)
          --rate MBIT       the speed of every link (default: not limited, so the processors are the limit)
          --runs N          how many runs; medians are given (default 3)
          --protect clear|sealed   (default clear)
          --digests on|off  (default on)
          --ring MIB        memory for blocks on each node (default: the agent's own choice)
          --chains N, --arity N
          --sink null|file  (default null; with a fault, file)
          --fault none|kill|kill-tenth|kill-first|kill-three|link-down|freeze|slow|slow-first|corrupt|late|matrix   (default none)
          --at SECONDS      when the fault comes (default: a third of the ideal time)
          --seed N          chooses the nodes that fail (default 1)
        """;

    public int Receivers { get; private set; } = 8;

    public int SizeMebibytes { get; private set; } = 1024;

    public int RateMegabits { get; private set; }

    public int Runs { get; private set; } = 3;

    public bool IsSealed { get; private set; }

    public bool Verifies { get; private set; } = true;

    public int RingMebibytes { get; private set; }

    public int Chains { get; private set; } = 1;

    public int Arity { get; private set; } = 1;

    public bool ToFile { get; private set; }

    public string Fault { get; init; } = "none";

    public double? At { get; private set; }

    public int Seed { get; private set; } = 1;

    /// <summary>Reads arguments.</summary>
    /// <exception cref="FormatException">They make no sense.</exception>
    public static ChainArguments Parse(ReadOnlySpan<string> arguments)
    {
        var read = new ChainArguments();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) throw new FormatException($"{arguments[i]} needs a value");
            var value = arguments[i + 1];
            int Number() => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{value} is no number");
            switch (arguments[i])
            {
                case "--receivers": read.Receivers = Number(); break;
                case "--size": read.SizeMebibytes = Number(); break;
                case "--rate": read.RateMegabits = Number(); break;
                case "--runs": read.Runs = Number(); break;
                case "--protect": read.IsSealed = value == "sealed"; break;
                case "--digests": read.Verifies = value != "off"; break;
                case "--ring": read.RingMebibytes = Number(); break;
                case "--chains": read.Chains = Number(); break;
                case "--arity": read.Arity = Number(); break;
                case "--sink": read.ToFile = value == "file"; break;
                case "--fault": read = read with { Fault = value, ToFile = true }; break;
                case "--at": read.At = double.Parse(value, CultureInfo.InvariantCulture); break;
                case "--seed": read.Seed = Number(); break;
                default: throw new FormatException($"{arguments[i]} is no option\n{Usage}");
            }
        }

        return read;
    }
}
