BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Remove-KaEnvironment' {
    BeforeEach {
        $state = Set-TestSession -Frozen
        $folder = New-Item -ItemType Directory (New-TestState)
        Add-KaEnvironment (New-TestImage $folder debian13 1), (New-TestImage $folder debian13 2), (New-TestImage $folder win11) | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'removes the highest version, and keeps its history' {
        Remove-KaEnvironment debian13 | Should -BeNullOrEmpty
        (Get-KaEnvironment debian13).Version | Should -Be 1
        (Get-KaEnvironment debian13 -Version 2 -History).Kind | ForEach-Object ToString | Should -Be 'Added', 'Deleted'
    }

    It 'removes what the pipeline brings, and gives it with -PassThru' {
        $removed = Get-KaEnvironment -AllVersions | Remove-KaEnvironment -PassThru
        $removed.Count | Should -Be 3
        Get-KaEnvironment | Should -BeNullOrEmpty
    }

    It 'refuses what a deployment uses, unless it is forced, and goes on with the others' {
        Start-KaDeployment a-1 (Get-KaEnvironment win11) -Force | Out-Null
        Remove-KaEnvironment win11, debian13 -AllVersions -ErrorAction SilentlyContinue -ErrorVariable used
        $used.Count | Should -Be 1
        "$used" | Should -BeLike '*win11 version 1*is used by*-Force*'
        (Get-KaEnvironment).Name | Should -Be 'win11'
        Remove-KaEnvironment win11 -Force
        Get-KaEnvironment | Should -BeNullOrEmpty
    }

    It 'says what is not there' {
        { Remove-KaEnvironment nothing -ErrorAction Stop } | Should -Throw '*nothing*' -ErrorId 'KA1001*'
    }

    It 'removes nothing with -WhatIf' {
        Get-Transcript { Remove-KaEnvironment * -WhatIf } | Should -BeLike '*Remove debian13 version 2 of *Remove win11 version 1 of *'
        @(Get-KaEnvironment).Count | Should -Be 2
    }

    It 'asks for each with -Confirm' {
        $asked = Invoke-Asking -Answer 0 -Script { param($s) Get-KaEnvironment -Session $s | Remove-KaEnvironment -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 2
        (Get-KaEnvironment).Version | Should -Be 1
    }
}
