BeforeAll {
    . $PSScriptRoot/Session.ps1
    . $PSScriptRoot/WebFolder.ps1
}

Describe 'Get-KaCache' {
    BeforeAll {
        $folder = New-Item -ItemType Directory (New-TestState)
        $cached = New-CachedState $folder
        $one = "$($cached.Server.Address)/one.tgz"
    }
    AfterAll {
        Remove-CachedState $cached
        Remove-Item $folder -Recurse
    }

    It 'lists what came by http, with its digest and address' {
        $all = Get-KaCache
        $all | Should -BeOfType Kadeploy.CachedFile
        $all.Count | Should -Be 2
        $all.Sha256 | Should -Contain (Get-FileHash (Join-Path $folder one.tgz)).Hash.ToLowerInvariant()
        $all.Sources | Should -Contain $one
    }

    It 'finds by <Name>' -TestCases @(
        @{ Name = 'address'; Script = { Get-KaCache $one } }
        @{ Name = 'a wildcard'; Script = { Get-KaCache *one.tgz } }
        @{ Name = 'the beginning of a digest'; Script = { Get-KaCache (Get-FileHash (Join-Path $folder one.tgz)).Hash.Substring(0, 12) } }
        @{ Name = 'itself'; Script = { Get-KaCache | Where-Object Sources -Contain $one | Get-KaCache } }
        @{ Name = 'an object with a digest'; Script = { [pscustomobject]@{ Sha256 = (Get-FileHash (Join-Path $folder one.tgz)).Hash } | Get-KaCache } }
    ) {
        param($Script)
        (& $Script).Sources | Should -Be $one
    }

    It 'says what is not there, and finds nothing where wildcards fit nothing' {
        Get-KaCache nothing* | Should -BeNullOrEmpty
        { Get-KaCache https://nobody.example/x -ErrorAction Stop } | Should -Throw '*nobody.example*' -ErrorId 'KA1001,Kadeploy.PowerShell.Cmdlets.GetKaCache'
        { Get-KaCache 42 } | Should -Throw '*not Int32*'
    }

    It 'says how full it is' {
        $summary = Get-KaCache -Summary
        $summary | Should -BeOfType Kadeploy.CacheContents
        $summary.Files.Length | Should -Be 2
        $summary.Limit | Should -BeGreaterThan $summary.Used
    }

    It 'completes addresses' {
        (Get-Completion 'Get-KaCache http').ListItemText | Should -Contain $one
    }

    It 'shows a table and a list' {
        Get-KaCache $one | Format-Table | Out-String -Width 120 | Should -Match '[0-9a-f]{12}\s+3\.0 kB\s+\d{4}-.*one\.tgz'
        Get-KaCache $one | Format-List | Out-String -Width 120 | Should -Match 'Pinned\s+: False'
        Get-KaCache -Summary | Format-Table | Out-String -Width 120 | Should -Match '2\s+6\.0 kB\s+100\.0 GB'
    }
}
