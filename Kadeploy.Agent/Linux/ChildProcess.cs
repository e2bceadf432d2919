using System.Runtime.InteropServices;
using System.Text;
using Kadeploy.Protocol;

namespace Kadeploy.Agent.Linux;

/// <summary>A program in a session of its own, with pipes to all of its streams.</summary>
/// <remarks>The framework's processes share the agent's process group, so that what a program starts itself could not be stopped with it.</remarks>
internal sealed unsafe class ChildProcess
{
    // Resolved in the started process before it becomes another: the agent's own file, also when that was replaced or deleted meanwhile.
    private const string OwnFile = "/proc/self/exe";

    /// <summary>The name by which programs ask for the agent's own executable.</summary>
    public const string OwnName = "kadeploy-agent";

    private ChildProcess(int id, int input, int output, int error, int progress) =>
        (Id, Input, Output, Error, Progress) = (id, input, output, error, progress);

    /// <summary>Gets the process, which is also its group and session.</summary>
    public int Id { get; }

    /// <summary>Gets our end of its standard input, which does not block.</summary>
    public int Input { get; }

    /// <summary>Gets our end of its standard output.</summary>
    public int Output { get; }

    /// <summary>Gets our end of its standard error.</summary>
    public int Error { get; }

    /// <summary>Gets our end of the pipe on which it may report progress.</summary>
    public int Progress { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="vector">The program and its arguments.</param>
    /// <param name="environment">All of its variables.</param>
    /// <param name="error">The system's error number when it could not be started.</param>
    /// <returns>The program, or null.</returns>
    public static ChildProcess? Start(IReadOnlyList<string> vector, IReadOnlyDictionary<string, string> environment, out int error)
    {
        Span<int> pipes = stackalloc int[8];
        pipes.Fill(-1);
        for (var i = 0; i < 8; i += 2)
        {
            fixed (int* pair = &pipes[i])
            {
                if (Libc.Pipe(pair, Libc.CloseOnExec) == 0) continue;
                error = Marshal.GetLastPInvokeError();
                foreach (var each in pipes) Close(each);
                return null;
            }
        }

        Span<int> theirs = [pipes[0], pipes[3], pipes[5], pipes[7]];
        Span<int> ours = [pipes[1], pipes[2], pipes[4], pipes[6]];
        var id = 0;
        error = Spawn(vector, environment, theirs, Libc.SpawnSetSession, &id);
        foreach (var each in theirs) Close(each);
        if (error != 0)
        {
            foreach (var each in ours) Close(each);
            return null;
        }

        _ = Libc.Control(ours[0], Libc.SetStatusFlags, Libc.NonBlocking);
        return new(id, ours[0], ours[1], ours[2], ours[3]);
    }

    /// <summary>Starts a program that reads from a pipe and shares all other streams, the session and the group with this one.</summary>
    /// <param name="vector">The program and its arguments.</param>
    /// <param name="environment">All of its variables.</param>
    /// <param name="input">Our end of the pipe, which blocks.</param>
    /// <param name="error">The system's error number when it could not be started.</param>
    /// <returns>The process, or 0.</returns>
    public static int StartReader(IReadOnlyList<string> vector, IReadOnlyDictionary<string, string> environment, out int input, out int error)
    {
        var ends = stackalloc int[2];
        var id = 0;
        input = -1;
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            return 0;
        }

        error = Spawn(vector, environment, [ends[0]], 0, &id);
        Close(ends[0]);
        if (error == 0) input = ends[1];
        else Close(ends[1]);
        return error == 0 ? id : 0;
    }

    /// <summary>Waits until the program has ended.</summary>
    /// <returns>How, and with which status or signal.</returns>
    public (CommandEnd End, int Status) Wait() => Wait(Id);

    /// <summary>Waits until a program has ended.</summary>
    /// <param name="id">The process.</param>
    /// <returns>How, and with which status or signal.</returns>
    public static (CommandEnd End, int Status) Wait(int id)
    {
        int status, result;
        do result = Libc.WaitFor(id, &status, 0);
        while (result < 0 && Marshal.GetLastPInvokeError() == Libc.Eintr);
        if (result < 0) return (CommandEnd.Interrupted, 0);
        var signal = status & 0x7F;
        return signal == 0 ? (CommandEnd.Exited, (status >> 8) & 0xFF) : (CommandEnd.Signalled, signal);
    }

    /// <summary>Sends a signal to a program and all that it has started.</summary>
    public static void Signal(int id, int signal)
    {
        // 0 and 1 would mean our own group and everybody.
        if (id > 1) _ = Libc.Kill(-id, signal);
    }

    public static void Close(int descriptor)
    {
        if (descriptor >= 0) _ = Libc.Close(descriptor);
    }

    private static int Spawn(IReadOnlyList<string> vector, IReadOnlyDictionary<string, string> environment, ReadOnlySpan<int> theirs, short flags, int* id)
    {
        var attributes = NativeMemory.AllocZeroed(Libc.StructSize);
        var actions = NativeMemory.AllocZeroed(Libc.StructSize);
        var signals = NativeMemory.AllocZeroed(Libc.StructSize);
        var arguments = Strings([.. vector]);
        var file = Strings([FileOf(vector[0], environment)]);
        var variables = Strings([.. environment.Select(static each => $"{each.Key}={each.Value}")]);
        try
        {
            _ = Libc.InitAttributes(attributes);
            _ = Libc.InitActions(actions);
            _ = Libc.SetFlags(attributes, (short)(flags | Libc.SpawnSetDefaultSignals | Libc.SpawnSetSignalMask));
            _ = Libc.ClearSignals(signals);
            _ = Libc.SetSignalMask(attributes, signals);
            // The framework ignores it, and programs would inherit that: 'yes | head -1' would then never end.
            _ = Libc.AddSignal(signals, Libc.Sigpipe);
            _ = Libc.SetDefaultSignals(attributes, signals);
            // In this order nothing is overwritten before it is used: the streams 0 to 2 are open, so all of theirs are at least 3.
            for (var i = 0; i < theirs.Length; i++) _ = Libc.AddDuplicate(actions, theirs[i], i);
            return Libc.Spawn(id, file[0], actions, attributes, arguments, variables);
        }
        finally
        {
            _ = Libc.DestroyActions(actions);
            _ = Libc.DestroyAttributes(attributes);
            NativeMemory.Free(attributes);
            NativeMemory.Free(actions);
            NativeMemory.Free(signals);
            Free(arguments);
            Free(file);
            Free(variables);
        }
    }

    // By the PATH of the program's own variables; the C library would look in the one that this process was started with, if any.
    private static string FileOf(string program, IReadOnlyDictionary<string, string> environment)
    {
        if (program == OwnName) return OwnFile;
        if (program.Contains('/') || !environment.TryGetValue("PATH", out var path)) return program;
        foreach (var directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var file = Path.Combine(directory, program);
            if (File.Exists(file) && Libc.Access(file, Libc.MayExecute) == 0) return file;
        }

        // Its absence, or that it may not be run, is for the system to say.
        return program;
    }

    private static byte** Strings(string[] texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)texts.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Length; i++)
        {
            var length = Encoding.UTF8.GetByteCount(texts[i]);
            array[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(texts[i], new Span<byte>(array[i], length));
        }

        return array;
    }

    private static void Free(byte** array)
    {
        for (var each = array; *each != null; each++) NativeMemory.Free(*each);
        NativeMemory.Free(array);
    }
}
