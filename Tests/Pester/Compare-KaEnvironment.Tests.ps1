BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Compare-KaEnvironment' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Add-KaEnvironment (New-TestImage $folder debian13 1), (New-TestImage $folder debian13 2 'description: second'), (New-TestImage $folder win11) | Out-Null
        Set-KaEnvironment debian13 -Field @{ 'boot.kernel_params' = 'quiet' }
        Set-KaEnvironment debian13 -Field @{ 'boot.kernel_params' = 'loud' }
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'shows <Name>' -TestCases @(
        @{ Name = 'the last change'; Script = { Compare-KaEnvironment debian13 }; Expected = 'boot.kernel_params: quiet > loud' }
        @{ Name = 'nothing for what was never changed'; Script = { Compare-KaEnvironment win11 }; Expected = @() }
        @{ Name = 'what came since a revision'; Script = { Compare-KaEnvironment debian13 -ReferenceRevision 1 }; Expected = 'boot.kernel_params:  > loud' }
        @{ Name = 'what came since a version'; Script = { Compare-KaEnvironment debian13 -ReferenceVersion 1 | Where-Object Field -NE version }; Expected = 'description:  > second', 'boot.kernel_params:  > loud' }
        @{ Name = 'what a file would change'; Script = { Compare-KaEnvironment (New-TestImage $folder debian13 2 'description: third') -Reference debian13 | Where-Object Field -EQ description }; Expected = 'description: second > third' }
        @{ Name = 'two environments'; Script = { Compare-KaEnvironment win11 debian13 | Where-Object Field -EQ name }; Expected = 'name: debian13 > win11' }
        @{ Name = 'what the pipeline brings'; Script = { Get-KaEnvironment debian13 -History | Compare-KaEnvironment -Reference debian13 }; Expected = 'boot.kernel_params: loud > ', 'boot.kernel_params: loud > quiet' }
    ) {
        param($Script, $Expected)
        @(& $Script | ForEach-Object { "$($_.Field): $($_.Before) > $($_.After)" }) | Should -Be $Expected
    }

    It 'gives typed differences, and a table' {
        $difference = Compare-KaEnvironment debian13
        $difference | Should -BeOfType Kadeploy.FieldDifference
        $difference | Format-Table | Out-String -Width 120 | Should -Match 'boot\.kernel_params\s+quiet\s+loud'
    }

    It 'says which revisions there are, and what is not there' {
        { Compare-KaEnvironment debian13 -ReferenceRevision 9 -ErrorAction Stop } | Should -Throw '*no revision 9*1 to 3*' -ErrorId 'KA1001*'
        { Compare-KaEnvironment nothing -ErrorAction Stop } | Should -Throw '*nothing*'
    }
}
