BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Set-KaCluster' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]'), (New-TestCluster $folder gpu) | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'sets keys and takes them away' {
        Set-KaCluster lab -Setting @{ kernel_params = 'console=ttyS0'; 'timeouts.reboot' = 600 } | Should -BeNullOrEmpty
        (Get-KaCluster lab).Settings | Should -BeLike '*kernel_params: console=ttyS0*'
        $now = Set-KaCluster lab -Unset kernel_params -PassThru
        $now | Should -BeOfType Kadeploy.InventoryCluster
        $now.Settings | Should -Not -BeLike '*kernel_params*'
        $now.Settings | Should -BeLike '*reboot: 600*'
    }

    It 'changes what the pipeline brings, each by itself' {
        $now = Get-KaCluster | Set-KaCluster -Setting @{ kernel_params = 'quiet' } -PassThru
        $now.Name | Should -Be 'gpu', 'lab'
        $rest = 'nothing', 'gpu' | Set-KaCluster -Setting @{ kernel_params = 'loud' } -PassThru -ErrorAction SilentlyContinue -ErrorVariable missing
        $rest.Name | Should -Be 'gpu'
        "$($missing[0])" | Should -BeLike '*nothing*'
    }

    It 'refuses an unknown key with the nearest one, and changes nothing' {
        { Set-KaCluster lab -Setting @{ kernel_prams = 'x' } -ErrorAction Stop } | Should -Throw '*kernel_prams*kernel_params*' -ErrorId 'KA1001*'
        { Set-KaCluster lab } | Should -Throw '*-Setting*'
    }

    It 'changes nothing with -WhatIf, and asks for each with -Confirm' {
        Get-Transcript { Set-KaCluster lab -Setting @{ kernel_params = 'x' } -WhatIf } | Should -BeLike '*Change cluster lab: kernel_params = x*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Get-KaCluster -Session $s | Set-KaCluster -Unset kernel_params -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 2
        (Get-KaCluster lab).Settings | Should -Not -BeLike '*kernel_params*'
    }
}
