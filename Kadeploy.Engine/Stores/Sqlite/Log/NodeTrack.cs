using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>What has happened so far to a node in an operation, as far as its row in the log will tell it.</summary>
internal sealed class NodeTrack
{
    private Macros _macros;
    private byte[] _durations = new byte[112]; // about 25 of them
    private int _length;

    /// <summary>Gets or sets when the operation got the node, as on disk; null before.</summary>
    public long? Started { get; set; }

    /// <summary>Gets the durations so far, as on disk.</summary>
    public ReadOnlySpan<byte> Durations => _durations.AsSpan(0, _length);

    /// <summary>Gets a macro-step.</summary>
    /// <param name="place">Its place in the operation, from 0.</param>
    /// <returns>What has happened in it.</returns>
    public ref MacroTrack Macro(int place) => ref _macros[place];

    /// <summary>Notes that an attempt begins.</summary>
    /// <param name="step">The micro-step.</param>
    /// <param name="at">When, as on disk.</param>
    public void Begin(TrackedStep step, long at)
    {
        if (step.Place < 0) return;
        ref var macro = ref _macros[step.Place];
        macro.Begin ??= at;
        macro.Ordinal = step.Ordinal;
    }

    /// <summary>Notes that an attempt has come to its end.</summary>
    /// <param name="step">The micro-step.</param>
    /// <param name="at">When, as on disk.</param>
    /// <param name="duration">What it took, as on disk.</param>
    /// <param name="failure">What follows when it failed; null when it succeeded.</param>
    public void End(TrackedStep step, long at, long duration, FailureConsequence? failure)
    {
        Add(step.Key, duration, failure is not null);
        if (step.Place < 0) return;
        ref var macro = ref _macros[step.Place];
        macro.End = at;
        if (failure is FailureConsequence.Retry or FailureConsequence.RestartInstance or FailureConsequence.Fallback) macro.Retries++;
    }

    /// <summary>Notes that the node has ended: what the instances took that it came through, and the whole when it ended well.</summary>
    /// <param name="steps">The last micro-step of each macro-step; null for those that it did not begin.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="whole">What all took, as on disk.</param>
    public void Close(ReadOnlySpan<TrackedStep?> steps, NodeState state, long whole)
    {
        var passed = state == NodeState.Ok; // otherwise those before the last
        for (var place = steps.Length - 1; place >= 0; place--)
        {
            if (steps[place] is not { } step) continue;
            if (passed && _macros[place].End - _macros[place].Begin is { } duration) Add(step.Instance, duration, failed: false);
            passed = true;
        }

        if (state == NodeState.Ok) Add(LogNames.WholeStep, whole, failed: false);
    }

    /// <summary>Rounds a duration on disk to milliseconds.</summary>
    /// <param name="duration">A count of 100 ns.</param>
    /// <returns>From 0 to 24 days.</returns>
    public static int Milliseconds(long duration) =>
        (int)Math.Clamp((duration + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond, 0, int.MaxValue);

    private void Add(int step, long duration, bool failed)
    {
        if (_durations.Length - _length < 2 * Varint.Longest) Array.Resize(ref _durations, _durations.Length * 2);
        _length += Varint.Write(((ulong)step << 1) | (failed ? 1UL : 0UL), _durations.AsSpan(_length));
        _length += Varint.Write((ulong)Milliseconds(duration), _durations.AsSpan(_length));
    }

    [InlineArray(4)]
    private struct Macros
    {
        private MacroTrack _first;
    }
}

/// <summary>What has happened so far to a node in a macro-step.</summary>
internal struct MacroTrack
{
    /// <summary>When its first attempt began, as on disk; null before.</summary>
    public long? Begin;

    /// <summary>When its last attempt came to its end, as on disk; null before.</summary>
    public long? End;

    /// <summary>How many retries and fallbacks there were.</summary>
    public int Retries;

    /// <summary>The micro-step that began last, by its number in the plan.</summary>
    public int Ordinal;
}
