BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaAudit' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]') | Out-Null
        Grant-KaRight alice lab-[1-2]
        Revoke-KaRight alice lab-2 -Force
        Start-KaDeployment lab-3 debian13 -Force -Wait | Out-Null
        $operation = Get-KaDeployment -Last 1
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'gives what was done, in its order' {
        $all = Get-KaAudit
        $all | Should -BeOfType Kadeploy.AuditEntry
        $all.Number | Should -Be (1..$all.Count)
        $all.Action | ForEach-Object ToString | Should -Contain 'Granted'
        $all.User | Should -Contain ([Environment]::UserName)
    }

    It 'narrows by <Name>' -TestCases @(
        @{ Name = 'action'; Script = { Get-KaAudit -Action Granted, Revoked }; Expected = 'Granted', 'Revoked' }
        @{ Name = 'node'; Script = { Get-KaAudit -Node lab-1 -Action Granted, Revoked }; Expected = 'Granted' }
        @{ Name = 'deployment'; Script = { Get-KaAudit $operation.Id -Action OperationStarted, OperationEnded }; Expected = 'OperationStarted', 'OperationEnded' }
        @{ Name = 'a deployment of the pipeline'; Script = { $operation | Get-KaAudit -Action OperationEnded }; Expected = 'OperationEnded' }
        @{ Name = 'user'; Script = { Get-KaAudit -User nobody }; Expected = @() }
        @{ Name = 'time'; Script = { Get-KaAudit -From (Get-Date).AddDays(1) }; Expected = @() }
        @{ Name = 'number'; Script = { Get-KaAudit -Last 1 -Action Granted, Revoked }; Expected = 'Revoked' }
    ) {
        param($Script, $Expected)
        @(& $Script | ForEach-Object { "$($_.Action)" }) | Should -Be $Expected
    }

    It 'refuses what is no single node' {
        { Get-KaAudit -Node lab-[1-2] } | Should -Throw '*no name of a single node*' -ErrorId 'KA1001*'
    }

    It 'shows a table and a list' {
        Get-KaAudit -Action Granted | Format-Table | Out-String -Width 120 | Should -Match '\d+ \d{4}-\d\d-\d\d \d\d:\d\d \S+\s+Granted\s+lab-\[1-2\]'
        Get-KaAudit -Last 1 | Format-List | Out-String -Width 120 | Should -Match 'Hash\s+: [0-9a-f]{64}'
    }
}
