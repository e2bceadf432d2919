using System.Text.Json;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>What a deployment came to.</summary>
/// <param name="ExitCode">The command's exit code.</param>
/// <param name="Error">What it wrote to standard error.</param>
/// <param name="Nodes">How nodes ended: their state, and the fault of those that failed.</param>
/// <param name="Lines">The JSON lines that it wrote to standard output.</param>
/// <param name="Output">All that it wrote to standard output, as text.</param>
internal sealed record DeploymentResult(int ExitCode, string Error, string Output, IReadOnlyDictionary<string, NodeEnd> Nodes, IReadOnlyList<JsonElement> Lines)
{
    public static DeploymentResult Of(int exitCode, CommandRun run) => new(
        exitCode, run.Error, run.Output,
        run.Lines.Where(static line => line.GetProperty("kind").GetString() == "nodeFinished")
            .ToDictionary(static line => line.GetProperty("node").GetString()!, NodeEnd.Of),
        run.Lines);

    /// <summary>Gets the operation's identifier.</summary>
    public string? Operation => Lines is [var first, ..] && first.TryGetProperty("operation", out var id) ? id.GetString() : null;

    /// <summary>Asserts that nodes are well.</summary>
    public void AssertOk(params string[] nodes)
    {
        foreach (var node in nodes) Assert.True(Nodes.TryGetValue(node, out var end) && end.State == "ok", $"{node}: {Text}");
    }

    /// <summary>Asserts how a node failed.</summary>
    /// <returns>Its end.</returns>
    public NodeEnd AssertFault(string node, FaultCode code)
    {
        Assert.True(Nodes.TryGetValue(node, out var end) && end.State == "ko" && end.Code == code.ToString(), $"{node} should have {code}: {Text}");
        return end!;
    }

    /// <summary>Gets everything, for a test that fails.</summary>
    public string Text =>
        $"exit code {ExitCode}\n{string.Join('\n', Nodes.Select(static each => $"{each.Key}: {each.Value}"))}\n{Error}\n"
        + string.Join('\n', Lines.Where(static line => line.GetProperty("kind").GetString() == "stepFailed").Select(static line => line.ToString()));
}

/// <summary>How a node ended.</summary>
internal sealed record NodeEnd(string State, string? Code, string? Message, string Evidence, string? MicroStep, string? Digest, string? Power)
{
    public static NodeEnd Of(JsonElement line)
    {
        var fault = line.TryGetProperty("fault", out var found) ? found : (JsonElement?)null;
        return new(
            line.GetProperty("state").GetString()!, fault?.GetProperty("code").GetString(), fault?.GetProperty("message").GetString(),
            fault is { } known ? string.Join('\n', known.GetProperty("evidence").EnumerateArray().Select(static each => each.GetString())) : "",
            line.TryGetProperty("microStep", out var step) ? step.GetString() : null,
            line.TryGetProperty("imageDigest", out var digest) ? digest.GetString() : null,
            line.TryGetProperty("power", out var power) ? power.GetString() : null);
    }
}
