BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaRight' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-8]') | Out-Null
        Grant-KaRight alice lab-[1-2] -For 1.00:00:00
        Grant-KaRight bob cluster:lab -From '2099-01-01' -Until '2099-02-01'
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'lists rights that hold now or later' {
        $all = Get-KaRight
        $all | Should -BeOfType Kadeploy.Right
        $all.User | Should -Be 'alice', 'alice', 'bob'
    }

    It 'finds by user and by node, whatever the scope' {
        (Get-KaRight bob).Scope.Cluster | Should -Be 'lab'
        (Get-KaRight -Node lab-2).User | Should -Be 'alice', 'bob'
        (Get-KaNode lab-7 | Get-KaRight).User | Should -Be 'bob'
        Get-KaRight carol | Should -BeNullOrEmpty
        @() | Get-KaRight | Should -BeNullOrEmpty
        { Get-KaRight '@' } | Should -Throw '*group*'
    }

    It 'completes users' {
        (Get-Completion 'Get-KaRight ali').CompletionText | Should -Be 'alice'
    }

    It 'shows a table with the time that each holds' {
        $table = Get-KaRight | Format-Table | Out-String -Width 120
        $table | Should -Match 'User\s+Scope\s+Part\s+From\s+Until\s+GrantedBy'
        $table | Should -Match 'bob\s+cluster:lab\s+\*\s+\d{4}-\d\d-\d\d \d\d:\d\d\s+\d{4}-'
        Get-KaRight bob | Format-List | Out-String -Width 120 | Should -Match 'Scope\s+: cluster:lab'
    }
}
