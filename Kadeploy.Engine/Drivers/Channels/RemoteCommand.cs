using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using Kadeploy.Protocol;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>A piece of what a program on a node has written.</summary>
/// <param name="IsError">Whether it went to the standard error.</param>
/// <param name="Offset">How many bytes had gone there before; a jump means that output was lost while the connection was.</param>
/// <param name="Data">The bytes.</param>
internal readonly record struct CommandOutput(bool IsError, long Offset, ReadOnlyMemory<byte> Data);

/// <summary>How far a program on a node says it is.</summary>
/// <param name="Done">What is done, in the program's unit.</param>
/// <param name="Total">What there is to do; 0 when unknown.</param>
internal readonly record struct CommandProgress(long Done, long Total);

/// <summary>A command as one engine sees it; it outlives connections.</summary>
internal sealed class RemoteCommand
{
    private readonly byte[] _input;
    private readonly long[] _offsets = new long[2];
    private readonly Action<CommandOutput>? _output;
    private readonly Action<CommandProgress>? _progress;
    private readonly NodeCommand _command;
    private readonly LineTail _tail = new();
    private ExceptionDispatchInfo? _listenerFailure;

    public RemoteCommand(NodeCommand command, Action<CommandOutput>? output, Action<CommandProgress>? progress)
    {
        (_command, _output, _progress) = (command, output, progress);
        _input = command.StandardInput is { } text ? Encoding.UTF8.GetBytes(text) : [];
        // The micro-step's number tells apart two steps of one name in one instance.
        Id = string.Create(CultureInfo.InvariantCulture, $"{command.Attempt}@{command.Attempt.Step.Ordinal}#{command.Ordinal}");
    }

    /// <summary>Gets what the agent knows it by.</summary>
    public string Id { get; }

    /// <summary>Gets what to run.</summary>
    public NodeCommand Command => _command;

    /// <summary>Gets or sets a value indicating whether a node may have got it.</summary>
    public bool WasSent { get; set; }

    /// <summary>Gets or sets a value indicating whether the node has said that it ended.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Gets the program's name.</summary>
    public string Program => _command.Program;

    /// <summary>Gets the last lines that have arrived: evidence when the end never does.</summary>
    public ImmutableArray<string> LastLines
    {
        get
        {
            lock (_tail) return [.. _tail.Lines()];
        }
    }

    /// <summary>Gets all that its program reads.</summary>
    public ReadOnlyMemory<byte> Input => _input;

    /// <summary>Makes the request that starts it or attaches to it.</summary>
    /// <exception cref="OperationFailedException">It does not fit into a request.</exception>
    /// <param name="vector">Program and arguments as the node is to run them.</param>
    public RunRequest Request(ImmutableArray<string> vector)
    {
        var request = new RunRequest
        {
            Id = Id,
            OutputOffset = _offsets[0],
            ErrorOffset = _offsets[1],
            Vector = [.. vector],
            // In their order, so that the same command is always the same request.
            Environment = [.. _command.Environment.OrderBy(static each => each.Key, StringComparer.Ordinal).SelectMany(static each => (string[])[each.Key, each.Value])],
            InputLength = _input.Length,
            InputDigest = SHA256.HashData(_input),
        };
        if (Problem(request) is { } problem)
            throw new OperationFailedException(FaultCodes.Command, $"node {_command.Attempt.Node}: '{Program}' cannot be run: {problem}");
        return request;
    }

    /// <summary>Takes a piece of output.</summary>
    /// <exception cref="ProtocolException">It was there before.</exception>
    public void Receive(OutputChunk chunk)
    {
        var which = (int)chunk.Kind - 1;
        if (chunk.Offset < _offsets[which]) throw new ProtocolException("output came twice");
        _offsets[which] = chunk.Offset + chunk.Data.Length;
        lock (_tail) _tail.Add(chunk.Kind, chunk.Data.Span);
        Tell(() => _output?.Invoke(new(chunk.Kind == OutputKind.Error, chunk.Offset, chunk.Data)));
    }

    /// <summary>Takes a report of progress.</summary>
    public void Receive(ProgressReport report) => Tell(() => _progress?.Invoke(new(report.Done, report.Total)));

    /// <summary>Throws what a listener of the caller's threw while the command ran.</summary>
    public void ThrowIfListenerFailed() => _listenerFailure?.Throw();

    // A listener that fails is not asked again; it fails its own command, when that has ended, and no other on the connection.
    private void Tell(Action listener)
    {
        if (_listenerFailure is not null) return;
        try
        {
            listener();
        }
        catch (Exception failure)
        {
            _listenerFailure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    // What the agent would refuse is refused here, without ending the connection that others use too.
    private static string? Problem(RunRequest request)
    {
        var writer = new PayloadWriter();
        request.Write(writer);
        if (writer.Length > Wire.LargestPayload)
            return string.Create(CultureInfo.InvariantCulture, $"its arguments and variables take {writer.Length} bytes, of at most {Wire.LargestPayload}; hand long ones over on its standard input");
        try
        {
            RunRequest.Parse(writer.Written.Span);
            return null;
        }
        catch (ProtocolException problem)
        {
            return problem.Message;
        }
    }
}
