BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Test-KaEnvironment' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        $good = New-TestImage $folder debian13
        $bad = New-TestImage $folder broken -Kernel /boot/nothing
        Add-KaEnvironment $good, $bad | Out-Null
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'says what was found, and whether a node would boot it' {
        $found = Test-KaEnvironment broken
        $found | Should -BeOfType Kadeploy.EnvironmentVerification
        "$($found.WouldBoot)" | Should -Be 'No'
        ($found.Findings | Where-Object Subject -EQ kernel).Text | Should -BeLike '*/boot/nothing*'
        $found.Sha256 | Should -Be (Get-FileHash (Join-Path $folder image.tgz)).Hash.ToLowerInvariant()
        Test-KaEnvironment broken -Quiet | Should -BeFalse
    }

    It 'finds the kernel where it is' {
        (Test-KaEnvironment debian13).Kernel.Target | Should -BeLike '*vmlinuz'
    }

    It 'looks into what is not recorded, and into what the pipeline brings' {
        (Test-KaEnvironment $bad).Name | Should -Be 'broken'
        (Get-KaEnvironment | Test-KaEnvironment).Name | Sort-Object | Should -Be 'broken', 'debian13'
        (Get-ChildItem $folder -Filter *.yaml | Test-KaEnvironment).Count | Should -Be 2
    }

    It 'invents nothing, simulated nodes or not, and goes on with the others' {
        $found = 'nothing', 'broken' | Test-KaEnvironment -ErrorAction SilentlyContinue -ErrorVariable missing
        $found.Name | Should -Be 'broken'
        "$($missing[0])" | Should -BeLike '*nothing*Get-KaEnvironment*'
        { Test-KaEnvironment $good -Version 2 -ErrorAction Stop } | Should -Throw '*-Version*'
    }

    It 'tells a file that is not the one that was recorded' {
        Copy-Item (Join-Path $folder image.tgz) (Join-Path $folder kept)
        Add-Content (Join-Path $folder image.tgz) 'x'
        try { (Test-KaEnvironment debian13).Findings | Where-Object Subject -EQ image | ForEach-Object Verdict | Should -Be 'No' }
        finally { Move-Item (Join-Path $folder kept) (Join-Path $folder image.tgz) -Force }
    }

    It 'shows a table, and a list with all findings' {
        Test-KaEnvironment broken | Format-Table | Out-String -Width 120 | Should -Match 'broken\s+1 No\s+Small 1'
        Test-KaEnvironment broken | Format-List | Out-String -Width 120 | Should -Match 'Kernel\s+: /boot/nothing: not there'
        (Test-KaEnvironment broken).Findings | Format-Table | Out-String -Width 120 | Should -Match 'kernel\s+No\s+/boot/nothing'
    }
}
