using System.Text;

namespace Kadeploy.Engine.Tests.Configuration;

/// <summary>A configuration of Kadeploy 3 in which every key is used, with the files that it names; removed at the end.</summary>
internal sealed class Kadeploy3Folder : IDisposable
{
    public const string Clusters = """
        clusters:
          - name: graphene
            conf_file: graphene-cluster.conf
            prefix: g
            nodes:
              - name: graphene-[1-3].site.example
                address: 10.0.0.[1-3]
              - { name: graphene-9.site.example, address: 10.0.0.9 }
          - name: small
            conf_file: small-cluster.conf
            nodes: [{ name: small-1, address: 10.0.1.1 }]
        """;

    public const string Commands = """
        graphene-2.site.example:
          reboot_soft: own-reboot soft HOSTNAME_FQDN
          reboot_hard: own-reboot hard
          reboot_very_hard: own-reboot very_hard
          power_on_soft: own-on soft
          power_on_hard: own-on hard
          power_on_very_hard: own-on very_hard
          power_off_soft: own-off soft
          power_off_hard: own-off hard
          power_off_very_hard: own-off very_hard
          power_status: own-status
          console: own-console HOSTNAME_SHORT
        """;

    public const string Client = """
        default: one
        servers:
          - { name: one, hostname: kadeploy.site.example, port: 25300, secure: true, auth_headers_prefix: X-Kadeploy- }
        """;

    public const string Small = """
        partitioning:
          block_device: /dev/sda
          disable_swap: true
          partitions: { deploy: 3, prod: -1 }
          script: partition.sh
        boot:
          install_bootloader: bootloader.sh
          kernels: { deploy: { vmlinuz: vmlinuz-deploy, initrd: initrd-deploy } }
        remoteops:
          reboot: ["ssh root@HOSTNAME_FQDN reboot", "", "pdu cycle HOSTNAME_SHORT"]
        """;

    public const string Cluster = """
        partitioning:
          block_device: /dev/sdb
          disable_swap: false
          partitions: { swap: 1, prod: 2, deploy: 3, tmp: 5 }
          script: partition.sh
        boot:
          sleep_time_before_ping: 20
          install_bootloader: bootloader.sh
          kernels:
            user: { params: console=ttyS0 quiet }
            deploy: { vmlinuz: /kernels/vmlinuz, initrd: /kernels/initrd, params: "console=ttyS1,115200 rw", drivers: "e1000, tg3", supported_fs: "ext4, xfs" }
            nfsroot: { vmlinuz: kernels/vmlinuz, params: root=/dev/nfs }
        remoteops:
          level_name: [gentle, firm, brutal]
          reboot:
            - { name: gentle, cmd: "DEFAULT_CONNECTOR root@HOSTNAME_FQDN \"nohup /sbin/reboot -f &>/dev/null &\"" }
            - { name: firm, cmd: "lanpower --machine HOSTNAME_SHORT --reset" }
            - { name: brutal, cmd: "pdu GROUP_FQDN cycle", group: groups.txt }
          power_on: [{ name: firm, cmd: "lanpower --on HOSTNAME_SHORT" }]
          power_off: [{ name: gentle, cmd: "DEFAULT_CONNECTOR HOSTNAME_FQDN poweroff" }, { name: firm, cmd: "lanpower --off HOSTNAME_SHORT -P secret" }]
          power_status: [{ name: gentle, cmd: lanpower --status HOSTNAME_SHORT }]
          console: [{ name: gentle, cmd: conman HOSTNAME_SHORT }]
        localops:
          broadcastenv: { cmd: "site-broadcast ENVFILE NODEFILE", decompress: false }
        preinstall:
          files: [{ file: admin.tgz, format: tgz, script: pre.sh }]
        postinstall:
          files: [{ file: admin.tgz, format: txz, script: none }]
        timeouts: { reboot: "100 + 30 * Math.log(n + 1)", kexec: 40 }
        kexec: { repository: /dev/shm/kexec_repository }
        pxe:
          headers: { dhcp: "# chain", localboot: "# local", networkboot: "# network" }
        hooks: { use_ip_to_deploy: true }
        automata:
          macrosteps:
            SetDeploymentEnv:
              - type: Untrusted
                timeout: 400
                retries: 2
                raisable: false
                breakpoint: true
                microsteps:
                  - name: reboot
                    timeout: 0
                    retries: 1
                    raisable: false
                    breakpoint: true
                    pre-ops: [{ name: say, action: exec, command: "echo $KADEPLOY_NODE > /tmp/x", timeout: 10, retries: 1, scattering: tree }]
                    post-ops: [{ name: put, action: send, file: key, destination: /tmp }]
                    substitute: [{ name: do, action: run, file: script.sh, params: a b }]
                  - { name: load_drivers, timeout: 5 }
              - { type: SetDeploymentEnvKexec, timeout: 300 }
            BroadcastEnv:
              - { type: Kascade, timeout: 500, retries: 1 }
              - { type: Chain, timeout: 600 }
            BootNewEnv:
              - { type: Classical, timeout: 400 }
              - { type: PivotRoot, timeout: 10 }
              - { type: HardReboot, timeout: 400, retries: 1 }
        """;

    public Kadeploy3Folder()
    {
        foreach (var folder in new[] { "old/keys", "tftp/pxelinux.cfg", "tftp/local", "tftp/grub", "tftp/kernels", "tftp/new", "tftp/userfiles" }) Directory.CreateDirectory(At(folder));
        foreach (var file in new[]
                 {
                     "old/keys/id_deploy", "old/key", "old/script.sh", "old/partition.sh", "old/bootloader.sh", "old/admin.tgz", "tftp/vmlinuz-deploy", "tftp/initrd-deploy",
                     "tftp/kernels/vmlinuz", "tftp/kernels/initrd", "tftp/new/vmlinuz", "tftp/new/initrd.img", "tftp/new/site.img",
                 }) Write(file, file);
        Write("old/server.conf", Server);
        Write("old/clusters.conf", Clusters);
        Write("old/command.conf", Commands);
        Write("old/client.conf", Client);
        Write("old/graphene-cluster.conf", Cluster);
        Write("old/small-cluster.conf", Small);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("kadeploy3-").FullName;

    public string Server => $"""
        database: {Braced("kind: mysql, host: localhost, name: deploy3, login: deploy, passwd: hunter2")}
        rights: {Braced("kind: db, almighty_users: 'root, alice,bob', purge_deployment_timer: 900")}
        network:
          server_hostname: kadeploy.site.example
          tcp_buffer_size: 8192
          vlan: {Braced("hostname_suffix: -kavlan-VLAN_ID, set_cmd: kavlan -s VLAN_ID NODES")}
          ports: {Braced("kadeploy_server: 25300, ssh: 2222, test_deploy_env: 25300")}
        security:
          secure_server: true
          local_only: false
          certificate: cert.pem
          private_key: {Braced("algorithm: RSA, file: key.pem")}
          force_secure_client: false
        authentication:
          global: {Braced("headers_prefix: X-Kadeploy-")}
          acl: {Braced("whitelist: [localhost]")}
          certificate: {Braced("ca_cert: ca.pem, ca_public_key: { algorithm: RSA, file: ca.pub }, whitelist: []")}
          http_basic: {Braced("dbfile: htpasswd, realm: x, whitelist: []")}
          ident: {Braced("whitelist: [localhost]")}
        ssh_private_key: keys/id_deploy
        autoclean_threshold: 360
        logs: {Braced("logfile: /var/log/k.log, database: true, debugfile: ''")}
        verbosity: {Braced("logs: 3, clients: 3")}
        cache: {Braced("directory: /tmp/cache, size: 5000, concurrency_level: 10")}
        windows: {Braced("reboot: { size: 50, sleep_time: 10 }, check: { size: 50 }")}
        environments:
          deployment: {Braced("extraction_dir: /mnt/dest, rambin_dir: /rambin, tarball_dir: /tmp")}
          max_preinstall_size: 20
          max_postinstall_size: 20
        hooks: {Braced("end_of_deployment: hook WORKFLOW_ID, end_of_reboot: '', end_of_power: ''")}
        external:
          default_connector: ssh -l root -q -o BatchMode=yes
          taktuk: {Braced("connector: DEFAULT_CONNECTOR, tree_arity: 0, auto_propagate: true, outputs_size: 20000")}
          bittorrent: {Braced("tracker_ip: 10.0.0.1, download_timeout: 60")}
          kastafior: {Braced("binary: kastafior")}
          kascade: {Braced("binary: kascade, args: ''")}
          mkfs: [{Braced("fstype: ext4, args: '-b 4096 -O sparse_super'")}]
          tar: --warning=no-timestamp
        pxe:
          dhcp:
            method: PXElinux
            repository: {At("tftp")}
            export: {Braced("kind: tftp, server: LOCAL_IP")}
            profiles: {Braced("directory: pxelinux.cfg, filename: ip_hex")}
            userfiles: {Braced("directory: userfiles, max_size: 200, concurrency_level: 5")}
          networkboot:
            method: GrubPXE
            binary: grub.0
            repository: {At("tftp")}
            export: {Braced("kind: http, server: boot.site.example")}
            profiles: {Braced("directory: grub, filename: hostname_short")}
          localboot:
            method: GrubPXE
            binary: local.0
            repository: {At("tftp")}
            export: {Braced("kind: tftp, server: LOCAL_IP")}
            profiles: {Braced("directory: local, filename: ip")}
        """;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text, new UTF8Encoding(false));

    public ConfigurationImport Import => new() { Directory = At("old"), Output = At("new") };

    public string Short(string text) => text.Replace(Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Braced(string text) => "{ " + text + " }";
}
