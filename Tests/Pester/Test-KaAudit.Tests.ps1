BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Test-KaAudit' {
    BeforeAll {
        $state = Set-TestSession
        Start-KaDeployment a-1 debian13 -Force -Wait | Out-Null
        $mark = Get-KaAudit -Last 1
    }
    AfterAll { Remove-TestSession $state }

    It 'finds nothing wrong with what is as it was written' {
        $found = Test-KaAudit
        $found | Should -BeOfType Kadeploy.AuditVerification
        $found.IsIntact | Should -BeTrue
        $found.Entries | Should -Be $mark.Number
        $found.Head | Should -Be $mark.Hash
        Test-KaAudit -Quiet | Should -BeTrue
        $found | Out-String -Width 120 | Should -Match 'IsIntact\s+: True'
    }

    It 'compares with an entry that was noted, also one that was kept in a file' {
        $mark | Test-KaAudit -Quiet | Should -BeTrue
        $kept = New-TestState
        $mark | Export-Clixml $kept
        try { Test-KaAudit -Expect (Import-Clixml $kept) -Quiet | Should -BeTrue } finally { Remove-Item $kept }
        $found = Test-KaAudit -Expect ([pscustomobject]@{ Number = $mark.Number; Hash = '0' * 64 })
        $found.IsIntact | Should -BeFalse
        $found.Problems | Should -Not -BeNullOrEmpty
        { Test-KaAudit -Expect 'yesterday' } | Should -Throw '*Number and Hash*'
    }
}
