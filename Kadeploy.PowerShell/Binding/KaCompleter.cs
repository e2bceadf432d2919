using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Language;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes a parameter's value with words that a session knows.</summary>
public abstract class KaCompleter : IArgumentCompleter
{
    /// <summary>Gets the kind of words.</summary>
    private protected abstract string What { get; }

    /// <inheritdoc/>
    [SuppressMessage("Design", "CA1031", Justification = "completion must never throw: a key press is no request")]
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var settings = Bare.Property(fakeBoundParameters, "Session") as KaSession ?? SessionChoice.Current;
            var typed = (wordToComplete ?? "").Trim('\'', '"');
            return [.. Completions.Get(What, settings, LoadAsync).Where(known => Fits(known.Word, typed) && Concerns(known, fakeBoundParameters)).Select(static known => Result(known))];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>Asks a session for all words.</summary>
    private protected abstract Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken);

    /// <summary>Says whether a word fits to what else the command says.</summary>
    private protected virtual bool Concerns(Completion known, IDictionary bound) => true;

    /// <summary>Says whether a word can be meant by what was typed.</summary>
    internal static bool Fits(string word, string typed) => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a word so that PowerShell reads it as one.</summary>
    internal static string Quoted(string word) =>
        word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') ? word : $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";

    private static CompletionResult Result(Completion known) => new(Quoted(known.Word), known.Word, CompletionResultType.ParameterValue, known.Description);
}
