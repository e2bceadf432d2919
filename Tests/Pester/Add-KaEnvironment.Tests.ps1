BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Add-KaEnvironment' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        $file = New-TestImage $folder
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'records what a file describes, with the SHA-256 of its image' {
        $added = Add-KaEnvironment $file
        $added | Should -BeOfType Kadeploy.RecordedEnvironment
        $added.Name | Should -Be 'debian13'
        $added.Sha256 | Should -Be (Get-FileHash (Join-Path $folder image.tgz)).Hash.ToLowerInvariant()
        (Get-KaEnvironment).Name | Should -Be 'debian13'
    }

    It 'fetches nothing with -NoChecksum' {
        Remove-Item (Join-Path $folder image.tgz)
        { Add-KaEnvironment $file } | Should -Throw '*image.tgz*' -ErrorId 'KA1001,Kadeploy.PowerShell.Cmdlets.AddKaEnvironment'
        (Add-KaEnvironment $file -NoChecksum).Sha256 | Should -BeNullOrEmpty
    }

    It 'takes <Name>' -TestCases @(
        @{ Name = 'files of the pipeline'; Script = { Get-ChildItem $folder -Filter *.yaml | Add-KaEnvironment } }
        @{ Name = 'paths of the pipeline'; Script = { (Get-ChildItem $folder -Filter *.yaml).FullName | Add-KaEnvironment } }
        @{ Name = 'wildcards'; Script = { Add-KaEnvironment (Join-Path $folder '*.yaml') } }
        @{ Name = 'paths from where PowerShell stands'; Script = { Push-Location $folder; try { Add-KaEnvironment ./debian13-1.yaml, ./win11-3.yaml } finally { Pop-Location } } }
        @{ Name = 'a file of two'; Script = { Set-Content (Join-Path $folder two) ((Get-Content $file -Raw) + "---`n" + (Get-Content (Join-Path $folder win11-3.yaml) -Raw)); Add-KaEnvironment (Join-Path $folder two) } }
    ) {
        param($Script)
        New-TestImage $folder win11 3 | Out-Null
        $added = & $Script
        $added.Name | Should -Be 'debian13', 'win11'
        $added.Version | Should -Be 1, 3
    }

    It 'takes environments that were given before' {
        $other = New-TestState
        Add-KaEnvironment $file | Add-KaEnvironment -Session ([Kadeploy.KaSession]@{ StateDirectory = $other; Simulation = [Kadeploy.SimulationOptions]::new() })
        (Get-KaEnvironment -Session ([Kadeploy.KaSession]@{ StateDirectory = $other })).Name | Should -Be 'debian13'
        Remove-Item $other -Recurse
    }

    It 'adds all or nothing, and tells all problems together' {
        $bad = Join-Path $folder 'bad.yaml'
        Set-Content $bad "name: broken`nos: linux`nimag: {}"
        $worse = Join-Path $folder 'worse.yaml'
        Set-Content $worse "name: worse`nos: plan9"
        { Add-KaEnvironment $file, $bad, $worse } | Should -Throw '*bad.yaml:3*worse.yaml:2*' -ErrorId 'KA1001*'
        Get-KaEnvironment | Should -BeNullOrEmpty
    }

    It 'refuses what is there already, with a way on' {
        Add-KaEnvironment $file | Out-Null
        { Add-KaEnvironment $file } | Should -Throw '*debian13 version 1 of * is there already*'
    }

    It 'says so when no file fits' {
        { Add-KaEnvironment (Join-Path $folder '*.nothing') } | Should -Throw "*No file fits*" -ErrorId 'KA1001*'
    }

    It 'records nothing with -WhatIf' {
        $one = $file
        Get-Transcript { Add-KaEnvironment $one -WhatIf } | Should -BeLike '*Record debian13 version 1 in the catalogue*'
        Get-KaEnvironment | Should -BeNullOrEmpty
    }

    It 'asks once for all with -Confirm' {
        $more = New-TestImage $folder win11
        $asked = Invoke-Asking -Answer 0 -Script { param($s) Add-KaEnvironment $s.Files -Session $s.Session -Confirm } -Session @{ Session = Get-KaSession; Files = $file, $more }
        $asked.Questions.Count | Should -Be 1
        $asked.Output.Count | Should -Be 2
    }

    It 'does nothing where the pipeline brings nothing' {
        @() | Add-KaEnvironment | Should -BeNullOrEmpty
    }
}
