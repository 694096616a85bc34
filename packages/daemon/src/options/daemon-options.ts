export type FirewallOption = "auto" | "nftables" | "iptables" | "none";
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** What a daemon is told. Everything has a default. */
export interface DaemonOptions {
  /** Where the API is served. Default: /run/cnm/cnm.sock; on Windows the pipe \\.\pipe\cnm. */
  readonly socket?: string;
  /** What outlives a restart of the system. Default: /var/lib/cnm; on Windows %ProgramData%\cnm\state. */
  readonly state?: string;
  /** What does not. Default: /run/cnm; on Windows %ProgramData%\cnm\run. */
  readonly run?: string;
  /** Default: auto. */
  readonly firewall?: FirewallOption;
  /** Serves the API to other machines too: "192.0.2.1:2376". Only with certificates for both sides. */
  readonly tcp?: string;
  /** Files: who signs clients' certificates; the daemon's own certificate and its key. */
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** Serves Prometheus metrics over plain HTTP: "127.0.0.1:9323". Default: nowhere. */
  readonly metrics?: string;
  /** Which file names the host's name servers. Default: /etc/resolv.conf; on Windows, the system is asked. */
  readonly resolvConf?: string;
  /** Default: info. */
  readonly logLevel?: LogLevel;
}

/** With defaults, checked. */
export interface DaemonSettings {
  readonly socket: string;
  readonly state: string;
  readonly run: string;
  readonly firewall: FirewallOption;
  readonly tcp?: TcpSettings;
  readonly metrics?: HostPort;
  /** Absent: the system is asked itself. */
  readonly resolvConf?: string;
  readonly logLevel: LogLevel;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface TcpSettings extends HostPort {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}
