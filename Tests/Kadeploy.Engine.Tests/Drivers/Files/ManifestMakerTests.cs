using System.Security.Cryptography;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Kadeploy.Protocol.Broadcast;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>Manifests of images, made once and kept.</summary>
public sealed class ManifestMakerTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(65536, 1)]
    [InlineData(65537, 2)]
    [InlineData(40_000_000, 611)]
    public async Task Each_block_has_its_digest_and_the_root_covers_all(int length, int blocks)
    {
        var image = Image(length);
        var manifest = await Maker.MakeAsync(image, Token);
        Assert.Equal((blocks, (blocks + 255) / 256, (long)length), (manifest.Head.Blocks, manifest.Head.Pages, manifest.Head.Length));
        var bytes = await File.ReadAllBytesAsync(image.Path, Token);
        for (var block = 0; block < blocks; block++)
            Assert.True(manifest.IsRight(block, bytes.AsSpan(block * manifest.Head.BlockSize, manifest.Head.LengthOf(block))));
        for (var page = 0; page < manifest.Head.Pages; page++) Assert.True(manifest.Head.IsPage(page, manifest.Page(page).Span));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(manifest.Head.Bytes.Span)), manifest.Root);
    }

    [Fact]
    public async Task It_is_kept_and_found_again()
    {
        var image = Image(200_000);
        var made = await Maker.MakeAsync(image, Token);
        var kept = _folder[$"files/{image.Sha256}.manifest"];
        Assert.True(File.Exists(kept));
        // Nothing of the image is read any more.
        File.Delete(image.Path);
        Assert.Equal(made.Root, (await Maker.MakeAsync(image, Token)).Root);
    }

    [Fact]
    public async Task That_of_a_cached_file_lies_beside_it()
    {
        Directory.CreateDirectory(_folder["cache/one"]);
        var image = Image(200_000);
        File.Move(image.Path, _folder["cache/one/content"]);
        var made = await Maker.MakeAsync(image with { Path = _folder["cache/one/content"] }, Token);
        Assert.Equal(made.ToBytes(), await File.ReadAllBytesAsync(_folder["cache/one/manifest"], Token));
        Assert.False(Directory.Exists(_folder["files"]));
    }

    [Fact]
    public async Task Of_other_files_only_the_newest_are_kept()
    {
        for (var i = 0; i < 66; i++) await Maker.MakeAsync(Image(10 + i), Token);
        Assert.Equal(64, Directory.EnumerateFiles(_folder["files"]).Count());
    }

    [Fact]
    public async Task A_damaged_one_is_made_anew()
    {
        var image = Image(200_000);
        var made = await Maker.MakeAsync(image, Token);
        var kept = _folder[$"files/{image.Sha256}.manifest"];
        var bytes = await File.ReadAllBytesAsync(kept, Token);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(kept, bytes, Token);
        Assert.Equal(made.Root, (await Maker.MakeAsync(image, Token)).Root);
    }

    [Fact]
    public async Task An_image_that_is_not_what_it_was_has_none()
    {
        var image = Image(200_000) with { Sha256 = new string('a', 64) };
        var problem = await Assert.ThrowsAsync<OperationFailedException>(() => Maker.MakeAsync(image, Token));
        Assert.Equal(FaultCodes.ImageDigest, problem.Code);
    }

    [Theory]
    [InlineData(1L << 20, 65536)]
    [InlineData(1L << 30, 262144)]
    [InlineData(50L << 30, 262144)]
    [InlineData(1L << 40, 4194304)]
    public void Blocks_are_short_for_short_images(long length, int size) => Assert.Equal(size, ManifestHead.BlockSizeFor(length));

    private ManifestMaker Maker => new(_folder["cache"], _folder["files"]);

    private SourceFile Image(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        File.WriteAllBytes(_folder["image"], bytes);
        return new(_folder["image"], length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
