using System.Security.Cryptography;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;

namespace Kadeploy.Agent.Commands;

/// <summary>All commands of this boot that the agent knows: none is ever run twice.</summary>
internal sealed class CommandTable
{
    private const int MostRunning = 64;
    private const int MostEnded = 512;
    private const int MostWithOutput = 16;

    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly Dictionary<string, CommandRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunningCommand> _commands = new(StringComparer.Ordinal);
    private readonly Queue<string> _ended = new();
    private readonly Queue<string> _withOutput = new();
    private int _running;

    /// <summary>Reads what an earlier agent of this boot left, and stops what it left running.</summary>
    /// <param name="directory">Where records are.</param>
    public CommandTable(string directory)
    {
        _directory = directory;
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles().OrderBy(static each => each.LastWriteTimeUtc))
        {
            if (Read(file) is not { } record) continue;
            if (record.Exit is null)
            {
                if (record.Process > 0 && record.StartTime != 0 && CommandRecord.StartTimeOf(record.Process) == record.StartTime)
                    ChildProcess.Signal(record.Process, Libc.Sigkill);
                record = record with { Exit = new(record.Id, CommandEnd.Interrupted, 0, []) };
                Save(record);
            }

            _records[record.Id] = record;
            _ended.Enqueue(record.Id);
        }
    }

    /// <summary>Runs a command, or finds the one that is known.</summary>
    /// <param name="request">The command.</param>
    /// <param name="known">How it ended, when there is nothing to follow any more.</param>
    /// <returns>The command to follow; null when <paramref name="known"/> says all.</returns>
    public RunningCommand? Run(RunRequest request, out ExitReport? known)
    {
        known = null;
        var digest = request.Digest();
        lock (_gate)
        {
            if (_records.TryGetValue(request.Id, out var record))
            {
                if (!CryptographicOperations.FixedTimeEquals(record.Digest, digest)) known = new(request.Id, CommandEnd.Conflict, 0, []);
                else if (_commands.TryGetValue(request.Id, out var command)) return command;
                else known = record.Exit;
                return null;
            }

            return Start(request, digest, out known);
        }
    }

    /// <summary>Finds a command that can be followed.</summary>
    public RunningCommand? Find(string id)
    {
        lock (_gate) return _commands.GetValueOrDefault(id);
    }

    /// <summary>Forgets the output of a command whose end has arrived.</summary>
    public void Done(string id)
    {
        lock (_gate)
        {
            if (_records.TryGetValue(id, out var record) && record.Exit is not null && _commands.Remove(id, out var command)) command.Release();
        }
    }

    /// <summary>Stops everything at once, as nobody will come back for it.</summary>
    public void KillAll()
    {
        lock (_gate)
        {
            foreach (var command in _commands.Values) command.Kill();
        }
    }

    private RunningCommand? Start(RunRequest request, byte[] digest, out ExitReport? known)
    {
        known = null;
        if (_running >= MostRunning)
        {
            // Not recorded: it may be asked for again when others have ended.
            known = new(request.Id, CommandEnd.NotStarted, Libc.Eagain, [$"{MostRunning} programs run already"]);
            return null;
        }

        // Recorded before it is started: an agent that is killed in between must not start it again.
        if (!Save(new(request.Id, digest, 0, 0, null)))
        {
            known = new(request.Id, CommandEnd.NotStarted, Libc.Enospc, [$"{request.Vector[0]} was not started: its start cannot be recorded in {_directory}; is it full?"]);
            return null;
        }

        var command = RunningCommand.Start(request, Ended, out var error);
        if (command is null)
        {
            known = new(request.Id, CommandEnd.NotStarted, error, [$"{request.Vector[0]}: {Libc.Message(error)}"]);
            Keep(new(request.Id, digest, 0, 0, known));
            return null;
        }

        var record = new CommandRecord(request.Id, digest, command.Process, CommandRecord.StartTimeOf(command.Process), null);
        Save(record);
        _records[request.Id] = record;
        _commands[request.Id] = command;
        _running++;
        command.Serve();
        return command;
    }

    private void Ended(RunningCommand command, ExitReport exit)
    {
        lock (_gate)
        {
            _running--;
            Keep(_records[command.Id] with { Exit = exit });
            _withOutput.Enqueue(command.Id);
            if (_withOutput.Count > MostWithOutput && _commands.Remove(_withOutput.Dequeue(), out var old)) old.Release();
        }
    }

    private void Keep(CommandRecord record)
    {
        Save(record);
        _records[record.Id] = record;
        _ended.Enqueue(record.Id);
        while (_ended.Count > MostEnded)
        {
            var oldest = _ended.Dequeue();
            _records.Remove(oldest);
            if (_commands.Remove(oldest, out var command)) command.Release();
            File.Delete(PathOf(oldest));
        }
    }

    // What cannot be written is still known while this agent lives; only a start must not happen without its record.
    private bool Save(CommandRecord record)
    {
        try
        {
            AgentState.Write(PathOf(record.Id), record.ToBytes());
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Log.Write($"cannot record a command in {_directory}: {problem.Message}");
            return false;
        }
    }

    private string PathOf(string id) => Path.Combine(_directory, CommandRecord.FileName(id));

    private static CommandRecord? Read(FileInfo file)
    {
        try
        {
            if (file.Extension.Length == 0) return CommandRecord.Parse(File.ReadAllBytes(file.FullName));
        }
        catch (ProtocolException problem)
        {
            Log.Write($"{file.FullName} is no record of a command: {problem.Message}");
        }

        file.Delete();
        return null;
    }
}
