BeforeAll {
    . $PSScriptRoot/Session.ps1
    . $PSScriptRoot/WebFolder.ps1
}

Describe 'Clear-KaCache' {
    BeforeEach {
        $folder = New-Item -ItemType Directory (New-TestState)
        $cached = New-CachedState $folder
        $one = "$($cached.Server.Address)/one.tgz"
    }
    AfterEach {
        Remove-CachedState $cached
        Remove-Item $folder -Recurse
    }

    It 'removes everything, and gives it with -PassThru' {
        $removed = Clear-KaCache -PassThru
        $removed | Should -BeOfType Kadeploy.CachedFile
        $removed.Count | Should -Be 2
        Get-KaCache | Should -BeNullOrEmpty
        $removed.Path | Should -Not -Exist
    }

    It 'removes what the pipeline brings, and nothing when it brings nothing' {
        Get-KaCache $one | Clear-KaCache
        (Get-KaCache).Sources | Should -Be "$($cached.Server.Address)/two.tgz"
        Get-KaCache $one* | Clear-KaCache
        @(Get-KaCache).Count | Should -Be 1
    }

    It 'keeps so many bytes, and what was used lately' {
        Clear-KaCache -Keep 1GB
        Clear-KaCache -UnusedFor 1.00:00:00
        @(Get-KaCache).Count | Should -Be 2
        Clear-KaCache -Keep 4KB
        @(Get-KaCache).Count | Should -Be 1
    }

    It 'says which file is not there' {
        { Clear-KaCache https://nobody.example/x } | Should -Throw '*nobody.example*' -ErrorId 'KA1001*'
        { Clear-KaCache -UnusedFor -1.00:00:00 } | Should -Throw '*-UnusedFor*negative*'
    }

    It 'removes nothing with -WhatIf, and says how much it would' {
        Get-Transcript { Clear-KaCache $one -WhatIf } | Should -BeLike '*up to 1 files, 0.0 MB*'
        @(Get-KaCache).Count | Should -Be 2
    }

    It 'asks once with -Confirm' {
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Get-KaCache -Session $s | Clear-KaCache -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        @(Get-KaCache).Count | Should -Be 2
    }
}
