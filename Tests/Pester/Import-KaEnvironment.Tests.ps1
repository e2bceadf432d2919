BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Import-KaEnvironment' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        $file = New-TestImage $folder
        Add-KaEnvironment $file | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'adds what is not there, and leaves what is there as it is' {
        $other = New-TestImage $folder win11
        $done = Import-KaEnvironment $file, $other
        $done | Should -BeOfType Kadeploy.PowerShell.ImportedEnvironment
        $done | ForEach-Object { "$($_.Change) $($_.Name)" } | Should -Be 'Added win11', 'Unchanged debian13'
        (Import-KaEnvironment $file, $other).Change | ForEach-Object ToString | Should -Be 'Unchanged', 'Unchanged'
    }

    It 'changes what differs with -Replace only, and says which fields do' {
        New-TestImage $folder debian13 1 'description: new' | Out-Null
        { Import-KaEnvironment $file } | Should -Throw '*description*' -ErrorId 'KA1001*'
        try { Import-KaEnvironment $file } catch { "$_" | Should -BeLike "*'Import-KaEnvironment -Replace'*" }
        $done = Import-KaEnvironment $file -Replace
        "$($done.Change)" | Should -Be 'Changed'
        $done.Revision | Should -Be 2
        $done.Environment.Description | Should -Be 'new'
    }

    It 'reads what Export-KaEnvironment wrote' {
        $text = Join-Path $folder 'all.yaml'
        Export-KaEnvironment -Path $text
        Remove-KaEnvironment debian13
        "$((Import-KaEnvironment $text).Change)" | Should -Be 'Added'
        $second = New-TestState
        $to = [Kadeploy.KaSession]@{ StateDirectory = $second; Simulation = [Kadeploy.SimulationOptions]::new() }
        (Get-KaEnvironment | Import-KaEnvironment -Session $to).Name | Should -Be 'debian13'
        Remove-Item $second -Recurse
    }

    It 'imports nothing with -WhatIf' {
        $other = New-TestImage $folder win11
        Get-Transcript { Import-KaEnvironment $other -WhatIf } | Should -BeLike '*Bring win11 version 1 into the catalogue*'
        (Get-KaEnvironment).Name | Should -Be 'debian13'
    }

    It 'asks once with -Confirm' {
        $other = New-TestImage $folder win11
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Import-KaEnvironment $s.File -Session $s.Session -Confirm } -Session @{ Session = Get-KaSession; File = $other }
        $asked.Questions.Count | Should -Be 1
        (Get-KaEnvironment).Name | Should -Be 'debian13'
    }

    It 'shows a table' {
        Import-KaEnvironment $file | Format-Table | Out-String -Width 120 | Should -Match 'Unchanged debian13\s+1 \S+\s+1'
    }
}
