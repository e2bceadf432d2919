@{
    Severity     = @('Error', 'Warning')
    ExcludeRules = @(
        # Pester hands variables from one block to the next, which the analyzer does not follow.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Functions of tests change nothing that a user could want to be asked about.
        'PSUseShouldProcessForStateChangingFunctions'
        'PSReviewUnusedParameter'
    )
}
