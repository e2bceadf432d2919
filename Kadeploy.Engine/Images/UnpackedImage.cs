using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Images;

/// <summary>An image's bytes, unpacked while they are read; by the programs that nodes use, so that what can be read here can be read there.</summary>
internal sealed class UnpackedImage : IAsyncDisposable
{
    private readonly Stream _file;
    private readonly Process? _process;
    private readonly Task _feeding = Task.CompletedTask;
    private readonly LineTail _errors = new(10);
    private readonly Task _draining = Task.CompletedTask;
    private Exception? _cause;

    private UnpackedImage(Stream file, Stream content, Process? process)
    {
        (_file, Content, _process) = (file, content, process);
        if (process is null) return;
        _feeding = FeedAsync(process);
        _draining = DrainAsync(process.StandardError);
    }

    /// <summary>Gets the bytes.</summary>
    public Stream Content { get; }

    /// <summary>Opens an image.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <returns>The image; dispose it.</returns>
    /// <exception cref="DriverUnusableException">The program that unpacks it is missing.</exception>
    public static UnpackedImage Open(string path, ImageCompression compression)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan | FileOptions.Asynchronous);
        try
        {
            if (compression == ImageCompression.None) return new(file, file, null);
            if (compression == ImageCompression.Gzip) return new(file, new GZipStream(file, CompressionMode.Decompress), null);
            var process = Start(compression switch
            {
                ImageCompression.Bzip2 => "bzip2",
                ImageCompression.Xz => "xz",
                ImageCompression.Zstd => "zstd",
                _ => throw new InvalidOperationException($"'{compression}' is no compression"),
            });
            return new(file, process.StandardOutput.BaseStream, process);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Says, after the last byte was read, why there are no more.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is wrong with the file; null when it was whole.</returns>
    public async Task<string?> FinishAsync(CancellationToken cancellationToken)
    {
        if (_process is null) return null;
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await _feeding.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _draining.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_cause is not null) return _cause.Message;
        return _process.ExitCode == 0 ? null : string.Join("; ", _errors.ToLines().DefaultIfEmpty($"{_process.StartInfo.FileName} ended with status {_process.ExitCode}"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
            {
                // It has ended by itself.
            }

            await _feeding.ConfigureAwait(false);
            await _draining.ConfigureAwait(false);
            _process.Dispose();
        }

        await Content.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private static Process Start(string program)
    {
        var start = ProcessRunner.StartInfo(new() { Program = program, Arguments = ["-dc"] });
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            return process;
        }
        catch (Win32Exception failure)
        {
            process.Dispose();
            throw new DriverUnusableException(FaultCodes.DriverMissing, $"the program '{program}', which unpacks the image, cannot be run ({failure.Message}): install it", failure);
        }
    }

    private async Task FeedAsync(Process process)
    {
        try
        {
            var input = process.StandardInput.BaseStream;
            await using var closing = input.ConfigureAwait(false);
            await _file.CopyToAsync(input, 1 << 20).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            if (!process.HasExited) _cause = broken; // else the program says itself why it wanted no more
        }
    }

    private async Task DrainAsync(StreamReader reader)
    {
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is var count and > 0) _errors.Add(buffer.AsSpan(0, count));
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The program is gone; what was read counts.
        }
    }
}
