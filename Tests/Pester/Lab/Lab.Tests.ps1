# In a lab: 'dotnet msbuild build.proj -t:PesterLab' makes one, and runs this inside of it.
BeforeDiscovery { $outside = -not ($env:KADEPLOY_LAB_NODES -and $env:KADEPLOY_LAB_SYSTEM) }

BeforeAll { . $PSScriptRoot/../Session.ps1 }

Describe 'Deployments of nodes that answer' -Skip:$outside {
    BeforeAll {
        $nodes = -split $env:KADEPLOY_LAB_NODES
        $addresses = -split $env:KADEPLOY_LAB_ADDRESSES
        $null = New-Item -ItemType Directory -Force (Get-KaSession).StateDirectory
        Get-KaEnvironment -AllVersions | Remove-KaEnvironment -Force
    }

    It 'finds the configuration of the lab by itself' {
        (Get-KaSession).Configuration | Should -Be $env:KADEPLOY_CONFIG
        (Get-KaSession).Simulation | Should -BeNullOrEmpty
    }

    It 'completes the nodes of the configuration' {
        (Get-Completion "Start-KaDeployment $($nodes[0].Substring(0, 3))").CompletionText | Should -Be $nodes
    }

    It 'asks every management controller before' {
        $power = Test-KaDeployment $nodes $env:KADEPLOY_LAB_SYSTEM | Where-Object Check -EQ Power
        $power.Subject | Sort-Object | Should -Be $nodes
        $power.Outcome | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Passed'
    }

    It 'names a node that is not in the configuration' {
        { Start-KaDeployment nobody-1 $env:KADEPLOY_LAB_SYSTEM -Force } | Should -Throw '*nobody-1*' -ErrorId 'KA1001*'
    }

    It 'lists the nodes of the configuration' {
        (Get-KaNode).ComputerName | Should -Be $nodes
        (Get-KaNode)[0].Origin | Should -BeLike '*.yml:*'
    }

    It 'records an environment, deploys it by its name, proves what was written, and lets the key log in' {
        $recorded = Add-KaEnvironment $env:KADEPLOY_LAB_SYSTEM
        $told = Get-KaNode | Start-KaDeployment -Environment $recorded.Name -Key "$env:KADEPLOY_LAB_SSH_KEY.pub" -Chains 1 -Force -Wait -Verbose 4>&1
        $results = $told | Where-Object { $_ -is [Kadeploy.NodeResult] }
        "$($told | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })" | Should -BeLike "*broadcast: * to $($nodes.Count) nodes in *"
        $results.State | ForEach-Object ToString | Should -Be (@('Ok') * $nodes.Count)
        $results.Facts.ImageDigest | Sort-Object -Unique | Should -Match '^[0-9a-f]{64}$'
        foreach ($address in $addresses) {
            $said = ssh -i $env:KADEPLOY_LAB_SSH_KEY -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "root@$address" cat /etc/kadeploy-deployment 2>&1
            "$said" | Should -BeLike "*$($results[0].Operation)*"
        }
        (Get-KaNode -State Deployed -Environment $recorded.Name).ComputerName | Should -Be $nodes
        (Get-KaStat -Operation $results[0].Operation).State | ForEach-Object ToString | Should -Be (@('Ok') * $nodes.Count)
        Get-KaConsoleLog $nodes -Tail 1 | ForEach-Object { "$($_.Node)" } | Should -Be $nodes
        (Get-KaAudit $results[0].Operation).Action | ForEach-Object ToString | Should -Contain 'OperationEnded'
    }

    It 'foretells from then on how long it takes' {
        (Test-KaDeployment $nodes (Get-KaEnvironment) | Where-Object Check -EQ Duration).Outcome | Should -Be 'Passed'
    }

    It 'goes on with a deployment that a PowerShell left half done' {
        $said = Invoke-Pwsh "Import-Module '$moduleFolder/Kadeploy.psd1'; (Start-KaDeployment $($nodes[0]) '$env:KADEPLOY_LAB_SYSTEM' -Force).Id.Value" 2>&1
        "$($said | Where-Object { $_ -isnot [string] })" | Should -BeLike "*$($said | Where-Object { $_ -is [string] })*Resume-KaDeployment*"
        (Resume-KaDeployment -Wait).State | Should -Be 'Ok'
    }
}
