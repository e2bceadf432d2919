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

    It 'takes the credential of all controllers' {
        Import-KaCluster (New-TestControllerCluster $folder) | Out-Null
        Get-Transcript { Set-KaCluster bmc -ControllerCredential (New-TestCredential) -WhatIf } | Should -BeLike '*bmc*the password of the controllers*'
        (Get-TestPassword $state).Count | Should -Be 0
        $changed = Set-KaCluster bmc -ControllerCredential (New-TestCredential "it's: me") -PassThru
        $file = @((Get-TestPassword $state).Keys)
        $file.Count | Should -Be 1
        $changed.Settings | Should -BeLike "*it's: me*$file*"
        $changed.Settings | Should -Not -BeLike '*hush*'
        Set-KaCluster bmc -ControllerCredential (New-TestCredential -Password 'hush-2')
        (Get-TestPassword $state).Values | Should -Be 'hush-2'
        { Set-KaCluster bmc -Setting @{ 'power.ipmi.password_env' = 'X' } -ControllerCredential (New-TestCredential) -ErrorAction Stop } | Should -Throw '*password_env*give one*'
        { Set-KaCluster bmc -Setting @{ 'power.ipmi.user' = 'me' } -ControllerCredential (New-TestCredential) } | Should -Throw "*'deploy'*power.ipmi.user*'me'*"
        Set-KaCluster bmc -Setting @{ 'power.ipmi.password_file' = (Join-Path $folder password) }
        (Get-TestPassword $state).Count | Should -Be 0
    }
}
