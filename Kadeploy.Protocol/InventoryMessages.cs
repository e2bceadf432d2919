namespace Kadeploy.Protocol;

/// <summary>A disk.</summary>
internal sealed record DiskInfo(string Name, long Bytes, string Serial, string Wwn, string Model, bool Rotational, bool Removable);

/// <summary>A network card.</summary>
internal sealed record NicInfo(string Name, string Mac, bool IsUp, string Driver, int SpeedMegabits);

/// <summary>The hardware of a node, as far as the kernel tells. Texts are empty and numbers 0 where it does not.</summary>
internal sealed record Inventory : IMessage
{
    public FrameType Type => FrameType.Inventory;

    /// <summary>Gets the memory in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Gets the number of logical processors.</summary>
    public int Processors { get; init; }

    /// <summary>Gets the number of processor packages.</summary>
    public int Sockets { get; init; }

    public string ProcessorModel { get; init; } = "";

    public string Vendor { get; init; } = "";

    public string Product { get; init; } = "";

    /// <summary>Gets the serial number of the machine.</summary>
    public string Serial { get; init; } = "";

    /// <summary>Gets a value indicating whether it was started by UEFI.</summary>
    public bool IsUefi { get; init; }

    public DiskInfo[] Disks { get; init; } = [];

    public NicInfo[] Nics { get; init; } = [];

    public void Write(PayloadWriter writer)
    {
        writer.U64((ulong)MemoryBytes);
        writer.U32((uint)Processors);
        writer.U32((uint)Sockets);
        foreach (var text in new[] { ProcessorModel, Vendor, Product, Serial }) writer.Text(text);
        Flag(writer, IsUefi);
        writer.U32((uint)Disks.Length);
        foreach (var disk in Disks)
        {
            writer.Text(disk.Name);
            writer.U64((ulong)disk.Bytes);
            foreach (var text in new[] { disk.Serial, disk.Wwn, disk.Model }) writer.Text(text);
            Flag(writer, disk.Rotational);
            Flag(writer, disk.Removable);
        }

        writer.U32((uint)Nics.Length);
        foreach (var nic in Nics)
        {
            writer.Text(nic.Name);
            writer.Text(nic.Mac);
            Flag(writer, nic.IsUp);
            writer.Text(nic.Driver);
            writer.U32((uint)nic.SpeedMegabits);
        }
    }

    public static Inventory Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var inventory = new Inventory
        {
            MemoryBytes = reader.Count(),
            Processors = Number(ref reader),
            Sockets = Number(ref reader),
            ProcessorModel = Short(ref reader),
            Vendor = Short(ref reader),
            Product = Short(ref reader),
            Serial = Short(ref reader),
            IsUefi = reader.Flag(),
            Disks = new DiskInfo[Length(ref reader)],
        };
        for (var i = 0; i < inventory.Disks.Length; i++)
        {
            inventory.Disks[i] = new(
                Short(ref reader), reader.Count(), Short(ref reader), Short(ref reader), Short(ref reader), reader.Flag(), reader.Flag());
        }

        inventory = inventory with { Nics = new NicInfo[Length(ref reader)] };
        for (var i = 0; i < inventory.Nics.Length; i++)
            inventory.Nics[i] = new(Short(ref reader), Short(ref reader), reader.Flag(), Short(ref reader), Number(ref reader));
        reader.End();
        return inventory;
    }

    private static void Flag(PayloadWriter writer, bool value) => writer.U8(value ? (byte)1 : (byte)0);

    private static string Short(ref PayloadReader reader) => reader.Text(512);

    private static int Number(ref PayloadReader reader)
    {
        var value = reader.U32();
        return value <= int.MaxValue ? (int)value : throw new ProtocolException("a number is too large");
    }

    private static int Length(ref PayloadReader reader)
    {
        var value = reader.U32();
        return value <= 1024 ? (int)value : throw new ProtocolException($"a list of {value} devices is too long");
    }
}

/// <summary>Asks for the inventory.</summary>
internal sealed record InventoryRequest : IMessage
{
    public FrameType Type => FrameType.InventoryRequest;

    public void Write(PayloadWriter writer)
    {
    }
}
