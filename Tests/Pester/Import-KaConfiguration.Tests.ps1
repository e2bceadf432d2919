BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Import-KaConfiguration' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        $old = Join-Path $folder 'old'
        $null = New-Item -ItemType Directory $old, (Join-Path $folder 'tftp/pxelinux.cfg')
        foreach ($file in 'vmlinuz-deploy', 'initrd-deploy') { Set-Content (Join-Path $folder "tftp/$file") x }
        Set-Content (Join-Path $old server.conf) @"
database: { kind: mysql, host: localhost, name: deploy3, login: deploy, passwd: hunter2 }
network: { server_hostname: kadeploy.site.example }
pxe:
  dhcp:
    method: PXElinux
    repository: $(Join-Path $folder tftp)
    export: { kind: tftp, server: LOCAL_IP }
    profiles: { directory: pxelinux.cfg, filename: ip_hex }
"@
        Set-Content (Join-Path $old clusters.conf) "clusters:`n  - name: small`n    conf_file: small.conf`n    nodes: [{ name: 'small-[1-3]', address: '10.0.1.[1-3]' }]"
        Set-Content (Join-Path $old small.conf) @'
partitioning:
  block_device: /dev/sda
  disable_swap: true
  partitions: { deploy: 3 }
  script: partition.sh
boot:
  install_bootloader: bootloader.sh
  kernels: { deploy: { vmlinuz: vmlinuz-deploy, initrd: initrd-deploy } }
remoteops:
  reboot: ["ssh root@HOSTNAME_FQDN reboot", "", "pdu cycle HOSTNAME_SHORT"]
'@
        foreach ($file in 'partition.sh', 'bootloader.sh') { Set-Content (Join-Path $old $file) '#!/bin/sh' }
        $new = Join-Path $folder 'new'
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'makes a configuration, and reports what became of each key without its value' {
        $report = Import-KaConfiguration $old $new -WarningAction SilentlyContinue -WarningVariable warned
        $report | Should -BeOfType Kadeploy.ConfigurationImportReport
        $report.Clusters | Should -Be 1
        $report.Nodes | Should -Be 3
        $report.DryRun | Should -BeFalse
        Join-Path $new kadeploy.yml | Should -Exist
        $report.Keys | Should -BeOfType Kadeploy.ImportedKey
        ($report.Keys | Where-Object Key -Like 'database*' | Select-Object -First 1).Outcome | Should -Be 'NotApplicable'
        "$($report | Format-List * | Out-String) $($report.Keys | Out-String -Width 400)" | Should -Not -BeLike '*hunter2*'
        "$warned" | Should -Not -BeNullOrEmpty
        "$warned" | Should -Not -BeLike '*--kernel*'
        Set-KaSession -StateDirectory $state -Configuration (Join-Path $new kadeploy.yml)
        (Get-KaNode).ComputerName | Should -Be 'small-1', 'small-2', 'small-3'
        (Get-KaNode small-2).Origin | Should -BeLike '*small*:*'
    }

    It 'writes nothing with -WhatIf, but reports' {
        $report = Import-KaConfiguration $old $new -WhatIf -WarningAction SilentlyContinue
        $report.DryRun | Should -BeTrue
        $report.Files | Should -Not -BeNullOrEmpty
        $new | Should -Not -Exist
    }

    It 'lists what is wrong with file and line, and writes nothing' {
        Set-Content (Join-Path $old small.conf) 'partitioning: { block_device: sda, partitions: { deploy: 3 } }'
        { Import-KaConfiguration $old $new } | Should -Throw '*small.conf*' -ErrorId 'KA1001,Kadeploy.PowerShell.Cmdlets.ImportKaConfiguration'
        { Import-KaConfiguration (Join-Path $folder nowhere) $new } | Should -Throw '*nowhere*'
        $new | Should -Not -Exist
    }

    It 'asks once with -Confirm' {
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Import-KaConfiguration $s.Old $s.New -Session $s.Session -Confirm -WarningAction SilentlyContinue } -Session @{ Session = Get-KaSession; Old = $old; New = $new }
        $asked.Questions.Count | Should -Be 1
        $asked.Questions[0] | Should -BeLike '*1 clusters and 3 nodes*'
        $new | Should -Not -Exist
    }

    It 'shows the report as counts, and the keys as a table' {
        $report = Import-KaConfiguration $old $new -WhatIf -WarningAction SilentlyContinue
        $report | Out-String -Width 120 | Should -Match 'NotApplicable : \d+'
        $report.Keys | Format-Table | Out-String -Width 120 | Should -Match 'server\.conf\s+\d+\s+\S+'
    }
}
