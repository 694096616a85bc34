/** The witnesses of the tests: other people's programs, which tell what the kernel really has. Program → Debian's package. */
export const WITNESSES = {
  ip: "iproute2",
  nft: "nftables",
  "iptables-save": "iptables",
  conntrack: "conntrack",
  tcpdump: "tcpdump",
  ping: "iputils-ping",
  curl: "curl",
  strace: "strace",
  docker: "docker.io",
  dockerd: "docker.io",
  busybox: "busybox-static",
  openssl: "openssl",
  dig: "bind9-dnsutils",
  ipvsadm: "ipvsadm",
  dnsmasq: "dnsmasq-base",
};
