BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Invoke-KaReboot' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Add-KaEnvironment (New-TestImage $folder) | Out-Null
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'reboots all that the pipeline brings as one operation, and gives each as it ends' {
        $results = Get-KaNode lab-[1-4] | Invoke-KaReboot -Force
        $results | Should -BeOfType Kadeploy.NodeResult
        $results.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Ok'
        (Get-KaDeployment -Kind Reboot).Nodes | Should -Be 4
    }

    It 'plans a reboot into <Into>' -TestCases @(
        @{ Into = 'Simple'; Extra = @{ Level = 'Hard'; RebootTimeout = 300 } }
        @{ Into = 'DeployEnv'; Extra = @{ DeployEnvironment = $true } }
        @{ Into = 'RecordedEnv'; Extra = @{ Environment = 'debian13'; Partition = 3 } }
    ) {
        param($Into, $Extra)
        $plan = Invoke-KaReboot lab-1 @Extra -WhatIf -PassThru
        $plan | Should -BeOfType Kadeploy.OperationPlan
        "$($plan.Request.Into)" | Should -Be $Into
        if ($Into -eq 'Simple') { "$($plan.Request.Level)" | Should -Be 'Hard' }
        if ($Into -eq 'RecordedEnv') { $plan.Request.Environment.Name | Should -Be 'debian13' }
    }

    It 'reads a boot profile from where PowerShell stands' {
        Push-Location $folder
        try {
            Set-Content my.ipxe "#!ipxe`nboot memtest"
            (Invoke-KaReboot lab-1 -BootProfile ./my.ipxe -WhatIf -PassThru).Request.Profile.Text | Should -BeLike '*memtest*'
            { Invoke-KaReboot lab-1 -BootProfile ./none.ipxe -Force } | Should -Throw '*none.ipxe*' -ErrorId 'KA1001*'
        }
        finally { Pop-Location }
    }

    It 'gives nodes that fail as errors with what to do' {
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 1 -Fault BmcRefuses
        $results = Invoke-KaReboot lab-[1-2] -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $results.State | ForEach-Object ToString | Should -Be 'Ko', 'Ko'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'KA*,Kadeploy.PowerShell.Cmdlets.InvokeKaReboot'
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Set-KaSession -Simulated -StateDirectory $state
    }

    It 'says which environment is not there' {
        { Invoke-KaReboot lab-1 -Environment nothing -Partition 3 -Force } | Should -Throw '*nothing*' -ErrorId 'KA1001*'
    }

    It 'is of high impact, reboots nothing with -WhatIf, and asks once with -Confirm' {
        [Kadeploy.PowerShell.Cmdlets.InvokeKaReboot].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
        $before = @(Get-KaDeployment -Kind Reboot).Count
        Get-Transcript { Invoke-KaReboot lab-[1-2] -DeployEnvironment -WhatIf } | Should -BeLike '*Reboot 2 nodes (lab-*1-2*) into the deployment environment*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Invoke-KaReboot lab-[1-3] -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        @(Get-KaDeployment -Kind Reboot).Count | Should -Be $before
        @() | Invoke-KaReboot -Force -WarningVariable none -WarningAction SilentlyContinue
        "$none" | Should -BeLike '*no nodes*'
    }
}
