BeforeAll {
    . $PSScriptRoot/Session.ps1
    . $PSScriptRoot/WebFolder.ps1
}

Describe 'Test-KaCache' {
    BeforeAll {
        $folder = New-Item -ItemType Directory (New-TestState)
        $cached = New-CachedState $folder
        $one = "$($cached.Server.Address)/one.tgz"
    }
    AfterAll {
        Remove-CachedState $cached
        Remove-Item $folder -Recurse
    }

    It 'finds nothing wrong with what is as it was fetched' {
        $checks = Test-KaCache
        $checks | Should -BeOfType Kadeploy.CacheCheck
        $checks.Count | Should -Be 2
        $checks | Where-Object Problem | Should -BeNullOrEmpty
        Test-KaCache -Quiet | Should -BeTrue
        Get-KaCache $one | Test-KaCache -Quiet | Should -BeTrue
        @() | Test-KaCache | Should -BeNullOrEmpty
    }

    It 'says which file is not there' {
        { Test-KaCache https://nobody.example/x } | Should -Throw '*nobody.example*' -ErrorId 'KA1001*'
    }

    It 'finds what was damaged, and removes it' {
        $file = Get-KaCache $one
        Set-Content $file.Path 'damaged'
        $check = $file | Test-KaCache
        $check.Sha256 | Should -Be $file.Sha256
        $check.Problem | Should -Not -BeNullOrEmpty
        $check | Format-Table | Out-String -Width 120 | Should -Match "$($file.Sha256.Substring(0, 12)).*\S"
        @(Get-KaCache).Count | Should -Be 1
        Test-KaCache -Quiet | Should -BeTrue
    }
}
