using Kadeploy.Engine.Configuration.Reading;

namespace Kadeploy.Engine.Configuration;

/// <summary>Amounts of bytes as people write them.</summary>
public static class ByteSize
{
    /// <summary>Reads an amount.</summary>
    /// <param name="text">A number with MB, GB, TB (powers of 1000) or MiB, GiB, TiB (powers of 1024).</param>
    /// <returns>Bytes, from 1; null when it is none.</returns>
    public static long? Parse(string text) => Sizes.Parse(text ?? "");
}
