using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Kadeploy.Miniroot.Sample;

namespace Kadeploy.Cli.Output;

/// <summary>Writes what a build made, for people or for programs.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="json">Whether it is for programs.</param>
[SupportedOSPlatform("linux")]
internal sealed class BuiltOutput(TextWriter writer, bool json)
{
    public void Miniroot(MinirootImages built)
    {
        if (json)
        {
            Write(
                new(built.Kernel, built.Initrd, built.KernelVersion, built.KernelBytes, built.InitrdBytes, built.UnpackedBytes, built.Sha256, built.Packages, built.Missing),
                BuiltLines.Default.MinirootLine);
            return;
        }

        writer.WriteLine($"{built.Kernel}  {Megabytes(built.KernelBytes)}, {built.KernelVersion}");
        writer.WriteLine($"{built.Initrd}  {Megabytes(built.InitrdBytes)}, {Megabytes(built.UnpackedBytes)} in memory, SHA-256 {built.Sha256}");
    }

    public void Overlay(string path, long bytes)
    {
        if (json) Write(new(path, bytes), BuiltLines.Default.OverlayLine);
        else writer.WriteLine($"{path}  {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes");
    }

    public void Sample(SampleImages built)
    {
        if (json)
        {
            Write(new(built.Image, built.Description, built.ImageBytes, built.Sha256, built.KernelVersion), BuiltLines.Default.SampleLine);
            return;
        }

        writer.WriteLine($"{built.Image}  {Megabytes(built.ImageBytes)}, kernel {built.KernelVersion}, SHA-256 {built.Sha256}");
        writer.WriteLine(built.Description);
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private void Write<T>(T line, JsonTypeInfo<T> type) => writer.WriteLine(JsonSerializer.Serialize(line, type));
}

/// <summary>Tells on standard error what takes time; builds speak from several threads.</summary>
/// <param name="writer">Standard error.</param>
internal sealed class Said(TextWriter writer)
{
    public void Line(string text)
    {
        lock (writer) writer.WriteLine("kadeploy: " + text);
    }
}

/// <summary>A deployment environment.</summary>
internal sealed record MinirootLine(
    string Kernel, string Initrd, string KernelVersion, long KernelBytes, long InitrdBytes, long UnpackedBytes, string Sha256,
    IReadOnlyList<string> Packages, IReadOnlyList<string> Missing)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "miniroot";
}

/// <summary>An overlay.</summary>
internal sealed record OverlayLine(string Overlay, long Bytes)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "overlay";
}

/// <summary>A system image.</summary>
internal sealed record SampleLine(string Image, string Description, long ImageBytes, string Sha256, string KernelVersion)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "sampleEnvironment";
}

/// <summary>The JSON of builds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MinirootLine))]
[JsonSerializable(typeof(OverlayLine))]
[JsonSerializable(typeof(SampleLine))]
internal sealed partial class BuiltLines : JsonSerializerContext;
