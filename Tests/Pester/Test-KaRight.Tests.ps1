BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Test-KaRight' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-8]') | Out-Null
        Grant-KaRight alice lab-[1-2] -Part /dev/sda3 -From '2099-01-01' -Until '2099-02-01'
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'answers as the engine would, with what is missing' {
        $yes = Test-KaRight lab-[1-2] -User alice -At '2099-01-15'
        $yes | Should -BeOfType Kadeploy.RightsVerdict
        $yes.IsGranted | Should -BeTrue
        $no = Test-KaRight lab-[2-4] -User alice -At '2099-01-15'
        $no.IsGranted | Should -BeFalse
        $no.Missing.Node | ForEach-Object ToString | Should -Be 'lab-3', 'lab-4'
        Test-KaRight lab-1 -User alice -Quiet | Should -BeFalse
        Test-KaRight lab-1 -User alice -At '2099-01-15' -Part /dev/sda3 -Quiet | Should -BeTrue
        Test-KaRight lab-1 -User alice -At '2099-01-15' -Part /dev/sda -Quiet | Should -BeFalse
    }

    It 'asks about you, an administrator, and of all that the pipeline brings together' {
        Get-KaNode -Cluster lab | Test-KaRight -Quiet | Should -BeTrue
        @(Get-KaNode -Cluster lab | Test-KaRight).Count | Should -Be 1
        @() | Test-KaRight | Should -BeNullOrEmpty
    }

    It 'says which node there is not' {
        (Test-KaRight nowhere-1 -User alice).IsGranted | Should -BeFalse
    }

    It 'shows a table and a list' {
        Test-KaRight lab-3 -User alice | Format-Table | Out-String -Width 120 | Should -Match 'False\s+\S'
        Test-KaRight lab-3 -User alice | Format-List | Out-String -Width 120 | Should -Match 'Missing\s+: lab-3 '
    }
}
