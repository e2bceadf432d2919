namespace Kadeploy.TestKit.Writers;

/// <summary>What a writer does in one step.</summary>
internal enum WriterWork
{
    /// <summary>Adds a node of its own.</summary>
    AddNode,

    /// <summary>Describes one of its nodes.</summary>
    SetNode,

    /// <summary>Removes one of its nodes.</summary>
    RemoveNode,

    /// <summary>Adds a tag to a node that all writers change.</summary>
    TagSharedNode,

    /// <summary>Adds an environment of its own.</summary>
    AddEnvironment,

    /// <summary>Marks an environment that all writers change as destructive, or not any more.</summary>
    SetSharedEnvironment,

    /// <summary>Deletes one of its environments.</summary>
    DeleteEnvironment,

    /// <summary>Grants a right to a user of its own.</summary>
    Grant,

    /// <summary>Revokes one of these rights.</summary>
    Revoke,

    /// <summary>Is refused something.</summary>
    BeRefused,

    /// <summary>Deploys a simulated node.</summary>
    Deploy,
}

/// <summary>A step of a writer.</summary>
/// <param name="Work">What it does.</param>
/// <param name="Number">To what of its own; what is new has the number of the step.</param>
/// <param name="At">The number of the step.</param>
internal readonly record struct WriterStep(WriterWork Work, int Number, int At)
{
    /// <summary>Makes the steps of a writer: always the same.</summary>
    /// <param name="writer">The writer's name.</param>
    /// <param name="count">The number of steps.</param>
    /// <returns>The steps in their order.</returns>
    public static IReadOnlyList<WriterStep> Script(string writer, int count)
    {
        var random = new Random(writer.Sum(static letter => letter));
        var there = new Dictionary<WriterWork, List<int>> { [WriterWork.AddNode] = [], [WriterWork.AddEnvironment] = [], [WriterWork.Grant] = [] };
        var steps = new List<WriterStep>();
        for (var number = 0; number < count; number++)
        {
            var work = (WriterWork)random.Next(Enum.GetValues<WriterWork>().Length);
            // A deployment is twenty transactions; one in ten of what would be is enough.
            if (work == WriterWork.Deploy && random.Next(10) > 0) work = WriterWork.AddNode;
            var makes = work switch
            {
                WriterWork.SetNode or WriterWork.RemoveNode => WriterWork.AddNode,
                WriterWork.DeleteEnvironment => WriterWork.AddEnvironment,
                WriterWork.Revoke => WriterWork.Grant,
                _ => work,
            };
            if (makes != work && there[makes].Count == 0) work = makes;
            var own = makes == work ? number : there[makes][random.Next(there[makes].Count)];
            if (makes == work && there.TryGetValue(work, out var made)) made.Add(own);
            if (work is WriterWork.RemoveNode or WriterWork.DeleteEnvironment or WriterWork.Revoke) there[makes].Remove(own);
            steps.Add(new(work, own, number));
        }

        return steps;
    }
}
