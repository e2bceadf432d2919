using Kadeploy.Agent.Chain;
using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Images;

/// <summary><c>kadeploy-agent write</c>: writes what comes on its standard input onto a disk or a partition.</summary>
internal static unsafe class WriteCommand
{
    /// <summary>The name of the command.</summary>
    public const string Name = "write";

    /// <summary>The option by which files may be written, too.</summary>
    public const string AnyFile = "--any";

    private const int BufferSize = 1024 * 1024;
    private const int Failed = 1;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">All arguments of the agent.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="FormatException">They make no sense.</exception>
    public static int Run(string[] arguments)
    {
        var (path, isAny) = arguments switch
        {
            [Name, AnyFile, { Length: > 0 } file] => (file, true),
            [Name, { Length: > 0 } device] => (device, false),
            _ => throw new FormatException("write takes a disk or a partition; see --help"),
        };
        using var target = ImageTarget.Open(path, !isAny, out var problem);
        if (target is not null) problem = Copy(target);
        if (problem.Length == 0) return 0;
        Log.Write(problem);
        return Failed;
    }

    private static string Copy(ImageTarget target)
    {
        var buffer = new byte[BufferSize];
        long length = 0;
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Read(start);
                if (count < 0) return "the image cannot be read";
                if (count == 0) return target.Finish(length);
                var isZeros = !buffer.AsSpan(0, count).ContainsAnyExcept((byte)0);
                if (target.Write(length, isZeros ? null : start, count) is { Length: > 0 } problem) return problem;
                length += count;
            }
        }
    }

    // Whole buffers, so that every place that is written is a multiple of any device's block.
    private static int Read(byte* start)
    {
        var got = 0;
        while (got < BufferSize)
        {
            var count = Libc.Read(0, start + got, BufferSize - got);
            if (count == 0) break;
            if (count > 0) got += (int)count;
            else if (global::System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Libc.Eintr) return -1;
        }

        return got;
    }
}
