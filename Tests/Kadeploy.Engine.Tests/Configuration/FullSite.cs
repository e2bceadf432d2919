namespace Kadeploy.Engine.Tests.Configuration;

/// <summary>A configuration in which every key is used, none with its default.</summary>
internal static class FullSite
{
    public const string Server = """
        server:
          address: 10.77.0.1
          agents: 10.77.0.1:25400
          images: "[fd77::1]:25401"
          administrators: [root, admin, "@staff"]
          groups:
            students: [alice, bob-b, d.e@f]
            staff: [carol, admin]
          rights: open
          agent_file: agent
          vlan: { set_cmd: [kavlan, -s, NODES, -i, VLAN_ID, -u, USER], hostname_suffix: -kavlan-VLAN_ID }
          limits:
            boots: 100
            bmc_calls: 10
            broadcasts: 2
          files:
            allow: [boot, clusters]
            networks: [10.0.0.0/8, "fd00::/8", 192.0.2.7]
            size: 20 GiB
            verify_days: 30
            mirrors: { "https://images.example/": ["https://mirror.example/images/", "http://10.0.0.5/"] }
            preinstall_limit: 5 MB
            postinstall_limit: 6 MB
          tftp:
            root: boot
            addresses: [10.77.0.1]
            port: 6969
            largest_block: 1024
            largest_window: 8
            timeout: 0.5
            tries: 9
            transfer_limit: 60
            most_transfers: 50
          http:
            root: boot
            addresses: 10.77.0.1
            port: 8070
            request_limit: 10
            stall_limit: 20
            most_connections: 30
        clusters: [clusters/lab.yml, clusters/other.yml]
        """;

    public const string Cluster = """
        name: lab
        architecture: amd64
        power:
          ipmi: &bmc
            user: admin
            password_file: ../password
            port: 624
            cipher_suite: 0x11
            privilege: administrator
            program: /usr/bin/ipmitool
            passing: file
            retransmit_interval: 2
            retransmissions: 5
            call_limit: 20
            attempts: 3
            retry_pause: 0.5
            minimum_interval: 2
            off_limit: 40
            off_interval: 2
        nodes:
          - name: node-[3,1-2]
            address: 10.77.1.[7,9-10]
            macs: ["52:54:00:77:00:07", "52:54:00:77:00:09", ["52:54:00:77:00:10", "52:54:00:77:01:10"]]
            bmc: { address: "10.78.1.[7,9-10]" }
          - name: single
            macs: ["52:54:00:77:00:11", "525400770112"]
            bmc: { address: bmc-single, user: other, password_env: BMC_PASSWORD, port: 623, cipher_suite: 3, privilege: user }
            disk: { serial: S2, wwn: "0x6000", model: OTHER*, size: ">= 1 TB", smallest: true }
            console: { file: ../single.log }
            groups: [spare, gpu]
            tags: [rack=r7, switch=sw-1]
            description: "the one with the loose cable: café"
        console: { file: ../HOSTNAME_SHORT/console.log, log_limit: 1 MiB }
        ssh: { user: deploy, port: 2222, identity_file: ../key, options: [ForwardAgent=no], proof_key: false }
        boot:
          method: iPXE
          firmware: uefi
          repository: ../boot
          protocol: http
          server: 10.77.0.1:8070
          profiles: { folder: pxelinux.cfg, naming: mac, prefix: p-, suffix: .ipxe }
          header: |
            echo hello
          local_header: echo local
          kernel: vmlinuz
          initrds: [initrd.img, overlay.img]
          parameters: console=ttyS0,115200
          nfsroot: { kernel: vmlinuz-nfs, initrds: [], parameters: root=/dev/nfs }
          network: { binary: grub/grub.efi, method: GrubPXE, repository: ../boot, protocol: tftp, server: 10.77.0.2, header: "#", profiles: { folder: grub } }
          local: { binary: local.efi, profiles: { folder: local } }
          efi_partition: 2
          userfiles: { folder: users, max_size: 1 GiB }
          disk_numbers: { /dev/disk/by-id/wwn-0x5000: 1 }
          disk_over_network: true
        partitioning:
          disk: { serial: S1, wwn: "0x5000", model: VIRT*, size: [">= 100 GB", <= 2 TiB], smallest: true }
          table: mbr
          layout:
            - { number: 1, kind: swap, size: 512 MiB }
            - { number: 2, size: 1 GB }
            - { number: 4, kind: extended, size: 8 GiB }
            - { number: 5, kind: linux, size: 4 GiB }
            - { number: 3, kind: linux, size: rest }
          partitions: { deploy: 3, swap: 1, prod: 2, tmp: 5 }
          supported_fs: [ext4, xfs]
          mkfs: { ext4: [-O, ^metadata_csum], xfs: -f }
        kernel_params: console=ttyS0 quiet
        bootloader: systemd_boot
        preinstalls: [{ archive: ../admin.tgz, compression: gzip, script: pre.sh }]
        postinstalls: { archive: "https://files.example/post.tar", compression: none, script: none }
        timeouts: { reboot: 60 + 20 * n, kexec: 30 }
        broadcast: { command: broadcast ENVFILE, decompress: false }
        automata:
          SetDeploymentEnv:
            - type: Untrusted
              retries: 2
              timeout: 400
              raisable: false
              breakpoint: true
              microsteps:
                - name: reboot
                  timeout: 90
                  retries: 1
                  raisable: true
                  breakpoint: true
                  pre-ops: [{ name: first, action: exec, command: [sh, -c, "echo $KADEPLOY_ENV"], retries: 3, timeout: 60, scattering: tree }]
                  post-ops: [{ name: second, action: send, file: ../key, destination: /mnt/dest/etc }]
                  substitute: [{ name: third, action: run, file: ../script.sh, params: a "b c" }]
          BroadcastEnv: [{ type: BroadcastEnvChain }]
          BootNewEnv: [{ type: Kexec }, { type: Classical }]
        """;

    public const string Other = """
        name: other
        nodes:
          - name: pc-1
            commands:
              on: { hard: own on }
          - { name: pc-2, console: { command: own-console HOSTNAME_SHORT } }
        power:
          commands:
            reboot: { soft: ssh HOSTNAME_FQDN 'reboot now', very_hard: [pdu, cycle, HOSTNAME_SHORT] }
            on: { soft: pdu on }
            off: { hard: pdu off }
            status: pdu status
            connector: ssh -l admin
            call_limit: 12.5
            off_limit: 60
            off_interval: 3
        console: { command: conserver HOSTNAME_FQDN }
        partitioning: { block_device: /dev/nvme0n1, script: ../script.sh, partitions: { deploy: 3, swap: none } }
        bootloader: { script: ../script.sh }
        automata: { macrosteps: { Verify: { type: None } } }
        """;
}
