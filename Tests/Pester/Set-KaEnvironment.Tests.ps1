BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Set-KaEnvironment' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Add-KaEnvironment (New-TestImage $folder debian13 1), (New-TestImage $folder debian13 2), (New-TestImage $folder win11) | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'changes the highest version, as a new revision' {
        Set-KaEnvironment debian13 -Visibility Shared -Destructive $true | Should -BeNullOrEmpty
        $now = Get-KaEnvironment debian13 -AllVersions | Sort-Object Version
        $now.Visibility | ForEach-Object ToString | Should -Be 'Private', 'Shared'
        $now.Revision | Should -Be 1, 2
        $now[1].Destructive | Should -BeTrue
    }

    It 'changes, adds and takes away fields' {
        $changed = Set-KaEnvironment debian13 -Field @{ 'boot.kernel_params' = 'quiet'; alias = 'deb'; partition_type = 131 } -PassThru
        $changed.Environment.Boot.KernelParameters | Should -Be 'quiet'
        $changed.Environment.PartitionType | Should -Be 131
        $changed.Alias | Should -Be 'deb'
        (Set-KaEnvironment deb -Field @{ alias = $null } -PassThru).Alias | Should -BeNullOrEmpty
    }

    It 'changes what the pipeline brings, each by itself' {
        $changed = Get-KaEnvironment -AllVersions | Set-KaEnvironment -Visibility Public -PassThru
        $changed.Count | Should -Be 3
        $again = 'win11' | Set-KaEnvironment -Visibility Public -PassThru -ErrorAction SilentlyContinue -ErrorVariable same
        $again | Should -BeNullOrEmpty
        "$same" | Should -BeLike '*nothing to change*'
        $same[0].TargetObject | Should -BeOfType Kadeploy.RecordedEnvironment
    }

    It 'takes over a file that has changed at its place' {
        Add-Content (Join-Path $folder image.tgz) 'more'
        (Set-KaEnvironment win11 -UpdateChecksum Image -PassThru).Sha256 | Should -Be (Get-FileHash (Join-Path $folder image.tgz)).Hash.ToLowerInvariant()
    }

    It 'puts a whole description in its place, and an earlier state' {
        $file = New-TestImage $folder win11 1 'description: better'
        $now = Set-KaEnvironment win11 -Replacement $file -PassThru
        $now.Description | Should -Be 'better'
        $first = Get-KaEnvironment win11 -History | Where-Object Revision -EQ 1
        $back = Set-KaEnvironment win11 -Replacement $first -PassThru
        $back.Description | Should -BeNullOrEmpty
        $back.Revision | Should -Be 3
    }

    It 'refuses what makes no valid description, and names the field' {
        { Set-KaEnvironment win11 -Field @{ filesystm = 'ext4' } -ErrorAction Stop } | Should -Throw '*filesystm*filesystem*' -ErrorId 'KA1001*'
        (Get-KaEnvironment win11).Revision | Should -Be 1
    }

    It 'says what could be changed when nothing is named' {
        { Set-KaEnvironment win11 } | Should -Throw '*-Visibility*-Field*'
    }

    It 'says what is not there' {
        Set-KaEnvironment nothing, win11 -Visibility Shared -ErrorAction SilentlyContinue -ErrorVariable missing
        $missing[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        "$((Get-KaEnvironment win11).Visibility)" | Should -Be 'Shared'
    }

    It 'changes nothing with -WhatIf, and says what it would' {
        Get-Transcript { Set-KaEnvironment win* -Field @{ alias = 'w' } -WhatIf } | Should -BeLike '*Change win11 version 1 of *: alias = w*'
        (Get-KaEnvironment win11).Revision | Should -Be 1
    }

    It 'asks for each with -Confirm' {
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Set-KaEnvironment * -Visibility Shared -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 2
        (Get-KaEnvironment win11).Revision | Should -Be 1
    }
}
