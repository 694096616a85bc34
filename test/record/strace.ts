/** What a program said over netlink: a hex text for each datagram. */
export interface Conversation {
  readonly sent: readonly string[];
  readonly received: readonly string[];
}

/** Strace's options that make it write every byte of a conversation, in the form that {@link readTrace} reads. */
export const STRACE_OPTIONS = [
  ...["-f", "-yy", "-s", "0", "-e", "signal=none", "-e", "trace=sendto,sendmsg,recvmsg,recvfrom"],
  ...["-e", "read=all", "-e", "write=all"],
];

const CALL = /^(?:\d+ +)?(send|recv)(?:to|msg|from)\(\d+<([A-Z]+):/;
const DUMP = /^ \| [0-9a-f]+ +((?:[0-9a-f]{2} {1,2})+)/;

/** The netlink conversation in a trace. Strace puts a dump of what was carried under each call. */
export function readTrace(trace: string): Conversation {
  const sent: string[] = [];
  const received: string[] = [];
  let current: string[] | undefined;
  for (const line of trace.split("\n")) {
    const call = CALL.exec(line);
    if (call !== null) {
      // What is only peeked at is received once more.
      current = call[2] !== "NETLINK" || line.includes("MSG_PEEK") ? undefined : call[1] === "send" ? sent : received;
      current?.push("");
    } else current?.push(`${current.pop()}${(DUMP.exec(line)?.[1] ?? "").replaceAll(" ", "")}`);
  }
  const carried = (datagram: string): boolean => datagram !== "";
  return { sent: sent.filter(carried), received: received.filter(carried) };
}
